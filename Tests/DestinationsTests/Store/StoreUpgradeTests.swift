import Destinations
import Foundation
import Testing

@Suite("The upgrade of a store") struct StoreUpgradeTests {
    let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    /// The tables of version 1, as version 0.1.0 of the program made them.
    static let tablesOfVersion1 = """
        CREATE TABLE applications (
            id TEXT NOT NULL PRIMARY KEY, org_id TEXT NOT NULL DEFAULT 'org_local',
            env_id TEXT NOT NULL DEFAULT 'env_local',
            active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))) WITHOUT ROWID;
        CREATE TABLE endpoints (
            id TEXT NOT NULL PRIMARY KEY,
            application_id TEXT NOT NULL REFERENCES applications (id), url TEXT NOT NULL,
            active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))) WITHOUT ROWID;
        CREATE INDEX endpoints_by_application ON endpoints (application_id);
        CREATE TABLE messages (
            id TEXT NOT NULL PRIMARY KEY, org_id TEXT NOT NULL, env_id TEXT NOT NULL,
            application_id TEXT NOT NULL REFERENCES applications (id), event_type TEXT NOT NULL,
            payload TEXT, status TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
            idempotency_key TEXT NOT NULL, UNIQUE (idempotency_key, application_id));
        CREATE TABLE deliveries (
            message_id TEXT NOT NULL REFERENCES messages (id),
            endpoint_id TEXT NOT NULL REFERENCES endpoints (id), status TEXT NOT NULL,
            created_at TEXT NOT NULL, PRIMARY KEY (message_id, endpoint_id)) WITHOUT ROWID;
        PRAGMA application_id = 0x686B6274; PRAGMA user_version = 1;
        INSERT INTO applications (id) VALUES ('app_1');
        INSERT INTO endpoints VALUES ('ep_1', 'app_1', 'https://a.example', 1);
        INSERT INTO messages VALUES ('msg_1', 'o', 'e', 'app_1', 't', '1', 'pending',
            '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 'k');
        INSERT INTO deliveries VALUES ('msg_1', 'ep_1', 'pending', '2026-01-01T00:00:00.000Z');
        """

    private func makeOld() throws -> Database {
        try Data().write(to: URL(filePath: folder.path))
        let old = try folder.connection()
        try old.execute("PRAGMA journal_mode = WAL;" + Self.tablesOfVersion1)
        return old
    }

    private func columns(_ database: Database) throws -> [[String?]] {
        try database.rows(
            """
            SELECT t.name, c.name, c.type, c."notnull", c.dflt_value, c.pk
            FROM sqlite_master AS t, pragma_table_info(t.name) AS c ORDER BY 1, c.cid
            """, columns: 6)
    }

    @Test("A store of version 1 keeps its rows, and gets the tables of a new one")
    func upgrade() throws {
        do { _ = try makeOld() }
        let store = try folder.store()
        let database = try folder.connection()
        #expect(try database.integer("PRAGMA user_version") == StoreSchema.version)
        let fresh = try StoreFolder()
        _ = try fresh.store()
        #expect(try columns(database) == columns(fresh.connection()))
        let rows = try database.rows(
            "SELECT message_id, endpoint_id, status, due_at, attempts FROM deliveries", columns: 5)
        #expect(rows == [["msg_1", "ep_1", "pending", "", "0"]])
        #expect(try store.submit(OwnMessage(key: "k2"), now: 0) == .created)
        try store.commit()
        let due = "SELECT due_at FROM deliveries WHERE message_id <> 'msg_1'"
        #expect(try database.rows(due, columns: 1) == [["1970-01-01T00:00:00.000Z"]])
        #expect(try StoreCatalog(path: folder.path, creates: false).problems() == [])
    }

    @Test("A program of version 1 that has the store open can insert after the upgrade")
    func olderProgram() throws {
        let old = try makeOld()
        _ = try folder.store()
        try old.execute(
            """
            INSERT INTO endpoints (id, application_id, url) VALUES ('ep_2', 'app_1', 'https://b');
            INSERT INTO deliveries (message_id, endpoint_id, status, created_at)
            SELECT 'msg_1', id, 'pending', '2026-01-01T00:00:00.000Z'
            FROM endpoints WHERE id = 'ep_2';
            """)
        #expect(try StoreCatalog(path: folder.path, creates: false).problems() == [])
        #expect(try old.integer("SELECT count(*) FROM deliveries WHERE due_at = ''") == 2)
    }

    @Test("An upgrade that fails leaves the store of version 1, and the next one makes it whole")
    func failed() throws {
        let old = try makeOld()
        // The name is taken, so that the last statement of the upgrade fails.
        try old.execute("CREATE TABLE deliveries_due (a)")
        #expect(throws: DestinationError.self) { try folder.store() }
        #expect(try old.integer("PRAGMA user_version") == 1)
        let added = "SELECT count(*) FROM pragma_table_info('deliveries') WHERE name = 'due_at'"
        #expect(try old.integer(added) == 0)
        try old.execute("DROP TABLE deliveries_due")
        _ = try folder.store()
        #expect(try old.integer("PRAGMA user_version") == 2)
        #expect(try old.integer(added) == 1)
    }
}
