import Delivery
import Ledger
import Sending

extension StopReason {
    /// Creates the reason from a cause and the given flags.
    init(_ cause: Delivery.StopCause, _ options: SendOptions, failure: SendError?) {
        switch cause {
        case .signal(1): self = .signal(.hangup)
        case .signal(2): self = .signal(.interrupt)
        case .signal: self = .signal(.terminate)
        case .unauthorized: self = .unauthorized
        case .forbidden: self = .forbidden
        case .proxyAuthentication: self = .proxyAuthentication
        case .refusedForAll(let status): self = .refusedForAll(status: status)
        case .notTheAPI(let status): self = .notTheAPI(status: status)
        case .unreachable(let failure): self = .unreachable(failure)
        case .outage: self = .outage(options.retries.outagePatience)
        case .retryAfter(let seconds): self = .retryAfterTooLong(.seconds(seconds))
        case .maxErrors: self = .maxErrors(options.stops.maxErrors ?? .count(0))
        case .maxDuration: self = .maxDuration(options.stops.maxDuration ?? .zero)
        case .limit: self = .limit(options.stops.limit ?? 0)
        case .input, .storage:
            self = .file(
                message: failure?.cause ?? "a file could not be written", advice: failure?.advice)
        }
    }
}
