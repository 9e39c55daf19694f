import Records
import Sending

/// The records of a file before it is sent, all of them and without hashes.
enum FileRecords {
    /// Calls `body` with each record of a file in its format. Returns false if it can't be read to its
    /// end.
    static func forEach(
        of file: InputFile, _ format: InputFormat, _ options: InputOptions,
        _ body: (Record) -> Void
    ) -> Bool {
        var readerOptions = options.readerOptions(now: 0)
        readerOptions.computesHashes = false
        readerOptions.selection = RecordSelection()
        var reader = RecordReader(format: format, options: readerOptions)
        while true {
            switch reader.next() {
            case .record: body(reader.record)
            case .needsInput:
                do {
                    _ = try reader.fill { (space) throws(InputError) in try file.read(into: space) }
                } catch {
                    return false
                }
            case .end: return true
            case .refused: return false
            }
        }
    }

    /// Returns the number of records at a path; nil if they can't be read.
    static func count(at path: String, _ options: InputOptions) -> UInt64? {
        guard let file = try? InputFile(opening: .file(path)),
            let format = try? options.recordFormat(of: file)
        else { return nil }
        var count: UInt64 = 0
        return forEach(of: file, format, options) { _ in count += 1 } ? count : nil
    }
}
