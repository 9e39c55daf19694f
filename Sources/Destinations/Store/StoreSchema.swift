import CSQLite

/// The tables of a store and the marks that identify its file.
package enum StoreSchema {
    /// `PRAGMA application_id` of a store: "hkbt".
    package static let applicationID: Int64 = 0x686B_6274
    /// `PRAGMA user_version`: the version of the tables, from 1.
    package static let version: Int64 = 2

    /// What a database is before it is prepared.
    private enum State: Hashable {
        case empty
        case store(version: Int64)
    }

    /// Creates the tables in an empty database, or upgrades those of an older store.
    ///
    /// An upgrade is one transaction: a process that is killed in it leaves the old store.
    ///
    /// - Throws: `.notAStore` for another program's database and for a store of a newer version,
    ///   which are not changed.
    static func prepare(_ database: Database) throws(DestinationError) {
        let state: State
        do {
            state = try examine(database)
        } catch .sqlite(_, CSQLITE_NOTADB, _) {
            throw .notAStore(path: database.path, reason: "not an SQLite database")
        }
        try switchToWriteAheadLog(database)
        // A line is accepted after its commit, so the commit must be on the disk.
        // 2 MiB of pages: 8 MiB took 7 MB more memory without being faster.
        // The inserts of one transaction keep foreign keys valid without a lookup.
        try database.execute(
            """
            PRAGMA synchronous = FULL;
            PRAGMA fullfsync = ON;
            PRAGMA cache_size = -2048;
            PRAGMA foreign_keys = OFF;
            """)
        if state != .store(version: version) { try upgrade(database) }
    }

    /// The state of the database; throws if it is not a store that this program knows.
    private static func examine(_ database: Database) throws(DestinationError) -> State {
        // One statement reads one state of the file: another process may be creating the tables.
        let header = try Statement(
            database,
            """
            SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)
            FROM pragma_application_id, pragma_user_version
            """)
        guard try header.step() else { preconditionFailure("a database without a header") }
        let application = header.integer(0)
        let found = header.integer(1)
        let objects = header.integer(2)
        if application == applicationID {
            guard (1...version).contains(found) else {
                throw .notAStore(
                    path: database.path,
                    reason: "a store of version \(found); this program knows versions 1 to "
                        + "\(version)")
            }
            return .store(version: found)
        }
        guard application == 0, found == 0, objects == 0 else {
            throw .notAStore(path: database.path, reason: "a database of another program")
        }
        return .empty
    }

    /// Turns the write-ahead log on, which costs one sync a commit. On file systems without support
    /// for it SQLite keeps its rollback journal, which is slower and equally safe.
    private static func switchToWriteAheadLog(_ database: Database) throws(DestinationError) {
        var waited: Int32 = 0
        while true {
            do {
                return try database.execute("PRAGMA journal_mode = WAL")
            } catch .sqlite(_, let code, _)
                where code & 0xFF == CSQLITE_BUSY && waited < Database.busyTimeoutMilliseconds
            {
                // If two processes create the same store at once, one gets "busy" without the
                // usual wait, because waiting would be a deadlock.
                waited += max(1, csqlite_sleep(10))
            }
        }
    }

    /// Brings the tables to the newest version, in one transaction.
    private static func upgrade(_ database: Database) throws(DestinationError) {
        try database.execute("BEGIN IMMEDIATE")
        do {
            // Another process may have done this in the meantime.
            let first: Int =
                switch try examine(database) {
                case .empty: 0
                case .store(let version): Int(version)
                }
            for step in steps[first...] { try database.execute(step) }
            try database.execute(
                "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
            try database.execute("COMMIT")
        } catch {
            if database.isInTransaction { try? database.execute("ROLLBACK") }
            throw error
        }
    }

    /// The statements that make each version of the one before it; a new store takes all.
    private static let steps = [tables, deliveryTables]

    /// The tables of version 1. `messages` has the API's nine columns and the idempotency key.
    ///
    /// Rows are in rowid order and ids ascend, so that both are appended. The unique index begins
    /// with the key, because the keys of a run are adjacent and applications are not: 290,000
    /// against 80,000 rows/s, measured with 1,000 applications.
    private static let tables = """
        CREATE TABLE applications (
            id TEXT NOT NULL PRIMARY KEY,
            org_id TEXT NOT NULL DEFAULT 'org_local',
            env_id TEXT NOT NULL DEFAULT 'env_local',
            active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
        ) WITHOUT ROWID;

        CREATE TABLE endpoints (
            id TEXT NOT NULL PRIMARY KEY,
            application_id TEXT NOT NULL REFERENCES applications (id),
            url TEXT NOT NULL,
            active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
        ) WITHOUT ROWID;

        CREATE INDEX endpoints_by_application ON endpoints (application_id);

        CREATE TABLE messages (
            id TEXT NOT NULL PRIMARY KEY,
            org_id TEXT NOT NULL,
            env_id TEXT NOT NULL,
            application_id TEXT NOT NULL REFERENCES applications (id),
            event_type TEXT NOT NULL,
            payload TEXT,
            status TEXT NOT NULL,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            idempotency_key TEXT NOT NULL,
            UNIQUE (idempotency_key, application_id)
        );

        CREATE TABLE deliveries (
            message_id TEXT NOT NULL REFERENCES messages (id),
            endpoint_id TEXT NOT NULL REFERENCES endpoints (id),
            status TEXT NOT NULL,
            created_at TEXT NOT NULL,
            PRIMARY KEY (message_id, endpoint_id)
        ) WITHOUT ROWID;
        """
}
