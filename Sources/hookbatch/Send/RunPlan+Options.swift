import Delivery
import Sending

extension RunPlan {
    /// Creates the plan from the flags.
    init(_ options: SendOptions) {
        self.init(
            inputs: options.input.paths, readerOptions: options.input.readerOptions,
            skip: options.input.skip, report: options.report,
            destination: options.destination.name,
            isExactlyOnce: options.destination.isExactlyOnce, identity: options.runIdentity,
            delivery: DeliveryOptions(options))
    }
}

extension RunInputs {
    /// Opens all inputs and detects their formats.
    init(_ options: InputOptions) throws(SendError) {
        do {
            self.init(
                try InputFile.open(all: options.paths).map { file throws(InputError) in
                    RecordSource.Input(file: file, format: try options.recordFormat(of: file))
                })
        } catch {
            throw .input(error)
        }
    }
}
