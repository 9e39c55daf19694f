import Delivery
import Sending
import Time

extension RunPlan {
    /// Creates the plan from the flags.
    init(_ options: SendOptions, startedAt: Instant) {
        self.init(
            inputs: options.input.paths, readerOptions: options.input.readerOptions,
            skip: options.input.skip, report: options.report,
            destination: options.destination.name,
            isExactlyOnce: options.destination.isExactlyOnce, identity: options.runIdentity,
            delivery: DeliveryOptions(options), rateControl: RateControl(options.pace.rate),
            startedAt: startedAt)
    }
}

extension RunInputs {
    /// Opens all inputs and detects their formats.
    init(_ options: InputOptions, _ wait: InputWait) throws(SendError) {
        do {
            self.init(
                try InputFile.open(all: options.paths).map { file throws(InputError) in
                    RecordSource.Input(
                        file: file,
                        format: try options.recordFormat(of: file, wait: wait.callAsFunction))
                })
        } catch {
            throw .input(error)
        }
    }
}
