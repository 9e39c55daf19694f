import Destinations
import Ledger
import Platform
import Webhooks

/// `hookbatch deliver`: sends what is due in a store to the endpoints.
enum DeliverCommand {
    static func run(_ options: DeliverOptions) -> ExitStatus {
        // The store has the endpoints' secrets.
        ProcessMemory.hide()
        var settings = options.settings
        settings.sender.maxConnections = OpenFileLimit.connections(
            upTo: settings.sender.maxConnections)
        do throws(DestinationError) {
            let signals = try DestinationError.system(try Signals.block())
            // Opened first: a lock beside a store that does not exist would be left.
            let store = try StoreDeliveries(
                path: options.storePath, isOrdered: settings.isOrdered)
            guard let lock = try DeliverLock.take(options.storePath) else { return .busy }
            let report = try AttemptReport.open(options)
            var stop: Int32?
            let loop = try DeliverLoop(
                store: store, settings: settings, report: report, notices: .printed())
            let summary = try loop.run(
                wakers: [signals.descriptor],
                mustStop: {
                    guard let number = signals.next() else { return false }
                    stop = number
                    return true
                })
            lock.release()
            for line in DeliverText.lines(of: summary) { Terminal.say(line) }
            if let stop { return ExitStatus(signal: stop) }
            if summary.pending > 0 { return .stopped }
            return summary.failed > 0 ? .someNotAccepted : .success
        } catch {
            Terminal.say(StoreFailure.text(error))
            switch error {
            case .sqlite, .report: Terminal.say(resume)
            default: break
            }
            return StoreFailure.exitStatus(error)
        }
    }

    private static let resume =
        "run the same command again to resume; what was in flight is sent again with the same "
        + "webhook-id"
}
