import Delivery
import Records
import Sending

/// The progress for programs: one JSON object per line.
///
/// The set of members is stable; a member without a value is null.
enum ProgressJSON {
    /// Returns the line with its line break.
    static func line(of status: ProgressStatus) -> String {
        var writer = JSONWriter(isIndented: false)
        writer.object { json in
            json.member("phase", status.phase.rawValue)
            json.member("elapsed_ms", milliseconds(status.elapsed))
            json.member("lines", status.lines)
            json.member("lines_total", status.linesTotal)
            json.member("bytes", status.bytes)
            json.member("bytes_total", status.bytesTotal)
            json.member("percent", status.percent)
            json.member("lines_per_second", status.linesPerSecond, places: 1)
            json.member("time_left_ms", status.timeLeft.map(milliseconds))
            json.member("in_flight", status.inFlight)
            for outcome in Outcome.allCases {
                json.member(outcome.rawValue, status.counts[outcome])
            }
            json.member("retries", status.retries)
            json.member("waits_for", status.wait?.reason.rawValue)
            json.member("waits_ms", status.wait?.left.map(milliseconds))
        }
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }

    /// Reads a line of `line(of:)`; nil for any other text. The line lacks the concurrency and the end of
    /// a pause.
    static func status(of line: [UInt8]) -> ProgressStatus? {
        guard line.first == UInt8(ascii: "{") else { return nil }
        let fields = JSONFields(text: line)
        guard let phase = fields.string("phase").flatMap(ProgressStatus.Phase.init(rawValue:)),
            let lines = fields.number("lines")
        else { return nil }
        func length(_ name: String) -> Duration? {
            fields.value(name).flatMap { Int64($0) }.map { .milliseconds($0) }
        }
        var status = ProgressStatus(
            phase: phase, lines: lines, linesTotal: fields.number("lines_total"))
        status.elapsed = length("elapsed_ms") ?? .zero
        status.bytes = fields.number("bytes") ?? 0
        status.bytesTotal = fields.number("bytes_total")
        for outcome in Outcome.allCases {
            status.counts[outcome] = fields.number(outcome.rawValue) ?? 0
        }
        status.inFlight = fields.number("in_flight").flatMap { Int(exactly: $0) } ?? 0
        status.retries = fields.number("retries") ?? 0
        status.wait = fields.string("waits_for").flatMap(Run.WaitReason.init(rawValue:)).map {
            .init(reason: $0, left: length("waits_ms"))
        }
        status.linesPerSecond = fields.value("lines_per_second").flatMap { Double($0) }
        status.timeLeft = length("time_left_ms")
        return status
    }

    private static func milliseconds(_ length: Duration) -> Int64 {
        length.inNanoseconds / 1_000_000
    }
}
