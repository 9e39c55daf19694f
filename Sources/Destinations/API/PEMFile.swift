import Glibc
import Platform

/// A check of certificate and key files before libcurl reads them.
///
/// A wrong path is an error at the start and not at the first connection.
enum PEMFile {
    private static let maxBytes = 4 * 1024 * 1024

    /// Checks that a file can be read and contains PEM without an encrypted key, for which the TLS
    /// library would ask at the terminal.
    ///
    /// - Throws: `.setting` otherwise.
    static func check(_ path: String, flag: String, holdsKey: Bool) throws(DestinationError) {
        let text: [UInt8]
        do {
            text = try read(path)
        } catch {
            throw .setting(flag: flag, reason: "\(path): \(SystemError.text(of: error.code))")
        }
        if !contains(text, "-----BEGIN ") {
            throw .setting(flag: flag, reason: "\(path) is not a PEM file")
        }
        if holdsKey && (contains(text, "BEGIN ENCRYPTED ") || contains(text, "4,ENCRYPTED")) {
            throw .setting(
                flag: flag,
                reason: "\(path) is encrypted; a key without a passphrase is needed")
        }
    }

    private struct ReadFailure: Error {
        var code: Int32
    }

    private static func read(_ path: String) throws(ReadFailure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if descriptor < 0 { throw ReadFailure(code: errno) }
        defer { close(descriptor) }
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while text.count < maxBytes {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 { throw ReadFailure(code: errno) }
            if count == 0 { break }
            text += chunk[..<count]
        }
        return text
    }

    private static func contains(_ text: [UInt8], _ mark: StaticString) -> Bool {
        text.withUnsafeBytes { text in
            memmemory(
                text, UnsafeRawBufferPointer(start: mark.utf8Start, count: mark.utf8CodeUnitCount))
        }
    }

    private static func memmemory(
        _ text: UnsafeRawBufferPointer, _ mark: UnsafeRawBufferPointer
    ) -> Bool {
        if text.count < mark.count { return false }
        for start in 0...(text.count - mark.count)
        where text[start] == mark[0]
            && text[start..<(start + mark.count)].elementsEqual(mark)
        {
            return true
        }
        return false
    }
}
