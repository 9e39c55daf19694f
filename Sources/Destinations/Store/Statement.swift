import CSQLite

/// A prepared statement, finalized with its last reference.
///
/// Parameters are numbered from 1, columns from 0. Texts are bound without a copy.
package struct Statement: ~Copyable {
    private let database: Database
    private let handle: OpaquePointer

    /// Prepares the first statement of `sql`, to be kept and run many times.
    package init(_ database: Database, _ sql: String) throws(DestinationError) {
        var prepared: OpaquePointer?
        let code = csqlite_prepare_v3(
            database.handle, sql, -1, UInt32(CSQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == CSQLITE_OK else { throw database.error(code) }
        guard let prepared else { preconditionFailure("an empty statement was prepared") }
        self.database = database
        handle = prepared
    }

    deinit { csqlite_finalize(handle) }

    /// Binds UTF-8 text without a copy. The memory must stay valid until the parameter is bound
    /// again or the statement ends; its bytes may change between runs.
    package borrowing func bind(
        _ index: Int32, borrowing text: UnsafeRawBufferPointer
    ) throws(DestinationError) {
        try bind(index, text, csqlite_static())
    }

    /// Binds like `bind(_:borrowing:)`; nil is NULL.
    package borrowing func bind(
        _ index: Int32, borrowingOrNull text: UnsafeRawBufferPointer?
    ) throws(DestinationError) {
        if let text { try bind(index, borrowing: text) } else { try bindNull(index) }
    }

    /// Binds text that SQLite copies.
    package borrowing func bind(_ index: Int32, _ text: String) throws(DestinationError) {
        var text = text
        let code = text.withUTF8 { utf8 in
            bindCode(index, UnsafeRawBufferPointer(utf8), csqlite_transient())
        }
        guard code == CSQLITE_OK else { throw database.error(code) }
    }

    package borrowing func bindNull(_ index: Int32) throws(DestinationError) {
        let code = csqlite_bind_null(handle, index)
        guard code == CSQLITE_OK else { throw database.error(code) }
    }

    /// Moves to the next row; false at the end. An error resets the statement.
    package borrowing func step() throws(DestinationError) -> Bool {
        let code = csqlite_step(handle)
        if code == CSQLITE_ROW { return true }
        if code == CSQLITE_DONE { return false }
        let error = database.error(code)
        csqlite_reset(handle)
        throw error
    }

    /// Makes the statement ready to run again; bindings stay.
    package borrowing func reset() {
        // The code repeats that of the last step, which was reported.
        csqlite_reset(handle)
    }

    /// Runs a statement without rows to its end and resets it.
    package borrowing func run() throws(DestinationError) {
        let hasRow = try step()
        precondition(!hasRow, "a statement without a result returned a row")
        reset()
    }

    package borrowing func isNull(_ column: Int32) -> Bool {
        csqlite_column_type(handle, column) == CSQLITE_NULL
    }

    package borrowing func integer(_ column: Int32) -> Int64 {
        csqlite_column_int64(handle, column)
    }

    /// The bytes of a text column, until the next `step` or `reset`; empty if it is null.
    package borrowing func text(_ column: Int32) -> UnsafeRawBufferPointer {
        // The order matters: the length is that of the encoding requested last.
        let start = csqlite_column_text(handle, column)
        return UnsafeRawBufferPointer(
            start: start, count: Int(csqlite_column_bytes(handle, column)))
    }

    private borrowing func bind(
        _ index: Int32, _ text: UnsafeRawBufferPointer, _ destructor: sqlite3_destructor_type?
    ) throws(DestinationError) {
        let code = bindCode(index, text, destructor)
        guard code == CSQLITE_OK else { throw database.error(code) }
    }

    private borrowing func bindCode(
        _ index: Int32, _ text: UnsafeRawBufferPointer, _ destructor: sqlite3_destructor_type?
    ) -> Int32 {
        // SQLite binds a null pointer as NULL, even with length 0.
        let start =
            text.baseAddress?.assumingMemoryBound(to: CChar.self)
            ?? UnsafeRawPointer(("" as StaticString).utf8Start).assumingMemoryBound(to: CChar.self)
        return csqlite_bind_text64(
            handle, index, start, UInt64(text.count), destructor, UInt8(CSQLITE_UTF8))
    }
}
