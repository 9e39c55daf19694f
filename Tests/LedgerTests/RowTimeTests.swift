import Delivery
import Foundation
import Ledger
import TestSupport
import Testing

@Suite("Row times") struct TimestampTests {
    private func startedAt(_ milliseconds: Int64) throws -> String {
        let text = rows { $0.appendStart(bootID: "b", pid: 1, at: milliseconds) }
        let tail = try #require(text.components(separatedBy: "\"at\":\"").last)
        return String(tail.prefix { $0 != "\"" })
    }

    @Test(
        "A time is RFC 3339 with milliseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (.min, "0001-01-01T00:00:00.000Z"),
            (.max, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func known(milliseconds: Int64, text: String) throws {
        #expect(try startedAt(milliseconds) == text)
    }

    @Test("Times over four centuries equal Foundation's")
    func foundation() throws {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime]
        var random = SeededGenerator(seed: 9)
        for _ in 0..<500 {
            let seconds = Int64.random(in: -5_000_000_000...8_000_000_000, using: &random)
            let expected = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
            #expect(try startedAt(seconds * 1000) == expected.dropLast() + ".000Z")
        }
    }

    @Test("A time does not depend on the row before")
    func following() throws {
        var random = SeededGenerator(seed: 10)
        var times: [Int64] = [
            0, -1, 500, -500, 999, 1000, -1000, 86_399_999, 86_400_000, .min, .max,
        ]
        times += (0..<300).map { _ in Int64.random(in: -2500...2500, using: &random) }
        let text = rows { encoder in
            for time in times { encoder.appendStart(bootID: "b", pid: 1, at: time) }
        }
        let alone = times.map { time in
            rows { $0.appendStart(bootID: "b", pid: 1, at: time) }
        }
        #expect(text == alone.joined())
    }

    @Test(
        "A latency is rounded milliseconds with one decimal",
        arguments: [
            (0, "0.0"), (49_999, "0.0"), (50_000, "0.1"), (999_949_999, "999.9"),
            (999_950_000, "1000.0"), (-5, "0.0"), (.max, "9223372036854.8"),
        ] as [(Int64, String)])
    func latency(nanoseconds: Int64, text: String) {
        var row = plainRow(LineID(file: 1, line: 1), record: 1)
        row.latencyNanoseconds = nanoseconds
        #expect(rows { $0.append(row) }.contains(",\"latency_ms\":\(text),"))
    }
}
