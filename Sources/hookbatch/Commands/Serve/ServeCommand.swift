import Destinations
import Ledger
import LocalAPI
import Platform
import Webhooks

/// `hookbatch serve`: a store behind the API's HTTP contract.
enum ServeCommand {
    /// Serves until a signal. Requests in flight get their responses, and the status is success.
    static func run(_ options: ServeOptions) -> ExitStatus {
        let others = options.delivery?.settings.sender.maxConnections ?? 0
        return ServerProcess.run(options.settings, others: others) {
            (process) throws(DestinationError) in
            let gate = options.delivery.map { _ in StoreGate() }
            let store = try Store(
                path: options.storePath, knownAppsOnly: options.knownAppsOnly, gate: gate)
            let server = try LocalServer(
                store: store, address: options.address, key: options.key.bytes,
                faults: options.faults.settings, settings: process.settings,
                storeFailed: {
                    Terminal.say(
                        "store error; messages get 500 until it works: "
                            + StoreFailure.text($0))
                },
                acceptFailed: ServerProcess.acceptFailed)
            process.warnOfLimit()
            var delivery: DeliveryThread?
            if var wanted = options.delivery {
                wanted.settings.sender.maxConnections = process.others
                // The store has the endpoints' secrets.
                ProcessMemory.hide()
                guard let lock = try DeliverLock.take(options.storePath) else { return .busy }
                delivery = try DeliveryThread(
                    wanted, report: try AttemptReport.open(wanted), lock: lock, gate: gate)
            }
            announce(options, address: server.address)
            let counts = try serve(server, process, delivery)
            Terminal.say(
                "stopped after \(WholeNumber.shown(counts.requests, "request")); "
                    + "\(WholeNumber.shown(counts.messages, "message")) stored in "
                    + Escaping.escaped(options.storePath))
            return .success
        }
    }

    /// Serves and delivers until a signal.
    private static func serve(
        _ server: LocalServer, _ process: ServerProcess, _ delivery: DeliveryThread?
    ) throws(DestinationError) -> ServerCounts {
        guard let delivery else {
            return try server.run(stop: process.stop, mustStop: process.mustStop)
        }
        server.committed = delivery.wake
        do throws(DestinationError) {
            let counts = try server.run(stop: process.stop) {
                guard process.mustStop() else { return false }
                delivery.stop()
                return true
            }
            let summary = delivery.join(process)
            for line in DeliverText.lines(of: summary) { Terminal.say(line) }
            return counts
        } catch {
            delivery.stop()
            _ = delivery.join(process)
            throw error
        }
    }

    private static func announce(_ options: ServeOptions, address: ListenAddress) {
        Terminal.say(
            "storing into \(Escaping.escaped(options.storePath)); "
                + (options.knownAppsOnly
                    ? "unknown applications get 404"
                    : "unknown applications are registered"))
        if options.delivery != nil {
            Terminal.say("delivering the messages to the endpoints of the store")
        }
        if options.keyIsNew {
            Terminal.say(
                "API key for this run (HOOKSTREAM_API_KEY is not set): "
                    + String(decoding: options.key.bytes, as: UTF8.self))
        }
        if let faults = options.faults.announcement { Terminal.say(faults) }
        // Last, because scripts wait for this line.
        Terminal.say("listening on http://\(address)/v1")
    }
}
