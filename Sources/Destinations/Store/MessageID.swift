/// A generator of message ids: `msg_` and a ULID.
///
/// A ULID is 26 characters of Crockford's base 32: 48 bits of milliseconds since 1970 and 80 random
/// bits. Each id sorts after all earlier ones, even within a millisecond and after the clock was
/// set back, so that the primary key's index is only appended to.
package struct MessageIDGenerator {
    /// The length of an id, in bytes.
    package static let byteCount = 30

    private var last: UInt128 = 0
    private var random = SystemRandomNumberGenerator()

    package init() {}

    /// Writes the next id into the first `byteCount` bytes of `target`.
    ///
    /// - Parameter now: milliseconds since 1970; clamped to 48 bits.
    package mutating func next(now: Int64, into target: UnsafeMutableRawPointer) {
        let time = UInt128(UInt64(min(max(now, 0), 1 << 48 - 1)))
        if time > last >> 80 {
            // The top bit stays clear: 2⁷⁹ more ids fit before the time changes.
            let high: UInt64 = random.next() & 0x7FFF
            let low: UInt64 = random.next()
            last = time << 80 | UInt128(high) << 64 | UInt128(low)
        } else {
            last += 1
        }
        target.storeBytes(of: UInt32(bigEndian: 0x6D73_675F), as: UInt32.self)  // "msg_"
        Self.encode(last, into: target + 4)
    }

    /// Writes five bits a character, the last one first, from two halves of 64 bits: arithmetic
    /// with 128 bits takes several times as long.
    private static func encode(_ value: UInt128, into target: UnsafeMutableRawPointer) {
        let alphabet = ("0123456789ABCDEFGHJKMNPQRSTVWXYZ" as StaticString).utf8Start
        var low = UInt64(truncatingIfNeeded: value)
        var high = UInt64(truncatingIfNeeded: value >> 64)
        var position = 26
        while position > 14 {
            position -= 1
            target.storeBytes(
                of: alphabet[Int(low & 31)], toByteOffset: position, as: UInt8.self)
            low >>= 5
        }
        // The thirteenth character has the last four bits of one half and the first of the other.
        let shared = low | (high & 1) << 4
        target.storeBytes(of: alphabet[Int(shared)], toByteOffset: 13, as: UInt8.self)
        high >>= 1
        position = 13
        while position > 0 {
            position -= 1
            target.storeBytes(
                of: alphabet[Int(high & 31)], toByteOffset: position, as: UInt8.self)
            high >>= 5
        }
    }
}
