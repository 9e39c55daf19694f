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
    private let wanted: ServerSettings

    /// Runs a server and returns its status, or that of its error, which is printed.
    ///
    /// - Parameter others: open files that it needs besides its connections.
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
        settings.maxConnections = max(1, connections - others)
        do throws(DestinationError) {
            return try serve(ServerProcess(settings: settings, stop: signals, wanted: wanted))
        } catch {
            Terminal.say(StoreFailure.text(error))
            return StoreFailure.exitStatus(error)
        }
    }

    /// Whether a signal has come; drains `stop`.
    func mustStop() -> Bool { hb_signals_read(stop) > 0 }

    /// Prints a warning if the limit of open files allows fewer connections than wanted.
    func warnOfLimit() {
        guard settings.maxConnections < wanted.maxConnections else { return }
        Terminal.say(
            "warning: the open file limit (ulimit -n) allows only "
                + "\(WholeNumber.shown(settings.maxConnections, "connection"))")
    }

    /// Prints that connections are not accepted for now.
    static func acceptFailed(_ error: DestinationError) {
        Terminal.say("connections wait: " + StoreFailure.text(error))
    }
}
