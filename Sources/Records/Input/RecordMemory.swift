import Glibc

/// A record's memory, detached from its reader and freed with its last owner.
package final class RecordMemory {
    private let bytes: UnsafeMutablePointer<UInt8>

    /// Adopts memory from `malloc`.
    init(adopting bytes: UnsafeMutablePointer<UInt8>) { self.bytes = bytes }

    deinit { free(bytes) }
}

extension ByteRange {
    /// The one of the two that contains the range.
    package func memory(in detached: (input: RecordMemory, decoded: RecordMemory?)) -> RecordMemory?
    {
        start >= 0 ? detached.input : detached.decoded
    }
}
