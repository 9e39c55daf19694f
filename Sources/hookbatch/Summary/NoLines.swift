/// The reason why inputs that can be read gave no lines.
struct NoLines: Sendable {
    var inputs: Int
    /// The number of inputs with a header row.
    var headers: Int
    var blankLines: UInt64
    /// Records that were skipped by `--skip`.
    var skipped: UInt64

    /// A clause to complete "no lines to send: …".
    var reason: String {
        let isOne = inputs == 1
        let subject = isOne ? "the input" : "the inputs"
        if skipped == 1 { return "the only record was skipped by --skip" }
        if skipped > 0 { return "all \(WholeNumber.shown(skipped)) records were skipped by --skip" }
        if headers == inputs {
            return subject + (isOne ? " has only a header" : " have only headers")
        }
        if headers > 0 { return "\(subject) are empty or have only a header" }
        if blankLines > 0 { return subject + (isOne ? " has" : " have") + " only blank lines" }
        return subject + (isOne ? " is empty" : " are empty")
    }
}
