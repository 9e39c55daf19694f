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
    let finishedExit = Flag(
        "finished-exit", .count(0...0, example: 0), defaultNote: "1 or 4", for: [.send], .stopping,
        "The exit code of a finished run of which some lines were not accepted: 0, for a batch "
            + "system that would run it again. The report and the summary have the true code.")
    let grace = Flag(
        "grace", .duration(to: .seconds(3600), example: "20s"), default: "20s", for: [.send],
        .stopping, "Time for in-flight requests to finish after a stop signal.")
}
