import Delivery
import Ledger
import Platform
import Records
import Sending

/// The bytes of a file that came after it was sent: its upload had only stalled.
struct OutboxGrowth {
    /// The file with all bytes.
    let path: String
    /// Bytes, and those of them that a run has read.
    let size: UInt64
    let sentSize: UInt64
    /// Its last change, in nanoseconds since 1970.
    let modified: Int64
    /// How to send the others.
    let rest: Rest
    /// The last record that was read, if the sent bytes end in it; nil otherwise.
    let cut: Row?
    /// The file that has that record, if it was not sent.
    let cutFile: String?

    enum Rest: Equatable {
        /// The records after these are sent by a run with this report.
        case after(UInt64, report: String)
        /// The run with this report is not finished.
        case unfinished(report: String)
        /// The files of the run are missing.
        case unknown
    }

    /// The row of a record.
    struct Row: Equatable {
        var line: UInt64
        /// An invalid record was not sent.
        var isInvalid: Bool
    }

    /// Maximum runs of one file.
    private static let maxRuns = 100

    /// Returns the reports of the runs that have sent more of a file later, in order, finished or not.
    static func laterReports(_ files: OutboxFolder.Claim) -> [ReportPath] {
        (1...maxRuns).lazy.map { ReportPath(text: laterReport(files, $0)) }
            .prefix {
                $0.map { FileStatus.exists($0.path) || FileStatus.exists($0.journal) } ?? false
            }
            .compactMap { $0 }
    }

    private static func laterReport(_ files: OutboxFolder.Claim, _ number: Int) -> String {
        files.report(number == 1 ? ".later" : ".later-\(number)")
    }

    /// Finds the bytes that no run has read; nil without any.
    ///
    /// - Parameters:
    ///   - files: Those of the file at its place.
    ///   - whole: The path of a file with all bytes; nil if it is the same file or beside it.
    init?(
        _ sent: OutboxFinish.Sent, _ files: OutboxFolder.Claim, whole: String? = nil
    ) throws(SystemError) {
        let found: (String, FileStatus)?
        if let whole {
            found = try FileStatus.of(whole).map { (whole, $0) }
        } else {
            found = try Self.grown(sent, files)
        }
        guard let (path, status) = found else { return nil }
        var run = OutboxRun(summaryAt: files.summary)
        var (report, read) = (files.report, sent.size)
        var rest: Rest?
        var next = ""
        for number in 1...Self.maxRuns where rest == nil {
            next = Self.laterReport(files, number)
            guard let later = ReportPath(text: next) else { break }
            if try FileStatus.of(later.journal) != nil {
                rest = .unfinished(report: next)
            } else if let found = OutboxRun(summaryAt: later.summary), found.isFinished {
                (run, report, read) = (found, next, found.inputSize ?? read)
            } else {
                break
            }
        }
        guard status.size > read else { return nil }
        (self.path, size, sentSize) = (path, status.size, read)
        modified = status.modifiedNanoseconds
        guard let run, run.isFinished else {
            (self.rest, cut, cutFile) = (rest ?? .unknown, nil, nil)
            return
        }
        let end = Self.end(of: report)
        let isInLine = try Self.isCut(path, at: read)
        let isCut = end.quoted != nil || isInLine
        cut = isCut ? end.quoted?.row ?? end.last : nil
        cutFile =
            isCut ? ReportPath(text: report).flatMap { UndeliveredAdvice.files(of: $0).first } : nil
        let all = run.read + run.skipped
        // Of a record that was cut within quotes, each line counted as one.
        let others = end.quoted.map { $0.count - 1 } ?? 0
        self.rest = rest ?? .after(all - min(others, all), report: next)
    }

    /// Returns the file if it is larger than what was sent of it: it is the same file, or the whole
    /// one beside the part that was sent.
    private static func grown(
        _ sent: OutboxFinish.Sent, _ files: OutboxFolder.Claim
    ) throws(SystemError) -> (String, FileStatus)? {
        if let whole = try FileStatus.of(files.whole), whole.isRegular, whole.size > sent.size {
            return (files.whole, whole)
        }
        guard let status = try FileStatus.of(files.input), status.isRegular,
            status.identity.inode == sent.inode, status.size > sent.size
        else { return nil }
        return (files.input, status)
    }

    /// The end of a report.
    private struct End {
        var last: Row?
        /// The first of the rows at the end that are of one record, whose quotes were not closed yet,
        /// and their number: each of its lines is a row. Nil without such a record.
        var quoted: (row: Row, count: UInt64)?
    }

    /// Returns the end of a report; an empty one if it can't be read.
    private static func end(of report: String) -> End {
        var end = End()
        let unclosed = Array("\"\(RecordProblem.Code.csvUnclosedQuote.rawValue)\"".utf8)
        do throws(ReportError) {
            let reader = try ReportReader(report)
            while let row = try reader.next() {
                let last = Row(line: row.fields.line, isInvalid: row.fields.outcome == .invalid)
                end.last = last
                if let quoted = end.quoted, last.isInvalid {
                    end.quoted = (quoted.row, quoted.count + 1)
                } else {
                    let error = row.fields.error.map { row.bytes[$0] }
                    let isUnclosed = error?.elementsEqual(unclosed) ?? false
                    end.quoted = last.isInvalid && isUnclosed ? (last, 1) : nil
                }
            }
        } catch {
            return End()
        }
        return end
    }

    /// Whether no line ends at an offset of a file that is not compressed.
    private static func isCut(_ path: String, at offset: UInt64) throws(SystemError) -> Bool {
        guard offset > 0, !InputFormat.packedExtensions.contains(where: { path.hasSuffix($0) })
        else { return false }
        let file = try File.open(path, for: .read)
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 2, alignment: 1)
        defer { bytes.deallocate() }
        let count = try file.read(into: bytes, at: offset - 1)
        return count == 2 && bytes[0] != 0x0a && bytes[1] != 0x0a && bytes[1] != 0x0d
    }
}
