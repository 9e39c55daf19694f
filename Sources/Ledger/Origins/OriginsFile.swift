import Delivery
import Platform
import Records

/// The origins of the lines of a file of undelivered lines, in its order.
///
/// It is read once as a whole, which finds any damage. Its content is not trusted beyond its
/// checksums.
package final class OriginsFile {
    package let path: String
    package let header: OriginsHeader
    /// The names of the files, as rows have them.
    package private(set) var names: [String] = []
    /// Whether any of the lines may have arrived.
    package private(set) var mayHaveArrived = false
    /// XXH64 of each record.
    package let hashes: NumberFile
    /// A hash of each record's application; 0 without one.
    package let applications: NumberFile
    /// The first byte of each row.
    private let offsets: NumberFile
    private let file: File
    private var window: FileWindow
    private var indices: [[UInt8]: Int] = [:]
    private var lastName: (literal: [UInt8], index: Int) = ([], 0)
    private var nameBytes = 0

    /// Maximum bytes of a row: two names and a key.
    private static let maxRowLength = 64 << 10

    package var count: UInt64 { hashes.count }

    /// Returns the header of a file of origins; nil if there is no file.
    package static func header(of path: String) throws(OriginsError) -> OriginsHeader? {
        do throws(SystemError) {
            guard try FileStatus.of(path) != nil else { return nil }
            var lines = LineReader(try File.open(path, for: .read), bufferSize: 4096)
            if case .line(let row) = try lines.next(
                isQuoted: false, limit: OriginsHeader.maxLength),
                let header = OriginsHeader(row: row)
            {
                return header
            }
        } catch {
            throw .system(error)
        }
        throw .damaged(path: path)
    }

    /// Opens and checks a file of origins.
    ///
    /// - Parameter place: The path beside which temporary files are created.
    package init(_ path: String, beside place: String) throws(OriginsError) {
        guard let header = try Self.header(of: path) else { throw .damaged(path: path) }
        self.path = path
        self.header = header
        do throws(SystemError) {
            file = try File.open(path, for: .read)
            window = FileWindow(file)
            hashes = try NumberFile(beside: place)
            applications = try NumberFile(beside: place)
            offsets = try NumberFile(beside: place)
        } catch {
            throw .system(error)
        }
        try readAll()
    }

    private func readAll() throws(OriginsError) {
        var lines = LineReader(file, bufferSize: 256 << 10)
        var offset: UInt64 = 0
        var hasEnded = false
        while true {
            let found: LineReader.Found
            do throws(SystemError) {
                found = try lines.next(isQuoted: false, limit: Self.maxRowLength)
            } catch {
                throw .system(error)
            }
            switch found {
            case .end:
                guard hasEnded else { throw .damaged(path: path) }
                return
            case .overlong, .unterminated: throw .damaged(path: path)
            case .line(let row):
                if offset > 0 {
                    if hasEnded { throw .damaged(path: path) }
                    hasEnded = try add(row, at: offset)
                }
                offset += UInt64(row.count) + 1
            }
        }
    }

    /// Adds a row after the header. Returns whether it is the last one.
    private func add(_ row: UnsafeRawBufferPointer, at offset: UInt64) throws(OriginsError) -> Bool
    {
        guard let body = RowChecksum.body(of: row) else { throw .damaged(path: path) }
        var end = RowScanner(body)
        if end.skip("{\"kind\":\"end\",\"count\":") {
            guard end.number() == count, end.isAtEnd else { throw .damaged(path: path) }
            return true
        }
        guard let origin = parse(body) else { throw .damaged(path: path) }
        if origin.value.mayHaveArrived { mayHaveArrived = true }
        do throws(SystemError) {
            try hashes.append(origin.value.hash)
            try applications.append(origin.application)
            try offsets.append(offset)
        } catch {
            throw .system(error)
        }
        return false
    }

    /// Returns the origin of a line, counted from 0.
    package func origin(at index: UInt64) throws(OriginsError) -> RecordOrigin {
        let body: UnsafeRawBufferPointer?
        do throws(SystemError) {
            let start = try offsets.number(at: index)
            let next = index + 1
            // The last row follows, shorter than this one may be.
            let length =
                next < count
                ? try offsets.number(at: next) - start - 1 : try lastLength(from: start)
            body = RowChecksum.body(of: try window.bytes(at: start, count: Int(length)))
        } catch {
            throw .system(error)
        }
        guard let origin = body.flatMap({ parse($0) })?.value else { throw .damaged(path: path) }
        return origin
    }

    /// The length of the row at `start`, which the end row follows.
    private func lastLength(from start: UInt64) throws(SystemError) -> UInt64 {
        let size = try file.status().size
        let room = Int(min(UInt64(Self.maxRowLength), size > start ? size - start : 0))
        let bytes = try window.bytes(at: start, count: room)
        return UInt64(bytes.firstIndex(of: 0x0a) ?? 0)
    }

    private func parse(
        _ body: UnsafeRawBufferPointer
    ) -> (value: RecordOrigin, application: UInt64)? {
        var row = RowScanner(body)
        guard row.skip("{\"file\":"), let file = row.string(),
            row.skip(",\"line\":"), let line = row.number(),
            row.skip(",\"offset\":"), let offset = row.optional({ $0.number() }),
            row.skip(",\"appId\":"), let appID = row.optional({ $0.string() }),
            row.skip(",\"outcome\":"), let outcome = row.text().flatMap(Outcome.init(rawValue:)),
            row.skip(",\"hash\":"), let hash = row.hex(digits: 16),
            row.skip(",\"key\":"), let key = row.optional({ $0.text() }), row.isAtEnd,
            let name = index(ofName: body[file])
        else { return nil }
        // It becomes a header field.
        if let key, !IdempotencyKey.isValid(key) { return nil }
        let origin = RecordOrigin(
            name: name, line: line, offset: offset, mayHaveArrived: outcome == .unknown,
            hash: hash, key: key.map { Array($0.utf8) })
        return (origin, appID.map { XXH64.hash(Self.inside(body[$0])) } ?? 0)
    }

    /// The text of a literal without escapes, which an application's id never has.
    private static func inside(_ literal: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: literal[1..<literal.count - 1])
    }

    /// Returns the index of a file's name; nil if there are too many.
    private func index(ofName literal: UnsafeRawBufferPointer) -> Int? {
        if !names.isEmpty, literal.elementsEqual(lastName.literal) { return lastName.index }
        let bytes = Array(literal)
        if indices[bytes] == nil {
            nameBytes += bytes.count
            guard names.count < FileOrder.maxFiles, nameBytes <= FileOrder.maxNameBytes else {
                return nil
            }
            var text: [UInt8] = []
            RowText.append(textOf: literal, to: &text, keepingEscapes: false)
            indices[bytes] = names.count
            names.append(String(decoding: text, as: UTF8.self))
        }
        guard let index = indices[bytes] else { return nil }
        lastName = (bytes, index)
        return index
    }
}
