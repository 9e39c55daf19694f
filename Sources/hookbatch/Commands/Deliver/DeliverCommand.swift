import Destinations
import Glibc
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
        do {
            let signals = try DestinationError.system(try Signals.block())
            // Opened first: a lock beside a store that does not exist would be left.
            let store = try StoreDeliveries(path: options.storePath)
            guard let lock = try lock(options.storePath) else {
                Terminal.say(
                    "another deliver uses \(Escaping.escaped(options.storePath)); nothing was done")
                return .busy
            }
            var stop: Int32?
            let loop = try DeliverLoop(store: store, settings: settings) {
                Terminal.say("warning: " + DeliverText.notice($0))
            }
            let summary = try loop.run(
                stop: signals.descriptor,
                mustStop: {
                    guard let number = signals.next() else { return false }
                    stop = number
                    return true
                })
            withExtendedLifetime(lock) {}
            for line in DeliverText.lines(of: summary) { Terminal.say(line) }
            if let stop { return ExitStatus(signal: stop) }
            if summary.pending > 0 { return .stopped }
            return summary.failed > 0 ? .someNotAccepted : .success
        } catch {
            Terminal.say(StoreFailure.text(error))
            if case .sqlite = error {
                Terminal.say(
                    "run the same command again to resume; what was in flight is sent again with "
                        + "the same webhook-id")
            }
            return StoreFailure.exitStatus(error)
        }
    }

    /// Locks the store against another `deliver`; nil if one has it.
    ///
    /// The lock is of a file of its own, since closing another descriptor of the database would drop
    /// SQLite's locks. The file stays.
    private static func lock(_ storePath: String) throws(DestinationError) -> File? {
        let path = storePath + "-deliver"
        do throws(SystemError) {
            let file: File
            do throws(SystemError) {
                file = try File.open(path, for: .readAndWrite)
            } catch  where error.code == ENOENT {
                file = try File.create(path)
            }
            return try file.tryLock() ? file : nil
        } catch {
            throw DestinationError(error)
        }
    }
}
