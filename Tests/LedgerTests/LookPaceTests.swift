import Testing

import Ledger

@Suite("The looks of who goes through many lines") struct LookPaceTests {
    @Test(
        "come after so many lines or so many bytes, whichever is first, again and again",
        arguments: [
            (0, 1024), (100, 1024), (4096, 1024), (4097, 1024), (8 << 10, 512), (1 << 20, 4),
            (4 << 20, 1), (.max, 1),
        ] as [(UInt64, Int)])
    func looks(bytes: UInt64, lines: Int) {
        var pace = LookPace()
        for _ in 0..<3 {
            var count = 1
            while !pace.isDue(after: bytes), count < 5000 { count += 1 }
            #expect(count == lines)
        }
    }
}
