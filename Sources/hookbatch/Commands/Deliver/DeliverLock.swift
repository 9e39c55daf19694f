import Destinations
import Glibc
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
            let file = try open(storePath + "-deliver")
            if try file.tryLock() { return DeliverLock(file: file) }
        } catch {
            throw DestinationError(error)
        }
        Terminal.say(
            "another process delivers from \(Escaping.escaped(storePath)); nothing was done")
        return nil
    }

    private static func open(_ path: String) throws(SystemError) -> File {
        do throws(SystemError) {
            return try File.open(path, for: .readAndWrite)
        } catch  where error.code == ENOENT {
            return try File.create(path)
        }
    }

    /// Keeps the lock until here.
    consuming func release() {}
}
