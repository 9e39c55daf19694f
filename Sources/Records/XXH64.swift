/// The 64-bit xxHash of a buffer, with seed 0 unless told otherwise.
///
/// Not cryptographic: it tells whether a record is still the one that was read before. The
/// algorithm is that of the xxHash specification, version 0.1.1.
package enum XXH64 {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    package static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        let count = bytes.count
        guard let base = bytes.baseAddress, count > 0 else {
            return avalanche(seed &+ prime5)
        }
        var i = 0
        var hash: UInt64
        if count >= 32 {
            var (a, b) = (seed &+ prime1 &+ prime2, seed &+ prime2)
            var (c, d) = (seed, seed &- prime1)
            while i + 32 <= count {
                a = round(a, word(base, i))
                b = round(b, word(base, i + 8))
                c = round(c, word(base, i + 16))
                d = round(d, word(base, i + 24))
                i += 32
            }
            hash = rotated(a, 1) &+ rotated(b, 7) &+ rotated(c, 12) &+ rotated(d, 18)
            hash = merged(merged(merged(merged(hash, a), b), c), d)
        } else {
            hash = seed &+ prime5
        }
        hash &+= UInt64(count)
        while i + 8 <= count {
            hash = rotated(hash ^ round(0, word(base, i)), 27) &* prime1 &+ prime4
            i += 8
        }
        if i + 4 <= count {
            let half = UInt32(littleEndian: base.loadUnaligned(fromByteOffset: i, as: UInt32.self))
            hash = rotated(hash ^ UInt64(half) &* prime1, 23) &* prime2 &+ prime3
            i += 4
        }
        while i < count {
            let byte = base.load(fromByteOffset: i, as: UInt8.self)
            hash = rotated(hash ^ UInt64(byte) &* prime5, 11) &* prime1
            i += 1
        }
        return avalanche(hash)
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
