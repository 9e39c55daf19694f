import Delivery
import Destinations

extension DeliveryOptions {
    /// Creates the options of delivery from the flags.
    init(_ options: SendOptions, isTerminal: Bool = Terminal.standardErrorIsTerminal) {
        self.init()
        guarantee = options.retries.delivery == .atMostOnce ? .atMostOnce : .atLeastOnce
        switch options.pace.concurrency {
        case .fixed(let count): concurrency = count
        case .auto:
            concurrency = 1000
            isConcurrencyAutomatic = true
        }
        if let descriptors = options.descriptors {
            concurrency = min(concurrency, max(descriptors.connections, 1))
        }
        appConcurrency = options.pace.appConcurrency
        rate = options.pace.rate?.constant
        appRate = options.pace.appRate
        recordedPace = options.pace.recorded
        burst = options.pace.burst
        ramp = options.pace.ramp.inNanoseconds
        retries = options.retries.count
        retryOn = options.retries.codes.codes
        maxRetryAfter = options.retries.maxRetryAfter.inNanoseconds
        startPatience = options.retries.startPatience(isTerminal: isTerminal).inNanoseconds
        outagePatience = options.retries.outagePatience.inNanoseconds
        appGiveUp = options.retries.appGiveUp
        maxErrors = options.stops.maxErrors
        maxDuration = options.stops.maxDuration?.inNanoseconds
        limit = options.stops.limit.map(UInt64.init)
        grace = options.stops.grace.inNanoseconds
        maxBytesInFlight = options.pace.maxInFlightBytes
        seed = UInt64.random(in: 0...UInt64.max)
        if options.destination.isExactlyOnce {
            usesLeases = false
            checksFirstResponses = false
            // One transaction in flight, and the next one.
            concurrency = 2 * StoreDestination.batchLimit
            isConcurrencyAutomatic = false
        }
    }
}
