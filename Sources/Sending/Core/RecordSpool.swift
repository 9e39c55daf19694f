package import Ledger

/// The copies of a stream's records, which can't be read again.
package protocol RecordSpool: AnyObject {
    /// Appends a record and returns its offset; nil after a failure.
    func keep(_ record: UnsafeRawBufferPointer) -> UInt64?
}

extension Spool: RecordSpool {}
