import Delivery
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

    private static func milliseconds(_ length: Duration) -> Int64 {
        length.inNanoseconds / 1_000_000
    }
}
