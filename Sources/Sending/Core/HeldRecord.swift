/// The data of a record in a slot until its outcome is recorded.
struct HeldRecord {
    /// Maximum buffer that a slot keeps for originals: enough for most records, and small for
    /// thousands of slots.
    private static let maxKeptBytes = 2048

    var ordinal: UInt64 = 0
    /// The number of the file's name in the row, and the physical line there.
    var fileName = 0
    var line: UInt64 = 0
    /// The offset in the row's detail; nil without one.
    var shownOffset: UInt64?
    var offset: UInt64 = 0
    var length: UInt64 = 0
    var hash: UInt64 = 0
    /// The application id, then the event type's literal.
    private var text: [UInt8] = []
    private var appIDCount = 0
    /// The original bytes of a stream's record: copied, or kept in place.
    private var copied: [UInt8] = []
    private var kept: KeptOriginal?
    /// The start of the last attempt, in milliseconds since 1970.
    var startedAt: Int64 = 0

    mutating func fill(_ record: RecordView) {
        guard let appID = record.appID, let eventType = record.eventType else {
            preconditionFailure("a valid record has an application and an event type")
        }
        ordinal = record.ordinal
        fileName = record.fileName
        line = record.line
        shownOffset = record.shownOffset
        offset = record.offset
        length = record.length
        hash = record.hash
        text.removeAll(keepingCapacity: true)
        // Once, because each append could reallocate.
        text.reserveCapacity(appID.count + eventType.count)
        text.append(contentsOf: appID)
        text.append(contentsOf: eventType)
        appIDCount = appID.count
        copied.removeAll(keepingCapacity: true)
        kept = nil
    }

    mutating func copy(original: UnsafeRawBufferPointer) { copied.append(contentsOf: original) }

    mutating func keep(_ original: KeptOriginal) { kept = original }

    /// Frees the memory of a large original.
    mutating func forgetOriginal() {
        kept = nil
        if copied.capacity > Self.maxKeptBytes { copied = [] }
    }

    // Mutating, because an element of an array in a class would otherwise be copied for the call.

    /// Restores the original bytes in the memory of a large payload, which destroys the payload.
    ///
    /// For lines that are not sent again. Calls `body` with the bytes; with none for an input that
    /// can be read again.
    mutating func takeBackOriginal<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        kept?.restore()
        if let kept { return try body(kept.bytes) }
        return try copied.withUnsafeBytes(body)
    }

    /// Calls `body` with the application id and the event type's literal.
    mutating func withText<R>(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> R)
        rethrows
        -> R
    {
        try text.withUnsafeBytes { bytes in
            try body(
                UnsafeRawBufferPointer(rebasing: bytes[..<appIDCount]),
                UnsafeRawBufferPointer(rebasing: bytes[appIDCount...]))
        }
    }
}
