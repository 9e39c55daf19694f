import CSQLite

/// The SQLite of this process, loaded once.
enum SQLite {
    /// Loads SQLite at the first call: less than a millisecond.
    ///
    /// - Throws: `.sqliteLibrary` if it is missing or too old.
    static func require() throws(DestinationError) {
        if let loadFailure {
            throw .sqliteLibrary(
                reason: "it can't be loaded (\(loadFailure)); install it (libsqlite3-0 on Debian "
                    + "and Ubuntu), or send to the API with --to")
        }
        if csqlite_libversion_number() < CSQLITE_MINIMUM_VERSION {
            throw .sqliteLibrary(
                reason: "version \(String(cString: csqlite_libversion())) is too old; a store "
                    + "needs 3.31.0 or newer")
        }
    }

    /// The version that can be loaded; nil without one.
    static var version: String? {
        loadFailure == nil ? String(cString: csqlite_libversion()) : nil
    }

    // A static `let` is evaluated once, on the first thread that needs it.
    private static let loadFailure = csqlite_load().map { String(cString: $0) }
}
