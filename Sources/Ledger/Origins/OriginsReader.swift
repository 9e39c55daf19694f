import Delivery
package import Platform
import Records

/// The row of a line in its file of origins.
package struct OriginPlace {
    /// The first byte of the row, above 0: the header is before it.
    let offset: UInt64
    let length: Int

    /// Bits of the length of a row, which is at most `OriginsReader.maxRowLength`.
    private static let lengthBits: UInt64 = 17

    init(offset: UInt64, length: Int) {
        self.offset = offset
        self.length = length
    }

    /// The place of a number; nil for 0.
    package init?(number: UInt64) {
        guard number > 0 else { return nil }
        offset = number >> Self.lengthBits
        length = Int(number & (1 << Self.lengthBits - 1))
    }

    /// The place as a number other than 0.
    package var number: UInt64 { offset << Self.lengthBits | UInt64(length) }
}

/// A reader of single rows of a file of origins. Their content is not trusted beyond its checksums.
package final class OriginsReader {
    package let path: String
    /// The attributes of the file when it was opened.
    package let status: FileStatus
    let file: File
    private let names: OriginNames
    private var window: FileWindow

    /// Maximum bytes of a row: two names and a key.
    static let maxRowLength = 64 << 10

    /// - Parameter names: The names of the run, to which those of the file are added.
    package init(_ path: String, names: OriginNames) throws(OriginsError) {
        self.path = path
        self.names = names
        do throws(SystemError) {
            file = try File.open(path, for: .read)
            status = try file.status()
        } catch {
            throw .system(error)
        }
        window = FileWindow(file)
    }

    /// Returns the origin in a row.
    package func origin(at place: OriginPlace) throws(OriginsError) -> RecordOrigin {
        let body: UnsafeRawBufferPointer?
        do {
            body = RowChecksum.body(of: try window.bytes(at: place.offset, count: place.length))
        } catch {
            throw .system(error)
        }
        guard let body, let origin = parse(body) else { throw .damaged(path: path) }
        return origin.value
    }

    func parse(_ body: UnsafeRawBufferPointer) -> (value: RecordOrigin, application: UInt64)? {
        var row = RowScanner(body)
        guard row.skip("{\"file\":"), let file = row.string(),
            row.skip(",\"line\":"), let line = row.number(),
            row.skip(",\"offset\":"), let offset = row.optional({ $0.number() }),
            row.skip(",\"appId\":"), let appID = row.optional({ $0.string() }),
            row.skip(",\"outcome\":"), let outcome = row.text().flatMap(Outcome.init(rawValue:)),
            row.skip(",\"hash\":"), let hash = row.hex(digits: 16),
            row.skip(",\"key\":"), let key = row.optional({ $0.text() }), row.isAtEnd,
            let name = names.index(of: body[file])
        else { return nil }
        // It becomes a header field.
        if let key, !IdempotencyKey.isValid(key) { return nil }
        let origin = RecordOrigin(
            name: name, line: line, offset: offset, mayHaveArrived: outcome == .unknown,
            hash: hash, key: key.map { Array($0.utf8) }, keepsKey: true)
        return (origin, appID.map { XXH64.hash(Self.inside(body[$0])) } ?? 0)
    }

    /// The text of a literal without escapes, which an application's id never has.
    private static func inside(_ literal: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: literal[1..<literal.count - 1])
    }
}
