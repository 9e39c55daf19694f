import Delivery

/// The lines of an earlier run that `send` sends again.
struct RetryOfFlags: Sendable {
    let report = Flag(
        "retry-of", .path(example: "events.report.ndjson"), defaultNote: "none", for: [.send],
        .input,
        "Send lines of this finished report again, from the inputs of its run: those that failed "
            + "or were not attempted, or those of --outcome. The rows have the same file and line, and "
            + "the requests the same Idempotency-Key. With FILE: send its lines, which are "
            + "undelivered ones of that run and may be edited.")
    let outcomes = Flag(
        "outcome", .retriedOutcomes, defaultNote: "failed,not_attempted", for: [.send], .input,
        "With --retry-of: the outcomes of the lines to send again. Lines that are unknown may have "
            + "arrived.")
    let errors = Flag(
        "error",
        .words(placeholder: "CODES", noun: "a list of error codes", example: "http_503,timeout"),
        defaultNote: "all", for: [.send], .input,
        "With --retry-of: send only lines with one of these errors again.")
    let arrived = Flag(
        "arrived", .arrivedLines, defaultNote: "none", isRepeatable: true, for: [.send], .input,
        "Lines of an earlier run that arrived: they count as accepted and are not sent. FIELD "
            + "tells the lines apart: Idempotency-Key, or a field as for --only. VALUES are written "
            + "as for --only, or @PATH: a file with one value on each line.")
}

extension ValueSyntax<[Outcome]> {
    static let retriedOutcomes = ValueSyntax(
        "OUTCOMES", noun: "a list of failed, not_attempted, rejected, unknown",
        example: "failed,unknown"
    ) { text in
        let words = text.split(separator: ",", omittingEmptySubsequences: false)
        let outcomes = words.compactMap { Outcome(rawValue: String($0)) }
        let canBeSent = outcomes.allSatisfy { $0 != .accepted && $0 != .invalid }
        return canBeSent && outcomes.count == words.count ? outcomes : nil
    }
}
