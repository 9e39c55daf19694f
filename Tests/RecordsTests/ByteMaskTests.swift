import CBytes
import TestSupport
import Testing

@Suite("Byte masks")
struct ByteMaskTests {
    /// The bytes that the functions search for, their neighbours, and others.
    private static let likely: [UInt8] = [
        0x00, 0x0A, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x2C, 0x5B, 0x5C, 0x5D, 0x7F, 0x80, 0xA2, 0xDC,
        0xFF, 0x7B, 0x7D,
    ]

    /// 64 bytes with few or many matches.
    private static func block(_ choices: inout SeededGenerator) -> [UInt8] {
        let share = choices.below(64) + 1
        return (0..<64).map { _ in
            guard choices.below(64) < share else { return UInt8(ascii: "x") }
            return choices.below(4) == 0 ? UInt8(choices.below(256)) : choices.pick(likely)
        }
    }

    @Test("Byte masks by vector instructions, by plain C and by a plain loop are equal")
    func agreement() {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        for round in 0..<2000 {
            let bytes = Self.block(&choices)
            let (a, b, c) = (
                choices.pick(Self.likely), choices.pick(Self.likely), choices.pick(Self.likely)
            )
            func mask(_ matches: (UInt8) -> Bool) -> UInt64 {
                bytes.indices.reduce(0) { $0 | (matches(bytes[$1]) ? 1 << UInt64($1) : 0) }
            }
            func first(_ matches: (UInt8) -> Bool) -> Int {
                bytes.prefix(16).firstIndex(where: matches) ?? 16
            }
            bytes.withUnsafeBufferPointer { buffer in
                guard let start = buffer.baseAddress else { return }
                let place = "seed \(seed), round \(round)"
                let equal = mask { $0 == a }
                #expect(hb_equal64(start, a) == equal, "\(place)")
                #expect(hb_equal64_plain(start, a) == equal, "\(place)")
                let high = mask { $0 >= 0x80 }
                #expect(hb_high64(start) == high, "\(place)")
                #expect(hb_high64_plain(start) == high, "\(place)")
                let any = first { $0 == a || $0 == b || $0 == c }
                #expect(hb_first_equal16(start, a, b, c) == any, "\(place)")
                #expect(hb_first_equal16_plain(start, a, b, c) == any, "\(place)")
                let special = first { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 || $0 >= 0x80 }
                #expect(hb_first_special16(start) == special, "\(place)")
                #expect(hb_first_special16_plain(start) == special, "\(place)")
                let end = first { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 }
                #expect(hb_first_string_special16(start) == end, "\(place)")
                #expect(hb_first_string_special16_plain(start) == end, "\(place)")
                let bracket = first { [0x22, 0x5B, 0x5D, 0x7B, 0x7D].contains($0) }
                #expect(hb_first_bracket16(start) == bracket, "\(place)")
                #expect(hb_first_bracket16_plain(start) == bracket, "\(place)")
            }
        }
    }
}
