import Ledger
import Platform

/// `NAME.rest`: what was read of a stream and not finished when the run stopped, as it was, so that
/// nothing is lost of a stream that can't be repeated.
enum RestFile {
    /// Writes the file, if there is something to write. Returns whether there was.
    static func write(_ path: String, of loop: SendLoop) throws(SendError) -> Bool {
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
