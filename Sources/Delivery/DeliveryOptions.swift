/// What a run may do and how fast: the checked form of the flags that steer delivery.
package struct DeliveryOptions: Sendable {
    package enum Guarantee: String, Sendable {
        /// Uncertain attempts are repeated: nothing is lost, something may arrive twice (flagged).
        case atLeastOnce = "at-least-once"
        /// Uncertain attempts are never repeated: nothing arrives twice, something may be lost
        /// (and ends `unknown`).
        case atMostOnce = "at-most-once"
    }

    package enum ErrorLimit: Hashable, Sendable {
        case count(UInt64)
        /// Of the lines finished by this process, once these are 1,000.
        case percent(Double)
    }

    package var guarantee = Guarantee.atLeastOnce
    /// Requests in flight at most, 1 and up.
    package var concurrency = 64
    /// Whether the number in flight is found out, up to `concurrency`.
    package var isConcurrencyAutomatic = false
    /// Lines of one application under way at most (waiting for a retry counts); nil: no limit.
    package var appConcurrency: Int?
    package var rate: Rate?
    package var burst = 1
    /// Nanoseconds until the rate has its full height.
    package var ramp: Int64 = 0
    package var appRate: Rate?
    /// Attempts after the first.
    package var retries = 5
    /// Codes of refusals that are retried.
    package var retryOn: Set<Int> = [408, 425, 429, 503]
    /// The longest `Retry-After` that is obeyed, in nanoseconds.
    package var maxRetryAfter: Int64 = 300_000_000_000
    /// How long a server that has been seen alive may be down, in nanoseconds.
    package var outagePatience: Int64 = 7_200_000_000_000
    /// Answers of "no such application" in a row after which one is given up; nil: never.
    package var appGiveUp: Int?
    package var maxErrors: ErrorLimit?
    /// Nanoseconds after which the run stops; nil: never.
    package var maxDuration: Int64?
    /// Lines that this process takes up at most; nil: all.
    package var limit: UInt64?
    /// How long requests in flight are waited for at a stop, in nanoseconds.
    package var grace: Int64 = 20_000_000_000
    /// Bytes of records held at once; one record always passes.
    package var maxBytesInFlight = 8 << 20
    /// Lines held at once at most: those in flight, waiting for a retry, or for their application.
    package var window = 4096
    /// Whether lines may start only under a lease. False where a repeated line does no harm.
    package var usesLeases = true
    /// Whether answers that the API does not give at a run's start stop it. False where nothing can
    /// be misconfigured.
    package var stopsAtStrangeStart = true
    /// Lines of the first lease.
    package var firstLease: UInt64 = 512
    /// Feeds jitter.
    package var seed: UInt64 = 0

    package init() {}
}
