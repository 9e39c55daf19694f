import Ledger
import Platform

/// `NAME.rest`: the original bytes of a stream that were read and not finished at a stop, because
/// the stream may not be repeatable.
package enum UnfinishedFile {
    /// Writes the file unless it would be empty. Returns whether it was written.
    package static func write(_ path: String, of loop: SendLoop) throws(SendError) -> Bool {
        let records = loop.unfinishedRecords()
        let unread = loop.source.unreadBytes()
        guard !records.isEmpty || !unread.isEmpty else { return false }
        do {
            try AtomicFile.write(to: path) { (file) throws(SystemError) in
                if let json = loop.source.jsonRest(of: records, unread: unread) {
                    return try file.append(json)
                }
                try file.append(loop.source.header())
                for record in records {
                    try file.append(record)
                    try file.append([UInt8(ascii: "\n")])
                }
                try file.append(unread)
            }
        } catch {
            throw .file(error)
        }
        return true
    }
}
