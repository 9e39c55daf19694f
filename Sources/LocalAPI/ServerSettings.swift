package import HTTP

/// The server's limits and timeouts. The defaults fit rehearsals on one machine.
package struct ServerSettings: Sendable {
    /// Connections above this replace the oldest that has not shown the key, or get a 503.
    package var maxConnections = 1024
    /// 16 KiB of head, as Node takes; 8 MiB of body, the largest record that is sent by default,
    /// and what JSON needs around it.
    package var limits = RequestLimits(headBytes: 16 * 1024, bodyBytes: 8 * 1024 * 1024)
    /// Maximum bytes of requests and responses in memory for all connections. Above it, incomplete
    /// requests are refused with 503.
    package var maxHeldBytes = 64 * 1024 * 1024
    /// Nanoseconds without a request after which a connection is closed.
    package var idleTimeout: Int64 = 60_000_000_000
    /// Nanoseconds from a request's first byte to its last.
    package var requestTimeout: Int64 = 30_000_000_000
    /// Nanoseconds without progress in sending a response.
    package var sendTimeout: Int64 = 30_000_000_000
    /// Nanoseconds for the client to close its end after ours.
    package var lingerTimeout: Int64 = 2_000_000_000
    /// Nanoseconds for the requests in flight after a stop.
    package var grace: Int64 = 10_000_000_000

    package init() {}
}

/// The totals of a server's run.
package struct ServerCounts: Hashable, Sendable {
    package var connections: UInt64 = 0
    package var requests: UInt64 = 0
    /// Messages that were created and committed.
    package var messages: UInt64 = 0

    package init() {}
}
