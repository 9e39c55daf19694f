/// SHA-256 (FIPS 180-4) of bytes that come in parts.
package struct SHA256: Sendable {
    /// 32 bytes, as eight words of which the first is the most significant.
    package struct Value: Sendable {
        private let words: InlineArray<8, UInt32>

        fileprivate init(words: InlineArray<8, UInt32>) { self.words = words }

        package var bytes: [UInt8] {
            (0..<8).flatMap { index in
                [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: words[index] >> UInt32($0)) }
            }
        }

        /// The first 64 bits as a number in big-endian order.
        package var first64Bits: UInt64 { UInt64(words[0]) << 32 | UInt64(words[1]) }

        /// 64 lower-case digits.
        package var hexadecimal: String {
            bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }

    /// Bytes.
    package static let blockSize = 64

    private var state = Self.initial
    /// The first `held` bytes are not compressed yet.
    private var block = InlineArray<64, UInt8>(repeating: 0)
    private var held = 0
    /// Bytes.
    private var length: UInt64 = 0

    package init() {}

    package mutating func update(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { append(byte) }
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { append(byte) }
    }

    package consuming func finish() -> Value {
        let bits = length &* 8
        append(0x80)
        while held != 56 { append(0) }
        for shift in stride(from: 56, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
        }
        return Value(words: state)
    }

    package static func hash(_ message: some Sequence<UInt8>) -> Value {
        var hash = SHA256()
        hash.update(message)
        return hash.finish()
    }

    private mutating func append(_ byte: UInt8) {
        block[held] = byte
        held += 1
        length &+= 1
        if held == Self.blockSize {
            compress()
            held = 0
        }
    }

    private mutating func compress() {
        var w = InlineArray<64, UInt32>(repeating: 0)
        for index in 0..<16 {
            let place = index * 4
            w[index] =
                UInt32(block[place]) << 24 | UInt32(block[place + 1]) << 16
                | UInt32(block[place + 2]) << 8 | UInt32(block[place + 3])
        }
        for index in 16..<64 {
            let (early, late) = (w[index - 15], w[index - 2])
            let s0 = Self.rotated(early, 7) ^ Self.rotated(early, 18) ^ early >> 3
            let s1 = Self.rotated(late, 17) ^ Self.rotated(late, 19) ^ late >> 10
            w[index] = w[index - 16] &+ s0 &+ w[index - 7] &+ s1
        }
        var v = state
        for index in 0..<64 {
            let s1 = Self.rotated(v[4], 6) ^ Self.rotated(v[4], 11) ^ Self.rotated(v[4], 25)
            let choice = v[4] & v[5] ^ ~v[4] & v[6]
            let t1 = v[7] &+ s1 &+ choice &+ Self.constants[index] &+ w[index]
            let s0 = Self.rotated(v[0], 2) ^ Self.rotated(v[0], 13) ^ Self.rotated(v[0], 22)
            let majority = v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2]
            v = [t1 &+ s0 &+ majority, v[0], v[1], v[2], v[3] &+ t1, v[4], v[5], v[6]]
        }
        for index in 0..<8 { state[index] &+= v[index] }
    }

    private static func rotated(_ word: UInt32, _ bits: UInt32) -> UInt32 {
        word >> bits | word << (32 - bits)
    }

    /// The fractions of the square roots of the first 8 primes.
    private static let initial: InlineArray<8, UInt32> = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
        0x5be0_cd19,
    ]

    /// The fractions of the cube roots of the first 64 primes.
    private static let constants: InlineArray<64, UInt32> = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
        0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
        0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
        0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
        0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
        0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
        0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
        0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
        0xc671_78f2,
    ]
}
