import Destinations
import Platform

/// The lock that one process has which delivers from a store; it ends with this value.
///
/// It is of a file of its own, since closing another descriptor of the database would drop SQLite's
/// locks. The file stays.
struct DeliverLock: ~Copyable {
    private let file: File

    /// Locks a store that exists; nil if another process has its lock, which is then printed.
    static func take(_ storePath: String) throws(DestinationError) -> DeliverLock? {
        do throws(SystemError) {
            let file = try File.openOrCreate(storePath + "-deliver")
            if try file.tryLock() { return DeliverLock(file: file) }
        } catch {
            throw DestinationError(error)
        }
        Terminal.say(
            "another process delivers from \(Escaping.escaped(storePath)); nothing was done")
        return nil
    }

    /// Keeps the lock until here.
    consuming func release() {}
}
