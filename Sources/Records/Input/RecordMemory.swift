import Glibc

/// Memory that a reader gave away with a record in it, freed with its last owner.
package final class RecordMemory {
    private let bytes: UnsafeMutablePointer<UInt8>

    /// Takes over memory from `malloc`.
    init(taking bytes: UnsafeMutablePointer<UInt8>) { self.bytes = bytes }

    deinit { free(bytes) }
}

extension RecordReader {
    /// Gives away the memory in which the last record lies, so that a large one need not be
    /// copied: its fields as they stand in the input, and those that were decoded or escaped
    /// (ranges whose start is negative; nil if there are none).
    ///
    /// What `bytes(_:)` has given points into it and is good as long as it is kept; the record's
    /// ranges are void.
    package mutating func giveAway() -> (input: RecordMemory, decoded: RecordMemory?) {
        let decoded = scratch.count > 0 ? RecordMemory(taking: scratch.giveAway()) : nil
        return (RecordMemory(taking: buffer.giveAway()), decoded)
    }

    /// How many bytes of a record that is not complete were read. Only for the time after
    /// `needsInput`.
    package var incompleteBytes: Int { buffer.available }
}

extension ByteRange {
    /// Which of the two the range lies in.
    package func memory(in given: (input: RecordMemory, decoded: RecordMemory?)) -> RecordMemory? {
        start >= 0 ? given.input : given.decoded
    }
}
