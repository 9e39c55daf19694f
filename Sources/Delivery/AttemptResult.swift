/// What a destination reports of one attempt: what left, and what came back.
///
/// A plain value without interpretation; `Fate` says what it means.
package struct AttemptResult: Hashable, Sendable {
    /// Whether a byte of the request may have left. False only where it is certain that none did.
    package var requestBegan: Bool
    /// The head of the final answer, if a complete one came.
    package var answer: Answer?
    /// Why the exchange did not end in a complete answer; nil if it did.
    package var failure: TransportFailure?

    package init(requestBegan: Bool, answer: Answer? = nil, failure: TransportFailure? = nil) {
        self.requestBegan = requestBegan
        self.answer = answer
        self.failure = failure
    }

    /// The head of an answer and what its body was found to hold.
    package struct Answer: Hashable, Sendable {
        /// The status code, 200 to 599 (interim answers are never reported).
        package var status: Int
        /// Whether the whole body came too.
        package var isComplete: Bool
        /// Whether the body bears a `message.id`: the mark of the API's own success.
        package var hasMessageID: Bool
        /// `Retry-After` in seconds from the answer's own `Date`; nil if absent or unreadable.
        /// Never negative.
        package var retryAfterSeconds: Int64?

        package init(
            status: Int, isComplete: Bool = true, hasMessageID: Bool = false,
            retryAfterSeconds: Int64? = nil
        ) {
            self.status = status
            self.isComplete = isComplete
            self.hasMessageID = hasMessageID
            self.retryAfterSeconds = retryAfterSeconds
        }
    }
}

/// Why an exchange ended without a complete answer. The raw value is the row's stable `error` code.
package enum TransportFailure: String, Hashable, Sendable, CaseIterable {
    /// A name (the host's or the proxy's) did not resolve.
    case dns = "dns_error"
    /// No connection: refused, unreachable, a proxy that refused to tunnel.
    case connect = "connect_failed"
    /// The connection was not there in time.
    case connectTimeout = "connect_timeout"
    /// The TLS handshake failed.
    case tls = "tls_error"
    /// The server's certificate did not verify.
    case certificate = "certificate_error"
    /// No complete answer within `--timeout`.
    case timeout = "timeout"
    /// The connection was reset or closed before a complete answer.
    case connectionClosed = "connection_closed"
    /// The answer is not HTTP/1.1, or one that must not be trusted (RFC 9112).
    case malformedAnswer = "malformed_answer"
    /// The answer's head is above the limit.
    case answerTooLarge = "answer_too_large"
    /// The program was told to stop at once.
    case aborted = "aborted"
}
