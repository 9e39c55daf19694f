import CSQLite

/// A connection to an SQLite database file. It closes when the last owner lets go of it; an open
/// transaction is then rolled back.
///
/// Used by one thread at a time: it is opened without SQLite's own mutex.
package final class Database {
    /// How long a statement waits for another process's transaction to end. Longer than any batch
    /// takes to commit, short enough for a person to see that something holds the file.
    package static let busyTimeoutMilliseconds: Int32 = 10_000

    /// The path as the user wrote it, for errors.
    package let path: String
    /// The longest text that the connection takes, in bytes (10⁹ unless built otherwise).
    package let maxTextBytes: Int
    let handle: OpaquePointer

    /// Opens an existing file.
    ///
    /// - Parameters:
    ///   - path: what errors name.
    ///   - resolvedPath: the absolute path without symbolic links; a link there is refused.
    package init(path: String, resolvedPath: String) throws(DestinationError) {
        let version = sqlite3_libversion_number()
        guard version >= CSQLITE_MINIMUM_VERSION else {
            throw .sqlite(
                path: path, code: CSQLITE_ERROR,
                message: "SQLite \(version) is older than \(CSQLITE_MINIMUM_VERSION)")
        }
        _ = Self.processSettings
        var opened: OpaquePointer?
        let flags = CSQLITE_OPEN_READWRITE | CSQLITE_OPEN_NOMUTEX | CSQLITE_OPEN_NOFOLLOW
        let code = sqlite3_open_v2(resolvedPath, &opened, flags, nil)
        guard code == CSQLITE_OK, let opened else {
            // A failed open still makes a connection, unless even that did not fit in memory.
            defer { sqlite3_close_v2(opened) }
            let words: UnsafePointer<CChar> =
                opened == nil ? sqlite3_errstr(code) : sqlite3_errmsg(opened)
            throw .sqlite(
                path: path, code: opened.map(sqlite3_extended_errcode) ?? code,
                message: String(cString: words))
        }
        self.path = path
        handle = opened
        maxTextBytes = Int(sqlite3_limit(opened, CSQLITE_LIMIT_LENGTH, -1))
        sqlite3_extended_result_codes(opened, 1)
        sqlite3_busy_timeout(opened, Self.busyTimeoutMilliseconds)
        // A file from elsewhere can't make functions run from its schema, and a misspelt column
        // is an error rather than a string. Options that a build lacks are no loss.
        _ = csqlite_set_option(opened, CSQLITE_DBCONFIG_DEFENSIVE, 1)
        _ = csqlite_set_option(opened, CSQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
        _ = csqlite_set_option(opened, CSQLITE_DBCONFIG_DQS_DDL, 0)
        _ = csqlite_set_option(opened, CSQLITE_DBCONFIG_DQS_DML, 0)
    }

    deinit {
        // "v2" closes at once, or as soon as the last statement is gone.
        sqlite3_close_v2(handle)
    }

    /// Whether a transaction is open. SQLite ends one by itself on some errors.
    package var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// The rows that the last INSERT, UPDATE or DELETE changed.
    package var changes: Int { Int(sqlite3_changes(handle)) }

    /// Runs statements without parameters, one after the other, dropping their rows.
    package func execute(_ sql: String) throws(DestinationError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == CSQLITE_OK else { throw error(code) }
    }

    /// The integer in the first column of the first row of a query; nil without a row.
    package func integer(_ sql: String) throws(DestinationError) -> Int64? {
        let statement = try Statement(self, sql)
        return try statement.step() ? statement.integer(0) : nil
    }

    /// What the connection says about the call that just returned `code`.
    func error(_ code: Int32) -> DestinationError {
        .sqlite(path: path, code: code, message: String(cString: sqlite3_errmsg(handle)))
    }

    /// Made once, before SQLite starts. It is refused when something else in the process has
    /// started SQLite before, which costs some speed and nothing else.
    private static let processSettings: Void = { _ = csqlite_disable_memory_statistics() }()
}
