import Delivery
import Ledger
import Records
import Sending

/// The conversion of the lines that did not arrive, if they are probably in Windows-1252.
struct UndeliveredConversion {
    /// The command that converts their file and keeps its name.
    let command: String
    /// Whether other lines in the file have other faults.
    private let hasOthers: Bool

    /// Returns nil unless lines in the only file of them may be in Windows-1252.
    init?(_ summary: RunSummary, of rejected: [String]) {
        let errors = summary.facts.errors.top
        guard rejected.count == 1,
            let error = errors.first(where: {
                $0.code == RecordProblem.Code.invalidUTF8.rawValue
            }), error.detail?.holds(RecordProblem.windows1252) == true
        else { return nil }
        let counts = summary.facts.counts
        hasOthers = error.counts.invalid < counts.total - counts.accepted - counts.unknown
        // The file may be in another folder than that of this process.
        command =
            EncodingConversion(
                of: rejected[0], from: InputRefusal.windows1252, isUndelivered: true
            ).command
    }

    /// The reason to run the command, and the one that sends the file.
    ///
    /// - Parameter file: The file, and the error of its lines.
    func reason(_ file: String) -> String {
        hasOthers
            ? "fix the lines in \(file); some are not UTF-8: if the file is in Windows-1252, this converts "
                + "it too; then send it with"
            : "if \(file) is in Windows-1252, convert it to UTF-8 and send it with"
    }
}
