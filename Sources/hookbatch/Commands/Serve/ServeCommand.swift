import Destinations
import LocalAPI

/// `hookbatch serve`: a store behind the API's HTTP contract.
enum ServeCommand {
    /// Serves until a signal. Requests in flight get their responses, and the status is success.
    static func run(_ options: ServeOptions) -> ExitStatus {
        ServerProcess.run(options.settings) { (process) throws(DestinationError) in
            let store = try Store(path: options.storePath, knownAppsOnly: options.knownAppsOnly)
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
            announce(options, address: server.address)
            let counts = try server.run(stop: process.stop, mustStop: process.mustStop)
            Terminal.say(
                "stopped after \(WholeNumber.shown(counts.requests, "request")); "
                    + "\(WholeNumber.shown(counts.messages, "message")) stored in "
                    + Escaping.escaped(options.storePath))
            return .success
        }
    }

    private static func announce(_ options: ServeOptions, address: ListenAddress) {
        Terminal.say(
            "storing into \(Escaping.escaped(options.storePath)); "
                + (options.knownAppsOnly
                    ? "unknown applications get 404"
                    : "unknown applications are registered"))
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
