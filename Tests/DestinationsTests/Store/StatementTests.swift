import Destinations
import Foundation
import Testing

@Suite("Prepared statements")
struct StatementTests {
    let folder: StoreFolder

    init() throws {
        folder = try StoreFolder()
        try Data().write(to: URL(filePath: folder.path))
    }

    @Test("A bound empty text is a text, and an absent one is NULL")
    func emptyAndNull() throws {
        let statement = try Statement(folder.connection(), "SELECT typeof(?1), typeof(?2)")
        try statement.bind(1, borrowing: UnsafeRawBufferPointer(start: nil, count: 0))
        try statement.bind(2, borrowingOrNull: nil)
        #expect(try statement.step())
        #expect(String(decoding: statement.text(0), as: UTF8.self) == "text")
        #expect(String(decoding: statement.text(1), as: UTF8.self) == "null")
    }

    @Test("A copied text is independent of its string, and a borrowed one is read at each run")
    func copiedAndBorrowed() throws {
        let statement = try Statement(folder.connection(), "SELECT ?1 || ?2")
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 3, alignment: 1)
        defer { bytes.deallocate() }
        try statement.bind(1, String(repeating: "copied ", count: 10))
        try statement.bind(2, borrowing: UnsafeRawBufferPointer(bytes))
        for text in ["one", "two"] {
            bytes.copyBytes(from: text.utf8)
            #expect(try statement.step())
            #expect(
                String(decoding: statement.text(0), as: UTF8.self)
                    == String(repeating: "copied ", count: 10) + text)
            statement.reset()
        }
    }

    @Test("A statement that failed can run again")
    func failure() throws {
        let database = try folder.connection()
        try database.execute("CREATE TABLE t (a TEXT UNIQUE)")
        let statement = try Statement(database, "INSERT INTO t VALUES (?1)")
        try statement.bind(1, "a")
        try statement.run()
        // SQLITE_CONSTRAINT_UNIQUE: the extended code, not the primary one.
        let failed = DestinationError.sqlite(
            path: folder.path, code: 2067, message: "UNIQUE constraint failed: t.a")
        #expect(throws: failed) { try statement.run() }
        try statement.bind(1, "b")
        try statement.run()
        #expect(try database.integer("SELECT count(*) FROM t") == 2)
    }

    @Test("Invalid SQL is an error when it is prepared")
    func syntax() throws {
        let database = try folder.connection()
        #expect(throws: DestinationError.self) { _ = try Statement(database, "SELEKT 1") }
        #expect(throws: DestinationError.self) { try database.execute("SELECT \"misspelt\"") }
    }
}
