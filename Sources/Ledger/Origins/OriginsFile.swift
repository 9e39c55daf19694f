import Platform

/// The origins of the lines of a file of undelivered lines, in its order, for their matching.
///
/// It is read once as a whole, which finds any damage.
package final class OriginsFile {
    package let header: OriginsHeader
    package let reader: OriginsReader
    /// Whether any of the lines may have arrived.
    package private(set) var mayHaveArrived = false
    /// XXH64 of each record.
    package let hashes: NumberFile
    /// A hash of each record's application; 0 without one.
    package let applications: NumberFile
    /// The place of each row.
    package let places: NumberFile
    private var lines: LineReader
    /// Bytes read so far, and of the file.
    package private(set) var bytesRead: UInt64 = 0
    package var size: UInt64 { reader.status.size }
    private var hasEnded = false

    package var path: String { reader.path }
    package var count: UInt64 { hashes.count }

    /// Returns the header of a file of origins; nil if there is no file.
    package static func header(of path: String) throws(OriginsError) -> OriginsHeader? {
        let row: [UInt8]?
        do throws(SystemError) {
            guard try FileStatus.of(path) != nil else { return nil }
            row = try File.open(path, for: .read).firstRow(upTo: OriginsHeader.maxLength)
        } catch {
            throw .system(error)
        }
        guard let header = row?.withUnsafeBytes({ OriginsHeader(row: $0) }) else {
            throw .damaged(path: path)
        }
        return header
    }

    /// Opens a file of origins, whose rows are then read by `readRow`.
    ///
    /// - Parameters:
    ///   - names: The names of the run, to which those of the file are added.
    ///   - place: The path beside which temporary files are created.
    package init(
        _ path: String, names: OriginNames, beside place: String
    ) throws(OriginsError) {
        guard let header = try Self.header(of: path) else { throw .damaged(path: path) }
        self.header = header
        reader = try OriginsReader(path, names: names)
        do throws(SystemError) {
            hashes = try NumberFile(beside: place)
            applications = try NumberFile(beside: place)
            places = try NumberFile(beside: place)
        } catch {
            throw .system(error)
        }
        lines = LineReader(reader.file, bufferSize: 256 << 10)
    }

    /// Creates the file of some lines of a file that was read.
    ///
    /// - Parameters:
    ///   - place: The path beside which temporary files are created.
    ///   - flags: A number for each line; those with 0 are kept.
    package init(
        _ other: OriginsFile, beside place: String, without flags: NumberFile
    ) throws(OriginsError) {
        header = other.header
        reader = other.reader
        mayHaveArrived = other.mayHaveArrived
        lines = other.lines
        do throws(SystemError) {
            hashes = try NumberFile(beside: place)
            applications = try NumberFile(beside: place)
            places = try NumberFile(beside: place)
            for index in 0..<other.count where try flags.number(at: index) == 0 {
                try hashes.append(other.hashes.number(at: index))
                try applications.append(other.applications.number(at: index))
                try places.append(other.places.number(at: index))
            }
        } catch {
            throw .system(error)
        }
        (bytesRead, hasEnded) = (other.bytesRead, true)
    }

    /// Reads the next row. Returns false after the last one, which proves that the file is whole.
    package func readRow() throws(OriginsError) -> Bool {
        let found: LineReader.Found
        do throws(SystemError) {
            found = try lines.next(isQuoted: false, limit: OriginsReader.maxRowLength)
        } catch {
            throw .system(error)
        }
        switch found {
        case .end:
            guard hasEnded else { throw .damaged(path: path) }
            return false
        case .overlong, .unterminated: throw .damaged(path: path)
        case .line(let row):
            if bytesRead > 0 {
                if hasEnded { throw .damaged(path: path) }
                hasEnded = try add(row, at: bytesRead)
            }
            bytesRead += UInt64(row.count) + 1
            return true
        }
    }

    /// Adds a row after the header. Returns whether it is the last one.
    private func add(_ row: UnsafeRawBufferPointer, at offset: UInt64) throws(OriginsError) -> Bool
    {
        guard let body = RowChecksum.body(of: row) else { throw .damaged(path: path) }
        var end = RowScanner(body)
        if end.skip(Self.endStart) {
            guard end.number() == count, end.isAtEnd else { throw .damaged(path: path) }
            return true
        }
        guard let origin = reader.parse(body) else { throw .damaged(path: path) }
        if origin.value.mayHaveArrived { mayHaveArrived = true }
        do throws(SystemError) {
            try hashes.append(origin.value.hash)
            try applications.append(origin.application)
            try places.append(OriginPlace(offset: offset, length: row.count).number)
        } catch {
            throw .system(error)
        }
        return false
    }

    /// Returns the origin of a line, counted from 0.
    package func origin(at index: UInt64) throws(OriginsError) -> RecordOrigin {
        let number: UInt64
        do { number = try places.number(at: index) } catch { throw .system(error) }
        guard let place = OriginPlace(number: number) else { throw .damaged(path: path) }
        return try reader.origin(at: place)
    }
}

extension OriginsFile {
    /// Returns the number of lines of a whole file of origins, from its last row alone; nil if it can't be
    /// read.
    package static func lineCount(of path: String) -> UInt64? {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256, alignment: 8)
        defer { buffer.deallocate() }
        guard let file = try? File.open(path, for: .read), let size = try? file.status().size,
            let count = try? file.read(
                into: buffer, at: size - min(size, UInt64(buffer.count))),
            // Without its line break.
            let last = buffer.prefix(count).dropLast().split(separator: 0x0a).last,
            let body = RowChecksum.body(of: UnsafeRawBufferPointer(rebasing: last))
        else { return nil }
        var row = RowScanner(body)
        return row.skip(endStart) ? row.number() : nil
    }

    /// The start of the last row, which has the number of the others.
    static let endStart: StaticString = "{\"kind\":\"end\",\"count\":"
}
