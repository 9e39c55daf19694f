/// What an attempt did, as far as can be known from what left and what came back.
package enum Fate: String, Hashable, Sendable, CaseIterable {
    /// The destination has taken the message.
    case accepted
    /// The destination has answered that it has not taken the message.
    case refused
    /// No byte of the request left.
    case unsent
    /// The message may have arrived, or not.
    case uncertain

    /// The fate of an attempt that ended with `result`.
    ///
    /// A complete head decides what it can: a 201 is an acceptance even if its body was cut. A
    /// refusal needs the whole answer, since a cut one may come from something in between. What
    /// comes before a byte of the request has left answers something else.
    package init(_ result: AttemptResult) {
        guard result.requestBegan else {
            self = .unsent
            return
        }
        guard let answer = result.answer else {
            self = .uncertain
            return
        }
        switch answer.status {
        case 201:
            self = .accepted
        case 200...299:
            self = answer.hasMessageID ? .accepted : .uncertain
        case 300...499:
            self = answer.isComplete ? .refused : .uncertain
        case 503 where answer.retryAfterSeconds != nil && answer.isComplete:
            self = .refused
        default:
            self = .uncertain
        }
    }
}
