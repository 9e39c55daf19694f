import CSQLite
import Platform

/// A connection to an SQLite database file.
///
/// It closes with its last reference, which rolls an open transaction back. Used by one thread at
/// a time: it is opened without SQLite's mutex.
package final class Database {
    /// How long a statement waits for another process's transaction, in milliseconds. Longer than
    /// the commit of any batch, and short enough for a person to notice that the file is locked.
    package static let busyTimeoutMilliseconds: Int32 = 10_000

    /// The checked file.
    private let file: StoreFile
    /// The maximum length of a text, in bytes: 10⁹ unless SQLite was built with another limit.
    package let maxTextBytes: Int
    let handle: OpaquePointer

    /// The path as typed, for errors.
    package var path: String { file.path }

    /// Opens a checked file. The files that SQLite opens for it are checked again, at their open.
    package init(_ file: StoreFile) throws(DestinationError) {
        _ = Self.processSettings
        try StoreOpenGuard.protect(file)
        var opened: OpaquePointer?
        let flags = CSQLITE_OPEN_READWRITE | CSQLITE_OPEN_NOMUTEX | CSQLITE_OPEN_NOFOLLOW
        let code = csqlite_open_v2(file.resolvedPath, &opened, flags, nil)
        guard code == CSQLITE_OK, let opened else {
            // A failed open also returns a connection, except without memory.
            defer { csqlite_close_v2(opened) }
            let words: UnsafePointer<CChar> =
                opened == nil ? csqlite_errstr(code) : csqlite_errmsg(opened)
            throw Self.error(
                opened.map(csqlite_extended_errcode) ?? code, String(cString: words), file)
        }
        self.file = file
        handle = opened
        maxTextBytes = Int(csqlite_limit(opened, CSQLITE_LIMIT_LENGTH, -1))
        csqlite_extended_result_codes(opened, 1)
        csqlite_busy_timeout(opened, Self.busyTimeoutMilliseconds)
        // The schema of a foreign file can't call functions, and a misspelt column is an error
        // instead of a string. Builds of SQLite without these options work without them.
        _ = csqlite_set_option(opened, CSQLITE_DBCONFIG_DEFENSIVE, 1)
        _ = csqlite_set_option(opened, CSQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
        _ = csqlite_set_option(opened, CSQLITE_DBCONFIG_DQS_DDL, 0)
        _ = csqlite_set_option(opened, CSQLITE_DBCONFIG_DQS_DML, 0)
        try StoreOpenGuard.confirm(file)
    }

    deinit {
        // "v2" closes now or when the last statement is finalized.
        csqlite_close_v2(handle)
    }

    /// Whether a transaction is open. SQLite ends one by itself on some errors.
    package var isInTransaction: Bool { csqlite_get_autocommit(handle) == 0 }

    /// Number of rows changed by the last INSERT, UPDATE or DELETE.
    package var changes: Int { Int(csqlite_changes(handle)) }

    /// Runs statements without parameters one after the other and ignores their rows.
    package func execute(_ sql: String) throws(DestinationError) {
        let code = csqlite_exec(handle, sql, nil, nil, nil)
        guard code == CSQLITE_OK else { throw error(code) }
    }

    /// The integer in the first column of the first row of a query; nil without a row.
    package func integer(_ sql: String) throws(DestinationError) -> Int64? {
        let statement = try Statement(self, sql)
        return try statement.step() ? statement.integer(0) : nil
    }

    /// The error of the call that just returned `code`.
    func error(_ code: Int32) -> DestinationError {
        Self.error(code, String(cString: csqlite_errmsg(handle)), file)
    }

    /// The reason why a file of the database was refused at its open, or else SQLite's error.
    private static func error(
        _ code: Int32, _ message: String, _ file: StoreFile
    ) -> DestinationError {
        if code & 0xFF == CSQLITE_CANTOPEN {
            if let number = SystemError.descriptorShortage {
                return .system(call: file.path, errno: number)
            }
            do { try file.check() } catch { return error }
        }
        return .sqlite(path: file.path, code: code, message: message)
    }

    /// Configures SQLite once, before it starts. This fails if other code in the process has started
    /// SQLite already, which costs only speed.
    private static let processSettings: Void = { _ = csqlite_disable_memory_statistics() }()
}
