/// What an attempt did, as far as is known.
package enum Fate: String, Hashable, Sendable, CaseIterable {
    /// The destination has accepted the message.
    case accepted
    /// The destination has responded that it does not accept the message.
    case refused
    /// No byte of the request left.
    case unsent
    /// The message may have arrived.
    case uncertain

    /// The fate of an attempt that ended with `result`.
    ///
    /// A complete head decides, even if the body is cut off or its length is ambiguous: a 201 is an acceptance, a 4xx a
    /// refusal. A response before a byte of the request has left belongs to something else, and a
    /// success before the whole request has left proves nothing.
    package init(_ result: AttemptResult) {
        guard result.requestBegan else {
            self = .unsent
            return
        }
        guard let response = result.response, result.failure != .earlyResponse else {
            self = .uncertain
            return
        }
        switch response.status {
        case 201:
            self = .accepted
        case 200...299:
            self = response.hasMessageID ? .accepted : .uncertain
        case 300...499:
            self = .refused
        case 503 where response.retryAfterSeconds != nil:
            self = .refused
        default:
            self = .uncertain
        }
    }
}
