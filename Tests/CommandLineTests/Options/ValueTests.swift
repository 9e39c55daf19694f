import Delivery
import TestSupport
import Testing

@testable import hookbatch

@Suite("Values of flags") struct ValueTests {
    @Test(
        "A duration is numbers with units, from the largest to the smallest",
        arguments: [
            ("30s", 30_000_000_000), ("250ms", 250_000_000), ("5m", 300_000_000_000),
            ("2h", 7_200_000_000_000), ("1h30m", 5_400_000_000_000), ("1d", 86_400_000_000_000),
            ("1m30s500ms", 90_500_000_000), ("1.5h", 5_400_000_000_000), ("0.1h", 360_000_000_000),
            ("0s", 0), ("10us", 10_000), ("0.000000001s", 1),
        ] as [(String, Int64)])
    func duration(text: String, nanoseconds: Int64) {
        #expect(Duration(text: text)?.inNanoseconds == nanoseconds)
    }

    @Test(
        "An invalid duration is rejected",
        arguments: [
            "", "30", "s", "-1s", "+1s", "1 s", "30s5", "30s1h", "1m1m", "1e3s", ".5s", "1.s", "1H",
            "30sec", "1s ", " 1s", "999999999999d", "99999999999999999999s", "１s",
        ])
    func noDuration(text: String) {
        #expect(Duration(text: text) == nil)
    }

    @Test("An exactly formatted duration is parsed to the same value")
    func durationRoundTrip() {
        var generator = SeededGenerator.fromEnvironment()
        for _ in 0..<1000 {
            let length = Duration.milliseconds(
                Int64.random(in: 0...1_000_000_000, using: &generator))
            #expect(Duration(text: length.shownExactly) == length, "\(length)")
        }
    }

    @Test(
        "A size has units of powers of 1024 or 1000",
        arguments: [
            ("8MiB", 8_388_608), ("64KiB", 65_536), ("1GB", 1_000_000_000), ("500", 500),
            ("500B", 500), ("1.5MiB", 1_572_864), ("8mib", 8_388_608), ("2kB", 2000),
            ("1TiB", 1_099_511_627_776), ("0", 0),
        ])
    func bytes(text: String, bytes: Int) {
        #expect(ByteCount.parse(text) == bytes)
    }

    @Test(
        "An invalid size is rejected",
        arguments: ["", "MiB", "-1", "1.5", "8M", "8 MiB", "8MiBs", "99999999999TiB", "0x10"])
    func noBytes(text: String) {
        #expect(ByteCount.parse(text) == nil)
    }

    @Test(
        "A rate is exact in every notation",
        arguments: [
            ("200/s", 200, 1_000_000_000), ("90/m", 90, 60_000_000_000),
            ("5000/h", 5000, 3_600_000_000_000), ("0.5/s", 5, 10_000_000_000),
            ("1/h", 1, 3_600_000_000_000), ("10000/s", 10_000, 1_000_000_000),
        ] as [(String, Int64, Int64)])
    func rate(text: String, count: Int64, nanoseconds: Int64) {
        #expect(Rate(text: text) == Rate(count: count, perNanoseconds: nanoseconds))
    }

    @Test(
        "An invalid rate is rejected",
        arguments: [
            "", "5x", "200", "0/s", "/s", "-1/s", "200/d", "200/S", "200 /s", "0.01/h", "1/s/s",
        ])
    func noRate(text: String) {
        #expect(Rate(text: text) == nil)
    }

    @Test("At a rate the first message starts at once and each other one waits")
    func timeAtRate() throws {
        let rate = try #require(Rate(text: "10/s"))
        #expect(rate.time(for: 0) == .zero)
        #expect(rate.time(for: 1) == .zero)
        #expect(rate.time(for: 101) == .seconds(10))
        #expect(rate.time(for: .max).inNanoseconds == .max)
    }

    @Test("An error limit is a number or a percentage")
    func errorLimit() {
        #expect(ErrorLimit(text: "100") == .count(100))
        #expect(ErrorLimit(text: "5%") == .percent(5))
        #expect(ErrorLimit(text: "0.5%") == .percent(0.5))
        #expect(ErrorLimit(text: "100%") == .percent(100))
        for bad in ["", "0", "0%", "101%", "%", "-1", "5 %", "1.5", "5%%"] {
            #expect(ErrorLimit(text: bad) == nil, "\(bad)")
        }
    }

    @Test("A list of status codes accepts single codes and whole hundreds")
    func codes() {
        #expect(StatusCodes(text: "408,429")?.codes == [408, 429])
        #expect(StatusCodes(text: "5xx,429")?.codes == Set(500...599).union([429]))
        for bad in ["", ",", "408,", "201", "2xx", "6xx", "4XX", "abc", "408 429", "1000"] {
            #expect(StatusCodes(text: bad) == nil, "\(bad)")
        }
    }

    @Test("A delimiter is one ASCII character or the name of the tab")
    func delimiter() {
        #expect(Delimiter(text: ";")?.byte == 0x3B)
        #expect(Delimiter(text: "tab") == .tab)
        #expect(Delimiter(text: "auto") == .auto && Delimiter.auto.byte == nil)
        #expect(Delimiter(text: "\\t") == .tab)
        #expect(Delimiter(text: "\t") == .tab)
        for bad in ["", "\"", "\n", "\r", ";;", "é", "\u{7F}"] {
            #expect(Delimiter(text: bad) == nil, "\(bad)")
        }
    }

    @Test("A destination is the path of a store or a URL")
    func destination() {
        #expect(DestinationAddress(text: "store:a b.db") == .store(path: "a b.db"))
        #expect(DestinationAddress(text: "https://h/v1") == .api(url: "https://h/v1"))
        for bad in ["", "store:", "hookstream.io", "ftp://h", "a.db"] {
            #expect(DestinationAddress(text: bad) == nil, "\(bad)")
        }
    }

    @Test(
        "A number times a unit is exact, and nil instead of an overflow",
        arguments: [
            ("1", 1, 1), ("9.223372036854775807", 1, nil), ("0.5", 3, 1), ("1.1", 10, 11),
            ("999999999999999999", 10, nil), ("9", .max, nil), ("1.0", .max, .max),
            ("1", .max, .max), ("1.5", .max, nil), ("0.999999999", .max, 9_223_372_027_631_403_770),
        ] as [(String, Int64, Int64?)])
    func decimal(text: String, unit: Int64, product: Int64?) {
        var rest = text[...].utf8
        #expect(DecimalNumber.take(from: &rest)?.times(unit) == product)
    }

    @Test("Counts have thousands separators and the correct plural")
    func shownCounts() {
        let shown = [0, 1, 12, 999, 1000, 12_345, 1_234_567, -1234].map { WholeNumber.shown($0) }
        #expect(shown == ["0", "1", "12", "999", "1,000", "12,345", "1,234,567", "-1,234"])
        #expect(WholeNumber.shown(1, "line") == "1 line")
        #expect(WholeNumber.shown(2000, "line") == "2,000 lines")
        #expect(WholeNumber.shown(2, "retry", plural: "retries") == "2 retries")
    }

    @Test(
        "Durations are formatted with at most two units",
        arguments: [
            (0, "0.0 s"), (449, "0.4 s"), (2500, "2.5 s"), (25_000, "25 s"),
            (192_000, "3 min 12 s"), (7_500_000, "2 h 5 min"), (273_600_000, "3 d 4 h"),
        ])
    func shownDurations(milliseconds: Int, text: String) {
        #expect(Duration.milliseconds(milliseconds).shown == text)
    }

    @Test(
        "Sizes are formatted in the largest unit that fits",
        arguments: [
            (1, "1 byte"), (512, "512 bytes"), (1024, "1 KiB"), (3_355_443, "3.1 MiB"),
            (1 << 40, "1 TiB"), (.max, "16,777,215.9 TiB"),
        ] as [(UInt64, String)])
    func shownBytes(bytes: UInt64, text: String) {
        #expect(ByteCount.shown(bytes) == text)
    }
}
