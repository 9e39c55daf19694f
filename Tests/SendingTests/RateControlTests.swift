import Delivery
import Foundation
import Platform
import Sending
import TestSupport
import Testing
import Time

@Suite("Rate control") struct RateControlTests {
    private static let slow = Rate(count: 20, perNanoseconds: second)
    private static let fast = Rate(count: 200, perNanoseconds: second)

    private static func part(_ time: String, _ rate: Rate?) throws -> RateTimetable.Part {
        .init(from: try #require(TimeOfDay(text: time)), rate: rate)
    }

    /// 20/s from 02:30 and 200/s from 22:00.
    private static func table() throws -> RateTimetable {
        RateTimetable([try part("02:30", slow), try part("22:00", fast)])
    }

    /// A wall clock in a zone with daylight saving time, beside a monotonic one.
    private struct Clocks {
        /// Milliseconds since 1970.
        var wall: Int64
        var instant = Instant.start
        /// Seconds east of UTC, and when that changes.
        var offset: Int64 = 3600
        var change: (wall: Int64, offset: Int64) = (.max, 0)

        /// Midnight UTC of a day, and a time of it.
        init(_ hour: Int64, _ minute: Int64, second: Int64 = 0, offset: Int64 = 3600) {
            wall = (20_000 * 86_400 + hour * 3600 + minute * 60 + second) * 1000
            self.offset = offset
        }

        var reading: ClockReading { ClockReading(instant: instant, wall: wall) }

        var timeOfDay: @Sendable (Int64) -> TimeOfDay {
            let (offset, change) = (offset, change)
            return { wall in
                let local = wall / 1000 + (wall >= change.wall ? change.offset : offset)
                return TimeOfDay(seconds: Int(local % 86_400))
            }
        }

        mutating func advance(milliseconds: Int64) {
            wall += milliseconds
            instant = instant.advanced(byNanoseconds: milliseconds * millisecond)
        }
    }

    /// Polls when it is due for a time, each poll late by up to 3 ms; returns the changes and when
    /// they apply, in milliseconds from the beginning.
    private func changes(
        _ control: inout RateControl, _ clocks: inout Clocks, seconds: Int64
    ) -> [(rate: Rate?, at: Int64)] {
        let start = clocks.instant
        var all: [(rate: Rate?, at: Int64)] = []
        while clocks.instant.nanoseconds(since: start) < seconds * second {
            if let rate = control.poll(now: clocks.reading).rate {
                all.append((rate.new, rate.at.nanoseconds(since: start) / millisecond))
            }
            let left = control.due.nanoseconds(since: clocks.instant) / millisecond
            #expect((1...1000).contains(left))
            clocks.advance(milliseconds: left + Int64.random(in: 0...3))
        }
        return all
    }

    @Test("A part begins at its second, however late the poll is")
    func moments() throws {
        var clocks = Clocks(20, 59, second: 50)
        clocks.advance(milliseconds: 250)
        var control = RateControl(try Self.table(), timeOfDay: clocks.timeOfDay)
        let all = changes(&control, &clocks, seconds: 20)
        #expect(all.map(\.rate) == [Self.slow, Self.fast])
        #expect(all.map(\.at) == [0, 9750])
    }

    @Test("A poll after a long stop sets the rate from the last poll or the part's beginning on")
    func stopped() throws {
        for (stop, began) in [(30_000, 10_000), (86_400_000 + 30_000, 86_410_000)]
            as [(Int64, Int64)]
        {
            var clocks = Clocks(20, 59, second: 50)
            var control = RateControl(try Self.table(), timeOfDay: clocks.timeOfDay)
            let start = control.poll(now: clocks.reading).rate?.at
            clocks.advance(milliseconds: stop)
            let change = try #require(control.poll(now: clocks.reading).rate)
            #expect(change.new == Self.fast)
            #expect(change.at.nanoseconds(since: try #require(start)) / millisecond == began)
        }
    }

    @Test("A time that clocks skip counts from the change on")
    func spring() throws {
        // 02:00 becomes 03:00, ten seconds from here.
        var clocks = Clocks(0, 59, second: 50)
        clocks.change = (clocks.wall + 10_000, 7200)
        var control = RateControl(try Self.table(), timeOfDay: clocks.timeOfDay)
        let all = changes(&control, &clocks, seconds: 7200)
        #expect(all.map(\.rate) == [Self.fast, Self.slow])
        #expect(abs(all[1].at - 10_000) <= 1000)
    }

    @Test("In an hour that clocks repeat its rates repeat")
    func autumn() throws {
        // 03:00 becomes 02:00, in forty minutes.
        var clocks = Clocks(0, 20, offset: 7200)
        clocks.change = (clocks.wall + 40 * 60_000, 3600)
        var control = RateControl(try Self.table(), timeOfDay: clocks.timeOfDay)
        let all = changes(&control, &clocks, seconds: 3 * 3600)
        #expect(all.map(\.rate) == [Self.fast, Self.slow, Self.fast, Self.slow])
        // 02:30, 02:00 again, 02:30 again.
        for (change, minutes) in zip(all.dropFirst(), [10, 40, 70] as [Int64]) {
            #expect(abs(change.at - minutes * 60_000) <= 1000)
        }
    }

    @Test(
        "A clock that is set is noticed within a second",
        arguments: [7200, -86_400 + 7200] as [Int64])
    func clockSet(seconds: Int64) throws {
        var clocks = Clocks(20, 0)
        var control = RateControl(try Self.table(), timeOfDay: clocks.timeOfDay)
        _ = control.poll(now: clocks.reading)
        let before = clocks.instant
        clocks.wall += seconds * 1000
        clocks.instant = control.due
        let change = try #require(control.poll(now: clocks.reading).rate)
        #expect(change.new == Self.fast)
        #expect(change.at >= before && change.at <= clocks.instant)
        #expect(clocks.instant.nanoseconds(since: before) <= second)
    }

    @Test("A pause has an end if the timetable ends it")
    func pause() throws {
        let clocks = Clocks(20, 59, second: 30)
        let table = RateTimetable([
            try Self.part("06:00", nil), try Self.part("22:00", Self.fast),
        ])
        var control = RateControl(table, timeOfDay: clocks.timeOfDay)
        let changes = control.poll(now: clocks.reading)
        #expect(changes.rate != nil && changes.rate?.new == nil)
        guard case .rateChanged(nil, let until)? = changes.events.first else {
            Issue.record("no event: \(changes.events)")
            return
        }
        #expect(until?.text == "22:00")
        let end = try #require(control.endOfPause(wall: clocks.wall))
        #expect(end.time.text == "22:00")
        #expect(end.left == .seconds(30))
        let endless = RateControl(RateTimetable(nil), timeOfDay: clocks.timeOfDay)
        #expect(endless.endOfPause(wall: clocks.wall) == nil)
    }

    @Test("A file's changes apply at the next poll, and one that sets no rate changes nothing")
    func file() throws {
        let folder = try TemporaryFolder("rate")
        let path = folder.path + "/rate"
        var clocks = Clocks(12, 0)
        let file = RateFile(path) { text in
            Int64(text.trimmingCharacters(in: .whitespacesAndNewlines)).map {
                .success(RateTimetable($0 == 0 ? nil : Rate(count: $0, perNanoseconds: second)))
            } ?? .failure(InvalidRateText("no number"))
        }
        try folder.write("20\n", to: "rate")
        var control = RateControl(
            RateTimetable(Self.slow), file: file, timeOfDay: clocks.timeOfDay)
        var problems: [RateFile.Problem] = []
        /// The new rate in starts per second, 0 for a pause; nil if it stays.
        func poll() -> Double? {
            let changes = control.poll(now: clocks.reading)
            for case .rateFileProblem(path: path, let problem) in changes.events {
                problems.append(problem)
            }
            clocks.advance(milliseconds: 1000)
            return changes.rate.map { $0.new?.perSecond ?? 0 }
        }
        #expect(poll() == 20)
        #expect(poll() == nil)
        try folder.write("35", to: "rate")
        #expect(poll() == 35)
        try folder.write("0", to: "rate")
        #expect(poll() == 0)
        #expect(poll() == nil)
        // Replaced by a rename, with the same size and perhaps the same time.
        try folder.write("7", to: "new")
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: folder.path + "/new", toPath: path)
        #expect(poll() == 7)
        #expect(problems.isEmpty)

        for (text, problem) in [
            ("half", .text(InvalidRateText("no number"))),
            ("", .text(InvalidRateText("no number"))),
            (String(repeating: "1", count: RateFile.maxBytes + 1), .file(.tooLarge)),
        ] as [(String, RateFile.Problem)] {
            try folder.write(text, to: "rate")
            problems = []
            for _ in 0..<3 { #expect(poll() == nil) }
            #expect(problems == [problem])
        }
        problems = []
        try FileManager.default.removeItem(atPath: path)
        for _ in 0..<3 { #expect(poll() == nil) }
        #expect(mkfifo(path, 0o600) == 0)
        for _ in 0..<3 { #expect(poll() == nil) }
        #expect(problems == [.file(.missing), .file(.notRegular)])
        try FileManager.default.removeItem(atPath: path)
        try folder.write("7", to: "rate")
        #expect(poll() == nil)
        try folder.write("8", to: "rate")
        #expect(poll() == 8)
    }
}
