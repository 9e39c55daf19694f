/// XXH64 with seed 0 of a record that comes in pieces, so that a large one need not be in memory.
/// The same as `XXH64` of the whole.
struct RecordHash {
    /// Every piece but the last has a multiple of this many bytes.
    static let stripe = 32

    private static let prime1: UInt64 = 0x9e37_79b1_85eb_ca87
    private static let prime2: UInt64 = 0xc2b2_ae3d_27d4_eb4f
    private static let prime3: UInt64 = 0x1656_67b1_9e37_79f9
    private static let prime4: UInt64 = 0x85eb_ca77_c2b2_ae63
    private static let prime5: UInt64 = 0x27d4_eb2f_1656_67c5

    private var lanes: (UInt64, UInt64, UInt64, UInt64) = (
        RecordHash.prime1 &+ RecordHash.prime2, RecordHash.prime2, 0, 0 &- RecordHash.prime1
    )
    private var count: UInt64 = 0

    /// Takes the next piece: whole stripes.
    mutating func update(_ piece: UnsafeRawBufferPointer) {
        precondition(piece.count % Self.stripe == 0, "only the last piece has a part of a stripe")
        var (a, b, c, d) = lanes
        for start in stride(from: 0, to: piece.count, by: Self.stripe) {
            a = Self.round(a, Self.word(piece, start))
            b = Self.round(b, Self.word(piece, start + 8))
            c = Self.round(c, Self.word(piece, start + 16))
            d = Self.round(d, Self.word(piece, start + 24))
        }
        lanes = (a, b, c, d)
        count += UInt64(piece.count)
    }

    /// The hash of all pieces, of which `piece` is the last.
    mutating func finish(_ piece: UnsafeRawBufferPointer) -> UInt64 {
        let whole = piece.count - piece.count % Self.stripe
        update(UnsafeRawBufferPointer(rebasing: piece[..<whole]))
        let tail = UnsafeRawBufferPointer(rebasing: piece[whole...])
        var hash = Self.prime5
        if count > 0 {
            let (a, b, c, d) = lanes
            hash = Self.rotated(a, 1) &+ Self.rotated(b, 7) &+ Self.rotated(c, 12)
            hash &+= Self.rotated(d, 18)
            for lane in [a, b, c, d] {
                hash = (hash ^ Self.round(0, lane)) &* Self.prime1 &+ Self.prime4
            }
        }
        hash &+= count + UInt64(tail.count)
        var index = 0
        while tail.count - index >= 8 {
            hash ^= Self.round(0, Self.word(tail, index))
            hash = Self.rotated(hash, 27) &* Self.prime1 &+ Self.prime4
            index += 8
        }
        if tail.count - index >= 4 {
            let half = UInt32(
                littleEndian: tail.loadUnaligned(fromByteOffset: index, as: UInt32.self))
            hash ^= UInt64(half) &* Self.prime1
            hash = Self.rotated(hash, 23) &* Self.prime2 &+ Self.prime3
            index += 4
        }
        for byte in tail[index...] {
            hash ^= UInt64(byte) &* Self.prime5
            hash = Self.rotated(hash, 11) &* Self.prime1
        }
        hash = (hash ^ hash >> 33) &* Self.prime2
        hash = (hash ^ hash >> 29) &* Self.prime3
        return hash ^ hash >> 32
    }

    @inline(__always)
    private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    @inline(__always)
    private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        value << bits | value >> (64 - bits)
    }

    @inline(__always)
    private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
        rotated(lane &+ input &* prime2, 31) &* prime1
    }
}
