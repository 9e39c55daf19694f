/// Stops before the end.
struct StopFlags: Sendable {
    let maxErrors = Flag(
        "max-errors", .errorLimit, defaultNote: "no limit", for: [.send], .stopping,
        "Stop at this number of rejected, failed or unknown lines, or at this share of them "
            + "after 1,000 lines.")
    let maxDuration = Flag(
        "max-duration", .duration(from: .milliseconds(1), example: "1h"),
        defaultNote: "no limit", for: [.send], .stopping, "Stop after this time.")
    let limit = Flag(
        "limit", .count(1...Int.max, example: 10), defaultNote: "no limit", for: [.send],
        .stopping, "Stop after taking this many records; invalid ones count, skipped ones do not.")
    let grace = Flag(
        "grace", .duration(to: .seconds(3600), example: "20s"), default: "20s", for: [.send],
        .stopping, "Time for in-flight requests to finish after a stop signal.")
}
