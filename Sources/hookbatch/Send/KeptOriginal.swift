import Records

/// A large record as it was read, in the memory in which its payload is sent.
struct KeptOriginal {
    let bytes: UnsafeRawBufferPointer
    private let memory: RecordMemory
    /// How the payload was changed there, until that is taken back.
    private var change: PayloadChange?

    /// `bytes` are the record's, in `memory`.
    init(_ bytes: UnsafeRawBufferPointer, changedBy change: PayloadChange?, in memory: RecordMemory)
    {
        self.bytes = bytes
        self.change = change
        self.memory = memory
    }

    /// Makes `bytes` what was read. The payload is gone with that.
    mutating func restore() {
        change?.revert(in: UnsafeMutableRawBufferPointer(mutating: bytes))
        change = nil
    }
}
