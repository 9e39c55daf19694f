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
            var file = try AtomicFile(path)
            try append(loop.source.header(), to: &file)
            for record in records {
                try append(record, to: &file)
                try append([UInt8(ascii: "\n")], to: &file)
            }
            try append(unread, to: &file)
            try file.commit()
        } catch {
            throw .file(error)
        }
        return true
    }

    private static func append(_ bytes: [UInt8], to file: inout AtomicFile) throws(SystemError) {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(SystemError) in try file.append(bytes) }
        }
        try result.get()
    }
}
