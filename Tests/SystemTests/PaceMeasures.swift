import Foundation
import TestSupport
import Testing

/// Runs long enough to measure a pace to 1 %, enabled with `HOOKBATCH_LONG=1`.
enum LongRuns {
    static let areWanted = ProcessInfo.processInfo.environment["HOOKBATCH_LONG"] == "1"
}

/// Sorted times in milliseconds, to compare with a rate.
struct Starts {
    let times: [Double]

    init(_ times: [Double]) { self.times = times.sorted() }

    /// Reads from the rows when each line's last attempt started.
    ///
    /// The times are whole milliseconds, rounded down.
    init(rows: [ReportRow]) throws {
        self.init(try rows.compactMap(\.startedAt).map { try #require(Self.milliseconds($0)) })
    }

    /// Converts a time of a row or a summary to milliseconds since 1970.
    static func milliseconds(_ time: String?) -> Double? {
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let date = time.flatMap { try? format.parse($0) }
        return date.map { ($0.timeIntervalSince1970 * 1000).rounded() }
    }

    /// Reads when the server had received each request whole.
    init(_ requests: [Request]) {
        self.init(requests.map { Double($0.arrivedNanoseconds) / 1e6 })
    }

    /// Milliseconds from the first start to the last.
    var length: Double { (times.last ?? 0) - (times.first ?? 0) }

    /// Starts per second, from the first to the last.
    var perSecond: Double { Double(times.count - 1) * 1000 / length }

    /// Adds up the milliseconds of late starts that the bound does not allow to recover.
    ///
    /// They are caused by other work of the machine.
    func lost(interval: Double, tolerance: Double) -> Double {
        zip(times, times.dropFirst()).map { max(0, $1 - $0 - interval - tolerance) }.reduce(0, +)
    }

    /// Returns by how many milliseconds the tightest window exceeds the bound.
    ///
    /// The bound is the generic cell rate algorithm's: `1 + floor((w + tolerance) / interval)`
    /// starts in any window of length `w`. The result is at most zero if no window exceeds it.
    func excess(interval: Double, tolerance: Double) -> Double {
        var worst = -Double.infinity
        var least = Double.infinity
        for (index, time) in times.enumerated() {
            let slack = Double(index) * interval - time
            worst = max(worst, slack - min(least, slack))
            least = min(least, slack)
        }
        return worst - tolerance
    }
}

extension Request {
    /// The record's line, from a key of the form `hb-<run id>-<file>-<line>`.
    var line: Int? { idempotencyKey?.split(separator: "-").last.flatMap { Int($0) } }

    /// The application in the path.
    var appID: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[2]) : ""
    }
}

extension Sent {
    /// The summary in JSON.
    var summary: [String: Any] {
        get throws {
            let data = Data(try sending.folder.read("out.summary.json"))
            return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        }
    }

    /// The summary's member `pace`.
    var pace: [String: Any] {
        get throws { try #require(try summary["pace"] as? [String: Any]) }
    }

    /// Milliseconds in which nothing could start, by reason.
    var waited: [String: Int] {
        get throws { try #require(try pace["waited_ms"] as? [String: Int]) }
    }
}

extension Sending {
    /// Makes `count` lines, for the applications in turn.
    static func lines(_ count: Int, applications: [String] = ["app_1"]) -> String {
        var text = ""
        for line in 0..<count {
            let application = applications[line % applications.count]
            text +=
                "{\"appId\":\"\(application)\",\"event_type\":\"t\",\"payload\":{\"n\":\(line)}}\n"
        }
        return text
    }

    /// Writes `input` as `in.ndjson` and starts to send it.
    func start(
        _ input: String, to baseURL: String, _ flags: [String] = []
    ) throws -> RunningProgram {
        try folder.write(input, to: "in.ndjson")
        return try program(to: baseURL, flags).start()
    }
}
