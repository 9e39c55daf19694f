import Destinations
import Ledger
import Platform

extension AttemptReport {
    /// Opens the report of `--report`; nil without one.
    static func open(_ options: DeliverOptions) throws(DestinationError) -> AttemptReport? {
        guard let path = options.reportPath else { return nil }
        let reason: String
        do throws(OpenError) {
            return try AttemptReport(path: path, store: options.storePath)
        } catch {
            switch error {
            case .system(let error): reason = error.message
            case .busy: reason = "\(path): another process writes to it"
            case .foreign:
                reason = "\(path) is not a report of attempts, so no rows are appended to it"
            }
        }
        throw .setting(flag: Flags.deliver.report.declaration.spelling, reason: reason)
    }
}
