import CSQLite
import Platform

/// The check of each file that SQLite opens for a store.
///
/// It is made on the open descriptor, so that no exchange of files can come between the check and
/// the use, even in a folder that other users can write.
enum StoreOpenGuard {
    /// Checks the files that SQLite opens from now on for the database of `file`.
    ///
    /// A refused file is not changed, and SQLite reports `CSQLITE_CANTOPEN`.
    static func protect(_ file: StoreFile) throws(DestinationError) {
        let code = csqlite_guard(file.resolvedPath, file.owner) { descriptor, owner, mode in
            let status = try? FileStatus.of(descriptor: descriptor, path: "")
            guard let status else { return 0 }
            return status.hazard(owner: owner, widestMode: mode) == nil ? 1 : 0
        }
        guard code == CSQLITE_OK else { throw unavailable(file) }
    }

    /// Throws if SQLite has opened the database in another way, without the check.
    static func confirm(_ file: StoreFile) throws(DestinationError) {
        guard csqlite_is_guarded(file.resolvedPath) != 0 else { throw unavailable(file) }
    }

    private static func unavailable(_ file: StoreFile) -> DestinationError {
        .sqlite(
            path: file.path, code: CSQLITE_ERROR,
            message: "this build of SQLite does not let its files be checked")
    }
}
