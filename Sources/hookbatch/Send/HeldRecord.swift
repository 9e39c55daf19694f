import Records

/// What is kept of a record in a slot until its outcome is recorded.
struct HeldRecord {
    var ordinal: UInt64 = 0
    var offset: UInt64 = 0
    var length: UInt64 = 0
    var hash: UInt64 = 0
    /// The application id, then the event type's literal.
    private var text: [UInt8] = []
    private var appIDCount = 0
    /// The original bytes, for an input that can't be read again.
    private(set) var original: [UInt8] = []
    /// When its last attempt began, in ms since 1970.
    var startedAt: Int64 = 0

    mutating func fill(
        _ record: Record, appID: UnsafeRawBufferPointer, eventType: UnsafeRawBufferPointer,
        original: UnsafeRawBufferPointer?
    ) {
        ordinal = record.ordinal
        offset = record.offset.value
        length = record.length
        hash = record.hash
        text.removeAll(keepingCapacity: true)
        text.append(contentsOf: appID)
        text.append(contentsOf: eventType)
        appIDCount = appID.count
        // Large originals give their memory back.
        self.original.removeAll(keepingCapacity: self.original.capacity <= 64 << 10)
        if let original { self.original.append(contentsOf: original) }
    }

    /// Calls `body` with the application id and the event type's literal.
    func withText<R>(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> R) rethrows
        -> R
    {
        try text.withUnsafeBytes { bytes in
            try body(
                UnsafeRawBufferPointer(rebasing: bytes[..<appIDCount]),
                UnsafeRawBufferPointer(rebasing: bytes[appIDCount...]))
        }
    }
}
