import Ledger
import Platform
import Records
import Sending
import Time

/// A run of `send` of a file, with the usual report in the current directory.
///
/// A script that sent the files of an outbox before leaves such runs, and so does a file of fixed lines
/// that was sent as new ones: neither must be sent again.
enum EarlierSend {
    case finished(OutboxRun)
    /// The path of its journal.
    case unfinished(String)

    /// Finds the run of a file by the same rules as `send`: its path, size and time of change.
    static func find(_ file: String, modified: Int64, size: UInt64) -> EarlierSend? {
        let report = ReportPath(besideInputNamed: file)
        // An unreadable journal or summary is of no file of this folder.
        if let journal = try? Journal.header(of: report.journal),
            journal.inputs.count == 1,
            InputPath.normalised(journal.inputs[0].path) == InputPath.normalised(file)
        {
            return .unfinished(report.journal)
        }
        guard let text = try? SmallFile.read(report.summary, upTo: OutboxRun.maxBytes),
            let run = OutboxRun(summary: text), run.isFinished
        else { return nil }
        let inputs = JSONFields(text: text).elements("inputs")
        guard inputs.count == 1, let path = inputs[0].string("path"),
            InputPath.normalised(path) == InputPath.normalised(file),
            inputs[0].value("size") == String(size),
            inputs[0].string("modified_at") == Timestamp(nanoseconds: modified).rfc3339
        else { return nil }
        return .finished(run)
    }
}
