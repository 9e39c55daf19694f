import Records
import Sending

/// All records of a file before it is sent.
enum FileRecords {
    /// The first records of a file.
    struct Sample {
        /// XXH64 of each record, in order.
        var hashes: [UInt64] = []
        /// A hash of each record's application; 0 without one.
        var applications: [UInt64] = []
        /// Whether these are all records.
        var isWhole = false
    }

    /// The first bytes of a file that a sample is taken from.
    private static let maxSampleBytes: UInt64 = 16 << 20

    /// Calls `body` with a reader at each record of a file in its format, until it returns false.
    ///
    /// - Returns: Whether the file could be read to its end.
    private static func forEach(
        of file: InputFile, _ format: InputFormat, _ options: InputOptions,
        computingHashes: Bool = false, _ body: (borrowing RecordReader) -> Bool
    ) -> Bool {
        var readerOptions = options.readerOptions(now: 0)
        readerOptions.computesHashes = computingHashes
        readerOptions.selection = RecordSelection()
        var reader = RecordReader(format: format, options: readerOptions)
        while true {
            switch reader.next() {
            case .record: if !body(reader) { return false }
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

    /// Returns the last record of a file in its format; nil if the file can't be read.
    static func last(
        of file: InputFile, _ format: InputFormat, _ options: InputOptions
    ) -> Record? {
        var last: Record?
        let isRead = forEach(of: file, format, options) { reader in
            last = reader.record
            return true
        }
        return isRead ? last : nil
    }

    /// Returns the number of records at a path; nil if they can't be read.
    static func count(at path: String, _ options: InputOptions) -> UInt64? {
        guard let (file, format) = open(path, options) else { return nil }
        var count: UInt64 = 0
        let isRead = forEach(of: file, format, options) { _ in
            count += 1
            return true
        }
        return isRead ? count : nil
    }

    /// Returns the first records at a path; nil if they can't be read.
    ///
    /// - Parameter limit: The maximum number of records.
    static func sample(at path: String, upTo limit: Int, _ options: InputOptions) -> Sample? {
        guard let (file, format) = open(path, options) else { return nil }
        var sample = Sample()
        var isFull = false
        sample.isWhole = forEach(of: file, format, options, computingHashes: true) { reader in
            isFull =
                sample.hashes.count == limit || reader.record.offset.value > maxSampleBytes
            guard !isFull else { return false }
            sample.hashes.append(reader.record.hash)
            sample.applications.append(
                reader.record.appID.map { XXH64.hash(reader.bytes($0)) } ?? 0)
            return true
        }
        return sample.isWhole || isFull ? sample : nil
    }

    private static func open(
        _ path: String, _ options: InputOptions
    ) -> (InputFile, InputFormat)? {
        guard let file = try? InputFile(opening: .file(path)),
            let format = try? options.recordFormat(of: file)
        else { return nil }
        return (file, format)
    }
}
