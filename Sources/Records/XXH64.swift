/// The 64-bit xxHash of a buffer or of consecutive pieces.
///
/// Not cryptographic: it detects that a record changed between two reads. The algorithm follows
/// the xxHash specification, version 0.1.1. The default seed is 0.
package struct XXH64: Sendable {
    /// The unit of length, in bytes, of every piece except the last.
    package static let stripe = 32

    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    private let seed: UInt64
    private var lanes: (UInt64, UInt64, UInt64, UInt64)
    /// The number of bytes in the lanes.
    private var count: UInt64 = 0

    package init(seed: UInt64 = 0) {
        self.seed = seed
        lanes = (seed &+ Self.prime1 &+ Self.prime2, seed &+ Self.prime2, seed, seed &- Self.prime1)
    }

    /// The hash of all of `bytes`.
    package static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        XXH64(seed: seed).finish(bytes)
    }

    /// Adds the next piece, a multiple of `stripe` bytes.
    package mutating func update(_ piece: UnsafeRawBufferPointer) {
        precondition(piece.count % Self.stripe == 0, "only the last piece has a part of a stripe")
        guard let base = piece.baseAddress else { return }
        consumeStripes(base, piece.count)
    }

    /// Adds the last piece, of any length, and returns the hash.
    package consuming func finish(_ piece: UnsafeRawBufferPointer) -> UInt64 {
        guard let base = piece.baseAddress else { return Self.avalanche(mixedLanes &+ count) }
        let end = piece.count
        var i = end - end % Self.stripe
        if i > 0 { consumeStripes(base, i) }
        var hash = mixedLanes &+ count &+ UInt64(end - i)
        while i + 8 <= end {
            hash = Self.rotated(hash ^ Self.round(0, Self.word(base, i)), 27)
            hash = hash &* Self.prime1 &+ Self.prime4
            i += 8
        }
        if i + 4 <= end {
            let half = UInt32(littleEndian: base.loadUnaligned(fromByteOffset: i, as: UInt32.self))
            hash = Self.rotated(hash ^ UInt64(half) &* Self.prime1, 23)
            hash = hash &* Self.prime2 &+ Self.prime3
            i += 4
        }
        while i < end {
            let byte = base.load(fromByteOffset: i, as: UInt8.self)
            hash = Self.rotated(hash ^ UInt64(byte) &* Self.prime5, 11) &* Self.prime1
            i += 1
        }
        return Self.avalanche(hash)
    }

    @inline(__always)
    private mutating func consumeStripes(_ base: UnsafeRawPointer, _ length: Int) {
        var (a, b, c, d) = lanes
        for i in stride(from: 0, to: length, by: Self.stripe) {
            a = Self.round(a, Self.word(base, i))
            b = Self.round(b, Self.word(base, i + 8))
            c = Self.round(c, Self.word(base, i + 16))
            d = Self.round(d, Self.word(base, i + 24))
        }
        lanes = (a, b, c, d)
        count &+= UInt64(length)
    }

    /// The merged lanes, or the seed's constant before the first stripe.
    private var mixedLanes: UInt64 {
        guard count > 0 else { return seed &+ Self.prime5 }
        let (a, b, c, d) = lanes
        var hash = Self.rotated(a, 1) &+ Self.rotated(b, 7)
        hash &+= Self.rotated(c, 12) &+ Self.rotated(d, 18)
        hash = Self.merged(hash, a)
        hash = Self.merged(hash, b)
        hash = Self.merged(hash, c)
        return Self.merged(hash, d)
    }

    @inline(__always)
    private static func word(_ base: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    @inline(__always)
    private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        value << bits | value >> (64 - bits)
    }

    @inline(__always)
    private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
        rotated(lane &+ input &* prime2, 31) &* prime1
    }

    @inline(__always)
    private static func merged(_ hash: UInt64, _ lane: UInt64) -> UInt64 {
        (hash ^ round(0, lane)) &* prime1 &+ prime4
    }

    @inline(__always)
    private static func avalanche(_ hash: UInt64) -> UInt64 {
        var hash = hash
        hash = (hash ^ hash >> 33) &* prime2
        hash = (hash ^ hash >> 29) &* prime3
        return hash ^ hash >> 32
    }
}
