import Foundation
import TestSupport
import Testing

/// Runs that last long enough to measure a pace to 1 %, wanted with `HOOKBATCH_LONG=1`.
enum LongRuns {
    static let areWanted = ProcessInfo.processInfo.environment["HOOKBATCH_LONG"] == "1"
}

/// Times in milliseconds, sorted, held against a rate.
struct Starts {
    let times: [Double]

    init(_ times: [Double]) { self.times = times.sorted() }

    /// When the program says that each line's last attempt started: whole milliseconds, so up to
    /// one too early.
    init(rows: [ReportRow]) throws {
        self.init(try rows.compactMap(\.startedAt).map { try #require(Self.milliseconds($0)) })
    }

    /// Since 1970, of a time as rows and summaries have it.
    static func milliseconds(_ time: String?) -> Double? {
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let date = time.flatMap { try? format.parse($0) }
        return date.map { ($0.timeIntervalSince1970 * 1000).rounded() }
    }

    /// When the server had each request whole.
    init(_ requests: [Request]) {
        self.init(requests.map { Double($0.arrivedNanoseconds) / 1e6 })
    }

    /// From the first to the last.
    var length: Double { (times.last ?? 0) - (times.first ?? 0) }

    /// Starts a second from the first to the last.
    var perSecond: Double { Double(times.count - 1) * 1000 / length }

    /// Milliseconds in which the program was late beyond what the bound lets it make up for: what a
    /// machine with other work costs.
    func lost(interval: Double, tolerance: Double) -> Double {
        zip(times, times.dropFirst()).map { max(0, $1 - $0 - interval - tolerance) }.reduce(0, +)
    }

    /// By how many milliseconds the tightest window breaks the bound of the generic cell rate
    /// algorithm, `1 + floor((w + tolerance) / interval)` starts in any window of length `w`;
    /// not above zero if none does.
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
    /// The line that it belongs to, from a key of the form `hb-<run id>-<file>-<line>`.
    var line: Int? { idempotencyKey?.split(separator: "-").last.flatMap { Int($0) } }

    /// The application that it is for.
    var appID: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[2]) : ""
    }
}

extension Sent {
    /// The summary that programs read.
    var summary: [String: Any] {
        get throws {
            let data = Data(try sending.folder.read("out.summary.json"))
            return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        }
    }

    /// What the summary says of the pace.
    var pace: [String: Any] {
        get throws { try #require(try summary["pace"] as? [String: Any]) }
    }

    /// Milliseconds that nothing could start, by reason.
    var waited: [String: Int] {
        get throws { try #require(try pace["waited_ms"] as? [String: Int]) }
    }
}

extension Sending {
    /// As many lines, for the applications in turn.
    static func lines(_ count: Int, applications: [String] = ["app_1"]) -> String {
        var text = ""
        for line in 0..<count {
            let application = applications[line % applications.count]
            text +=
                "{\"appId\":\"\(application)\",\"event_type\":\"t\",\"payload\":{\"n\":\(line)}}\n"
        }
        return text
    }

    /// Starts sending `input`; `Sent(_:)` of its end.
    func start(
        _ input: String, to baseURL: String, _ flags: [String] = []
    ) throws -> RunningProgram {
        try folder.write(input, to: "in.ndjson")
        return try program(to: baseURL, flags).start()
    }
}
