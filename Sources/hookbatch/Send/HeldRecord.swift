import Records

/// What is kept of a record in a slot until its outcome is recorded.
struct HeldRecord {
    /// A slot keeps room for originals of up to this size: enough for most, little enough for
    /// thousands of slots.
    private static let keptBytes = 2048

    var ordinal: UInt64 = 0
    var offset: UInt64 = 0
    var length: UInt64 = 0
    var hash: UInt64 = 0
    /// The application id, then the event type's literal.
    private var text: [UInt8] = []
    private var appIDCount = 0
    /// The original bytes, for an input that can't be read again; copied, or kept where they are.
    private var copied: [UInt8] = []
    private var kept: KeptOriginal?
    /// When its last attempt began, in ms since 1970.
    var startedAt: Int64 = 0

    mutating func fill(
        _ record: Record, appID: UnsafeRawBufferPointer, eventType: UnsafeRawBufferPointer
    ) {
        ordinal = record.ordinal
        offset = record.offset.value
        length = record.length
        hash = record.hash
        text.removeAll(keepingCapacity: true)
        // In one piece: each append could move it.
        text.reserveCapacity(appID.count + eventType.count)
        text.append(contentsOf: appID)
        text.append(contentsOf: eventType)
        appIDCount = appID.count
        copied.removeAll(keepingCapacity: true)
        kept = nil
    }

    mutating func copy(original: UnsafeRawBufferPointer) { copied.append(contentsOf: original) }

    mutating func keep(_ original: KeptOriginal) { kept = original }

    /// Gives back what a large original takes: it is not needed any more.
    mutating func forgetOriginal() {
        kept = nil
        if copied.capacity > Self.keptBytes { copied = [] }
    }

    // Mutating, since what an array in a class holds would else be copied for the call.

    /// Takes the original bytes back, from the memory in which a large payload is sent: for a line
    /// that is not sent any more, since its payload is gone with that. Calls `body` with them; with
    /// none for an input that can be read again.
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
