import Records
import Delivery
import Sending
import Time

extension RunPlan {
    /// Creates the plan from the flags.
    ///
    /// - Parameter now: In nanoseconds since 1970.
    init(_ options: SendOptions, startedAt: Instant, now: Int64) {
        var moments: [RunMoment: Timestamp] = [:]
        if let window = options.input.selection.window {
            if case .ago? = window.since { moments[.since] = window.since?.time(now: now) }
            if case .ago? = window.until { moments[.until] = window.until?.time(now: now) }
        }
        var readerOptions = options.input.readerOptions(now: now)
        readerOptions.shard = options.shard?.shard
        readerOptions.selection.arrivals = options.arrived?.fields ?? []
        self.init(
            inputs: options.input.paths, readerOptions: readerOptions,
            skip: options.input.skip, report: options.report,
            destination: options.destination.name,
            isExactlyOnce: options.destination.isExactlyOnce, identity: options.runIdentity,
            typed: options.typedIdentity, moments: moments, delivery: DeliveryOptions(options),
            rateControl: RateControl(options.pace.rate), retry: options.retryOf?.plan,
            origins: options.origins?.files ?? [],
            arrived: options.arrived.map {
                ArrivedLines(keys: $0.keys, options: options.runIdentity)
            },
            startedAt: startedAt)
        resuming = options.commands.recorded
    }
}

extension RunInputs {
    /// Opens all inputs and detects their formats.
    ///
    /// - Parameter maxOpen: How many regular files are open at a time.
    init(_ options: InputOptions, _ wait: InputWait, maxOpen: Int) throws(SendError) {
        do {
            self.init(
                try InputFile.open(all: options.paths, maxOpen: maxOpen).map {
                    file throws(InputError) in
                    RecordSource.Input(
                        file: file,
                        format: try options.recordFormat(of: file, wait: wait.callAsFunction))
                })
        } catch {
            throw .input(error)
        }
    }
}
