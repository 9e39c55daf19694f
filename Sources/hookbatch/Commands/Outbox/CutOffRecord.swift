import Platform
import Records
import Sending

/// The last record of a file, if it is cut off: the upload of the file is not complete.
enum CutOffRecord {
    /// Returns the line of the record; nil if the file ends with a line break or a whole record, is
    /// compressed, or can't be read.
    static func line(of path: String, _ options: InputOptions) -> UInt64? {
        guard let size = (try? FileStatus.of(path))??.size, size > 0,
            let last = byte(of: path, at: size - 1), last != 0x0a, last != 0x0d,
            let file = try? InputFile(opening: .file(path)), file.packing == nil,
            let format = try? options.recordFormat(of: file)
        else { return nil }
        guard let record = FileRecords.last(of: file, format, options),
            let problem = record.problem, isCutOff(problem, last: last, size: size)
        else { return nil }
        // The start of a line of NDJSON that is neither JSON nor text, such as an end mark.
        let isOther =
            format == .ndjson
            && byte(of: path, at: record.offset.value).map { !"{[\"".utf8.contains($0) } ?? true
        return isOther ? nil : record.line.value
    }

    /// Whether the problem of the last record is that its end is missing.
    private static func isCutOff(_ problem: RecordProblem, last: UInt8, size: UInt64) -> Bool {
        switch problem.reason {
        case .unclosedQuote: true
        case .columns(let found, let expected): found < expected
        case .json, .payloadJSON, .memberJSON, .leftOut:
            problem.offset.value >= size
                || ![UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: "\"")].contains(last)
        default: false
        }
    }

    /// Returns a byte of a file; nil if it can't be read.
    private static func byte(of path: String, at offset: UInt64) -> UInt8? {
        guard let file = try? File.open(path, for: .read) else { return nil }
        let byte = UnsafeMutableRawBufferPointer.allocate(byteCount: 1, alignment: 1)
        defer { byte.deallocate() }
        return (try? file.read(into: byte, at: offset)) == 1 ? byte[0] : nil
    }
}
