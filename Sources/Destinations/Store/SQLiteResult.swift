import CSQLite

/// The primary result codes of SQLite that need different advice.
package enum SQLiteResult: Sendable {
    case locked, full, readOnly, inputOutput, damaged

    /// Returns nil for another code.
    ///
    /// - Parameter code: A primary or an extended result code.
    package init?(_ code: Int32) {
        switch code & 0xFF {
        case CSQLITE_BUSY, CSQLITE_LOCKED: self = .locked
        case CSQLITE_FULL: self = .full
        case CSQLITE_READONLY, CSQLITE_CANTOPEN: self = .readOnly
        case CSQLITE_IOERR: self = .inputOutput
        case CSQLITE_CORRUPT, CSQLITE_NOTADB: self = .damaged
        default: return nil
        }
    }
}
