/// What matters of the head of a final answer.
package struct ResponseHead: Hashable, Sendable {
    /// The status code, 200 to 599.
    package var status: Int
    /// Whether another request may follow on the connection once this answer is complete.
    package var keepsAlive: Bool
    /// How long the server says it keeps an idle connection (`Keep-Alive: timeout=`), in seconds.
    package var keepAliveTimeoutSeconds: Int?
    /// `Retry-After` in seconds, 0 to 10^12; nil if absent or unreadable, or a date in an answer
    /// below 300 (RFC 9110 §10.2.3).
    package var retryAfterSeconds: Int64?

    package init(
        status: Int, keepsAlive: Bool, keepAliveTimeoutSeconds: Int? = nil,
        retryAfterSeconds: Int64? = nil
    ) {
        self.status = status
        self.keepsAlive = keepsAlive
        self.keepAliveTimeoutSeconds = keepAliveTimeoutSeconds
        self.retryAfterSeconds = retryAfterSeconds
    }
}

/// How much of an answer is read and kept, in bytes.
package struct ResponseLimits: Hashable, Sendable {
    /// All heads of one answer (interim ones too), its chunk extensions and its trailers together.
    package var headBytes: Int
    /// The part of the body that is kept; what follows is read and dropped.
    package var bodyKeptBytes: Int
    /// The part of the body that is read; an answer with a longer one fails.
    package var bodyReadBytes: Int

    package init(
        headBytes: Int = 64 * 1024, bodyKeptBytes: Int = 64 * 1024,
        bodyReadBytes: Int = 1024 * 1024
    ) {
        self.headBytes = headBytes
        self.bodyKeptBytes = bodyKeptBytes
        self.bodyReadBytes = bodyReadBytes
    }
}
