package import Records

/// A large record as read, in the memory from which its payload is sent.
package struct KeptOriginal {
    let bytes: UnsafeRawBufferPointer
    private let memory: RecordMemory
    /// The change of the payload, until it is reverted.
    private var change: PayloadChange?

    /// - Parameter bytes: The record's bytes in `memory`.
    package init(
        _ bytes: UnsafeRawBufferPointer, changedBy change: PayloadChange?, in memory: RecordMemory
    ) {
        self.bytes = bytes
        self.change = change
        self.memory = memory
    }

    /// Restores `bytes` as read, which destroys the payload.
    mutating func restore() {
        change?.revert(in: UnsafeMutableRawBufferPointer(mutating: bytes))
        change = nil
    }
}
