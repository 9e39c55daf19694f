import Delivery
import Destinations
import HTTP
import Ledger
import Sending

extension StopReason {
    /// Creates the reason from a cause and the given flags.
    ///
    /// - Parameter connect: The cause of the last failed connect.
    init(
        _ cause: Delivery.StopCause, _ options: SendOptions, failure: SendError?,
        connect: ConnectFailure?
    ) {
        switch cause {
        case .signal(1): self = .signal(.hangup)
        case .signal(2): self = .signal(.interrupt)
        case .signal: self = .signal(.terminate)
        case .unauthorized: self = .unauthorized(key: options.destination.keyPlace)
        case .forbidden: self = .forbidden(key: options.destination.keyPlace)
        case .proxyAuthentication: self = .proxyAuthentication
        case .refusedForAll(let status): self = .refusedForAll(status: status)
        case .notTheAPI(let status): self = .notTheAPI(status: status)
        case .unreachable(let failure):
            self = .unreachable(Unreachable(failure, connect: connect, options))
        case .outage(let failure):
            self = .outage(
                options.retries.outagePatience,
                failure.map { Unreachable($0, connect: connect, options) })
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

extension Unreachable {
    fileprivate init(
        _ failure: TransportFailure, connect: ConnectFailure?, _ options: SendOptions
    ) {
        self.init(failure, connect: connect, variable: options.destination.proxyVariable)
    }
}

extension SendDestination {
    /// Where the API key is; nil for a store.
    fileprivate var keyPlace: String? {
        guard case .api(let api) = self else { return nil }
        return api.source.place
    }

    /// The proxy's variable that applies to the destination; nil if none is set.
    fileprivate var proxyVariable: ProxyVariable? {
        guard case .api(let api) = self, api.connection.proxy == nil, !api.base.isLoopback else {
            return nil
        }
        return ProxyVariable.meant(for: api.base.scheme)
    }
}
