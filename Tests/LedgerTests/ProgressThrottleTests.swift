import Testing

import Ledger

@Suite("Progress throttling") struct ProgressThrottleTests {
    @Test(
        "Progress is due after a number of lines or bytes, whichever comes first, repeatedly",
        arguments: [
            (0, 1024), (100, 1024), (4096, 1024), (4097, 1024), (8 << 10, 512), (1 << 20, 4),
            (4 << 20, 1), (.max, 1),
        ] as [(UInt64, Int)])
    func looks(bytes: UInt64, lines: Int) {
        var throttle = ProgressThrottle()
        for _ in 0..<3 {
            var count = 1
            while !throttle.countLine(bytes: bytes), count < 5000 { count += 1 }
            #expect(count == lines)
        }
    }
}
