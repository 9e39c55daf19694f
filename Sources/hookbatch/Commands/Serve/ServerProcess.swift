import CPosix
import Destinations
import Glibc
import LocalAPI
import Platform

/// What the commands have in common that serve until a signal.
struct ServerProcess {
    /// The settings with as many connections as the limit of open files allows.
    let settings: ServerSettings
    /// A descriptor that is readable after SIGINT, SIGTERM or SIGHUP.
    let stop: Int32
    /// The connections besides the server's that the limit of open files allows.
    let others: Int
    private let wanted: (settings: ServerSettings, others: Int)

    /// Runs a server and returns its status, or that of its error, which is printed.
    ///
    /// - Parameter others: the connections that it makes besides those that it accepts.
    static func run(
        _ wanted: ServerSettings, others: Int = 0,
        _ serve: (ServerProcess) throws(DestinationError) -> ExitStatus
    ) -> ExitStatus {
        // A closed connection or pipe is an error of that one only.
        signal(SIGPIPE, SIG_IGN)
        let signals = hb_signals_open(0)
        guard signals >= 0 else {
            Terminal.say("can't wait for signals: \(SystemError.text(of: errno))")
            return .fileError
        }
        defer { close(signals) }
        var settings = wanted
        let connections = OpenFileLimit.connections(upTo: settings.maxConnections + others)
        // If not all fit, each side has half at most, unless the other needs less.
        let half = max(connections / 2, connections - settings.maxConnections, 1)
        let allowed = min(others, half)
        settings.maxConnections = min(settings.maxConnections, max(1, connections - allowed))
        do throws(DestinationError) {
            return try serve(
                ServerProcess(
                    settings: settings, stop: signals, others: allowed, wanted: (wanted, others)))
        } catch {
            Terminal.say(StoreFailure.text(error))
            return StoreFailure.exitStatus(error)
        }
    }

    /// Whether a signal has come; drains `stop`.
    func mustStop() -> Bool { hb_signals_read(stop) > 0 }

    /// Prints a warning if the limit of open files allows fewer connections than wanted.
    func warnOfLimit() {
        let warning = "warning: the open file limit (ulimit -n) allows only "
        if settings.maxConnections < wanted.settings.maxConnections {
            Terminal.say(warning + WholeNumber.shown(settings.maxConnections, "connection"))
        }
        if others < wanted.others {
            Terminal.say(
                warning + WholeNumber.shown(others, "connection") + " to endpoints at a time")
        }
    }

    /// Prints that connections are not accepted for now.
    static func acceptFailed(_ error: DestinationError) {
        Terminal.say("connections wait: " + StoreFailure.text(error))
    }
}
