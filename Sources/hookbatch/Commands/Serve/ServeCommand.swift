import CPosix
import Destinations
import Glibc
import LocalAPI
import Platform

/// `hookbatch serve`: a store behind the API's HTTP contract.
enum ServeCommand {
    /// Serves until a signal. Requests in flight get their responses, and the status is success.
    static func run(_ options: ServeOptions) -> ExitStatus {
        // A closed connection is an error of that connection only.
        signal(SIGPIPE, SIG_IGN)
        let signals = hb_signals_open(0)
        guard signals >= 0 else {
            Terminal.say("can't wait for signals: \(SystemError.text(of: errno))")
            return .fileError
        }
        defer { close(signals) }
        var settings = options.settings
        settings.maxConnections = OpenFileLimit.connections(upTo: settings.maxConnections)
        do {
            let store = try Store(path: options.storePath, knownAppsOnly: options.knownAppsOnly)
            let server = try LocalServer(
                store: store, address: options.address, key: options.key.bytes,
                faults: options.faults.settings, settings: settings,
                storeFailed: {
                    Terminal.say(
                        "store error; messages get 500 until it works: "
                            + StoreFailure.text($0))
                },
                acceptFailed: {
                    Terminal.say("connections wait: " + StoreFailure.text($0))
                })
            announce(options, settings: settings, address: server.address)
            let counts = try server.run(stop: signals, mustStop: { hb_signals_read(signals) > 0 })
            Terminal.say(
                "stopped after \(WholeNumber.shown(counts.requests, "request")); "
                    + "\(WholeNumber.shown(counts.messages, "message")) stored in "
                    + Escaping.escaped(options.storePath))
            return .success
        } catch {
            Terminal.say(StoreFailure.text(error))
            return StoreFailure.exitStatus(error)
        }
    }

    private static func announce(
        _ options: ServeOptions, settings: ServerSettings, address: ListenAddress
    ) {
        if settings.maxConnections < options.settings.maxConnections {
            Terminal.say(
                "warning: the open file limit (ulimit -n) allows only "
                    + "\(WholeNumber.shown(settings.maxConnections, "connection"))")
        }
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
