/// Rates and concurrency.
struct PaceFlags: Sendable {
    let rate = Flag(
        "rate", .changingRate, defaultNote: "no limit", for: [.send, .check], .pace,
        "Maximum requests per second (/s), minute (/m) or hour (/h), retries included. "
            + "'06:00 20/s, 22:00 200/s' sets it by the local time of day, and 0/s is a pause. "
            + "@FILE reads it from a file, again whenever that changes.")
    let burst = Flag(
        "burst", .count(1...1_000_000, example: 10), default: "1", for: [.send], .pace,
        "Maximum requests that start at once after a pause; 1 is an even pace.")
    let ramp = Flag(
        "ramp", .duration(to: .seconds(86_400), example: "30s"), default: "0s", for: [.send],
        .pace, "Ramp up to --rate over this time.")
    let timeZone = Flag(
        "time-zone", .timeZone,
        defaultNote: "for --rate the variable TZ, else the system's; for --time UTC",
        for: [.send, .check], .pace,
        "The time zone of the times of day in --rate, and of times at --time without an offset.")
    let pace = Flag(
        "pace", .choice(example: PaceChoice.recorded), default: "limits", for: [.send, .check],
        .pace,
        "recorded starts each record at its distance from the first one, by its time at --time; "
            + "limits starts it as soon as the other limits allow. They apply to both.")
    let speed = Flag(
        "speed", .speed, default: "1x", for: [.send, .check], .pace,
        "How many times as fast as recorded a replay is.")
    let maxGap = Flag(
        "max-gap", .duration(to: .seconds(86_400), example: "10s"), defaultNote: "as recorded",
        for: [.send, .check], .pace,
        "The longest time between two records of a replay; longer ones are shortened to it.")
    let sortWindow = Flag(
        "sort-window", .duration(to: .seconds(86_400), example: "5s"), default: "0s",
        for: [.send, .check], .pace,
        "Put the records of a replay in the order of their times where they are out of order by up "
            + "to this long, among 4,096 records. Others start at once, and are counted.")
    let catchUp = Flag(
        "catch-up", .choice(example: CatchUp.no), default: "yes", for: [.send], .pace,
        "Whether a replay makes up for time lost to a limit or an outage; with no, all later "
            + "records start later by it.")
    let appRate = Flag(
        "app-rate", .rate, defaultNote: "no limit", for: [.send, .check], .pace,
        "Like --rate, for each application.")
    let concurrency = Flag(
        "concurrency", .concurrency, default: "64", for: [.send], .pace,
        "Maximum concurrent requests; auto adapts them to the latency.")
    let appConcurrency = Flag(
        "app-concurrency", .count(1...1000, example: 1), defaultNote: "no limit", for: [.send],
        .pace,
        "Maximum concurrent requests for each application; 1 keeps the order of its lines, also "
            + "across retries.")
    let maxInFlightBytes = Flag(
        "max-in-flight-bytes", .bytes((64 << 10)...(4 << 30), example: "8MiB"), default: "8MiB",
        for: [.send], .pace,
        "Maximum bytes of messages in flight; always allows at least one message.")
}
