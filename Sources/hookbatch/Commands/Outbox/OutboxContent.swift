import Ledger
import Platform
import Records

/// The identity of a file's content: its size and 128 bits of hash, and its file of origins.
///
/// Not cryptographic: it recognises what was sent before.
struct OutboxContent: Hashable, Sendable {
    /// Bytes.
    var size: UInt64
    /// Two xxHashes with different seeds, as 32 hexadecimal digits.
    var hash: String
    /// The run and the kind of its lines, if a file of origins is beside it; nil without one.
    ///
    /// The lines of two runs may have the same text.
    var origins: String?

    init(size: UInt64, hash: String, origins: String? = nil) {
        self.size = size
        self.hash = hash
        self.origins = origins
    }

    /// The content without its origins.
    var text: OutboxContent { OutboxContent(size: size, hash: hash) }

    /// Reads a whole file, and the start of its file of origins.
    init(of path: String) throws(SystemError) {
        self = try Self.read(path, parts: []).content
    }

    /// Does the same, and returns the hashes of its first bytes.
    ///
    /// - Parameter parts: The numbers of those bytes, above 0.
    static func read(
        _ path: String, parts: [UInt64]
    ) throws(SystemError) -> (content: OutboxContent, hashes: [UInt64: String]) {
        let origins = try origins(of: path)
        var found: [UInt64: String] = [:]
        let file = try File.open(path, for: .read)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var hashes = (XXH64(seed: 0), XXH64(seed: 0x9E37_79B9_7F4A_7C15))
        var size: UInt64 = 0
        while true {
            let count = try file.read(into: buffer, at: size)
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            for part in parts where part > size && part - size <= UInt64(count) {
                let start = UnsafeRawBufferPointer(rebasing: piece[..<Int(part - size)])
                let copies = hashes
                found[part] = hex(copies.0.finish(start)) + hex(copies.1.finish(start))
            }
            size += UInt64(count)
            // Only the last piece is shorter, perhaps empty.
            guard count == buffer.count else {
                let hash = hex(hashes.0.finish(piece)) + hex(hashes.1.finish(piece))
                return (OutboxContent(size: size, hash: hash, origins: origins), found)
            }
            hashes.0.update(piece)
            hashes.1.update(piece)
        }
    }

    private static func origins(of path: String) throws(SystemError) -> String? {
        do {
            return try OriginsFile.header(of: path + OriginsHeader.pathExtension)
                .map { "\($0.runID) \($0.lines)" }
        } catch {
            switch error {
            case .system(let error): throw error
            // The send refuses it.
            case .damaged: return "damaged"
            }
        }
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
