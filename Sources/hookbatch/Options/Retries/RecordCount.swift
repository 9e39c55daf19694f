import Records
import Sending

/// The number of records of a file.
enum RecordCount {
    /// Reads a whole file; nil if it can't be read.
    static func of(_ path: String, _ options: InputOptions) -> UInt64? {
        guard let file = try? InputFile(opening: .file(path)),
            let format = try? options.recordFormat(of: file)
        else { return nil }
        var readerOptions = options.readerOptions(now: 0)
        readerOptions.computesHashes = false
        readerOptions.selection = RecordSelection()
        var reader = RecordReader(format: format, options: readerOptions)
        var count: UInt64 = 0
        while true {
            switch reader.next() {
            case .record: count += 1
            case .needsInput:
                do {
                    _ = try reader.fill { (space) throws(InputError) in try file.read(into: space) }
                } catch {
                    return nil
                }
            case .end: return count
            case .refused: return nil
            }
        }
    }
}
