/// The parsed head of a final response.
package struct ResponseHead: Hashable, Sendable {
    /// The status code, 200 to 599.
    package var status: Int
    /// Whether the connection can be reused once this response is complete.
    package var keepsAlive: Bool
    /// The server's timeout for idle connections (`Keep-Alive: timeout=`), in seconds.
    package var keepAliveTimeoutSeconds: Int?
    /// `Retry-After` in seconds, 0 to 10^12; nil if absent or unreadable, or a date in a response
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

/// Limits on the parts of a response, in bytes.
package struct ResponseLimits: Hashable, Sendable {
    /// All heads of one response (interim ones too), its chunk extensions and trailers together.
    package var headBytes: Int
    /// The kept part of the body; bytes after it are read and dropped.
    package var bodyKeptBytes: Int
    /// Maximum size of the body; a response with a larger one fails.
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
