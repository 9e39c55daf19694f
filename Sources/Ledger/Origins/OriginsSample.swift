import Platform

/// The first lines of a file of undelivered lines, as its file of origins has them.
package struct OriginsSample {
    package let header: OriginsHeader
    /// XXH64 of each record, in order.
    package private(set) var hashes: [UInt64] = []
    /// A hash of each record's application; 0 without one.
    package private(set) var applications: [UInt64] = []
    /// Whether these are all lines.
    package private(set) var isWhole = false
    /// The names of the files that had the lines first.
    package let names: [String]

    /// - Parameters:
    ///   - path: The file of origins.
    ///   - limit: The maximum number of lines.
    package init(of path: String, upTo limit: Int) throws(OriginsError) {
        let names = OriginNames(inputs: 1)
        let reader = try OriginsReader(path, names: names)
        var lines = LineReader(reader.file, bufferSize: 64 << 10)
        var header: OriginsHeader?
        // One more row tells whether there are more lines.
        reading: while true {
            let found: LineReader.Found
            do throws(SystemError) {
                found = try lines.next(isQuoted: false, limit: OriginsReader.maxRowLength)
            } catch {
                throw .system(error)
            }
            guard case .line(let row) = found else { throw .damaged(path: path) }
            guard header != nil else {
                header = OriginsHeader(row: row)
                if header == nil { throw .damaged(path: path) }
                continue
            }
            guard let body = RowChecksum.body(of: row) else { throw .damaged(path: path) }
            guard let origin = reader.parse(body) else {
                // The last row.
                isWhole = true
                break reading
            }
            if hashes.count == limit { break reading }
            hashes.append(origin.value.hash)
            applications.append(origin.application)
        }
        guard let header else { throw .damaged(path: path) }
        self.header = header
        self.names = names.texts
    }
}
