package import Platform

/// Where a line of a file of undelivered lines was first, as its rows have it.
package struct RecordOrigin: Hashable, Sendable {
    /// The index of the file's name in `OriginNames.texts`.
    package var name: Int
    package var line: UInt64
    /// The offset that distinguishes the records of one line; nil if a line has one record.
    package var offset: UInt64?
    /// Whether the message may have arrived in an earlier run.
    package var mayHaveArrived: Bool
    /// XXH64 of the record.
    package var hash: UInt64
    /// The idempotency key of the line in the earlier run; nil for a new one.
    package var key: [UInt8]?
    /// Whether the message keeps that key: it is the same as in the earlier run.
    package var keepsKey: Bool
}

/// The origins of an input's records.
package protocol RecordOrigins: AnyObject {
    /// Returns the origin of a record; nil if it is not known.
    ///
    /// - Parameters:
    ///   - record: The number of the record in its input, from 1.
    ///   - hash: XXH64 of the record.
    func origin(of record: UInt64, hash: UInt64) throws(OriginsError) -> RecordOrigin?

    /// Whether a record without an origin may have arrived in an earlier run: it may be one of the
    /// lines that may have arrived.
    var unmatchedMayHaveArrived: Bool { get }
}

/// Why a file of origins can't be used.
package enum OriginsError: Error, Hashable, Sendable {
    /// A call to the system failed.
    case system(SystemError)
    /// The file is truncated, changed, or of a later version.
    case damaged(path: String)
}
