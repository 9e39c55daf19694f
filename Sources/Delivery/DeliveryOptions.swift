/// The validated flags of delivery.
package struct DeliveryOptions: Sendable {
    package enum Guarantee: String, Sendable {
        /// Uncertain attempts are retried: nothing is lost, and possible duplicates are marked.
        case atLeastOnce = "at-least-once"
        /// Uncertain attempts are never retried; their lines end `unknown`.
        case atMostOnce = "at-most-once"
    }

    package enum ErrorLimit: Hashable, Sendable {
        case count(UInt64)
        /// Of the lines that this process has finished, from 1,000 on.
        case percent(Double)
    }

    package var guarantee = Guarantee.atLeastOnce
    /// The maximum of requests in flight, at least 1.
    package var concurrency = 64
    /// Whether the number in flight adapts to the server, up to `concurrency`.
    package var isConcurrencyAutomatic = false
    /// The maximum of one application's lines in flight or waiting for a retry.
    package var appConcurrency: Int?
    package var rate: Rate?
    package var burst = 1
    /// The time until the rate has its full value, in nanoseconds.
    package var ramp: Int64 = 0
    package var appRate: Rate?
    /// The pace at which records were recorded; nil: as fast as the limits allow.
    package var recordedPace: RecordedPace?
    /// The maximum of attempts after the first.
    package var retries = 5
    /// The status codes of refusals that are retried.
    package var retryOn: Set<Int> = [408, 425, 429, 503]
    /// The longest `Retry-After` that is obeyed, in nanoseconds.
    package var maxRetryAfter: Int64 = 300_000_000_000
    /// The longest outage of a server that has responded before, in nanoseconds.
    package var outagePatience: Int64 = 7_200_000_000_000
    /// The longest wait for a server that was never reached, in nanoseconds; 0: none.
    package var startPatience: Int64 = 0
    /// Consecutive responses of "no such application" that abandon one; nil: none does.
    package var appGiveUp: Int?
    package var maxErrors: ErrorLimit?
    /// The time after which the run stops, in nanoseconds; nil: never.
    package var maxDuration: Int64?
    /// The maximum of lines that this process admits; nil: no limit.
    package var limit: UInt64?
    /// The time for requests to end after a stop, in nanoseconds.
    package var grace: Int64 = 20_000_000_000
    /// The maximum of buffered bytes of records; one record is always allowed.
    package var maxBytesInFlight = 8 << 20
    /// The maximum of lines in the window, in flight or waiting.
    package var window = 4096
    /// Whether lines start only under a lease.
    ///
    /// False where a repeated line does no harm.
    package var usesLeases = true
    /// Whether first responses that the API never gives stop the run.
    ///
    /// False where nothing can be misconfigured.
    package var checksFirstResponses = true
    /// Whether a 401 lets the run wait for another key, instead of stopping it.
    package var canRenewKey = false
    /// The length of the first lease, in lines.
    package var firstLease: UInt64 = 512
    /// The seed of all jitter.
    package var seed: UInt64 = 0

    package init() {}
}
