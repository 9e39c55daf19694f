/// Retries and patience.
struct RetryFlags: Sendable {
    let count = Flag(
        "retries", .count(0...100, example: 5), default: "5", for: [.send], .retries,
        "Maximum retries of a line.")
    let retryOn = Flag(
        "retry-on", .statusCodes, default: "408,425,429,503", for: [.send], .retries,
        "HTTP statuses to retry.")
    let maxRetryAfter = Flag(
        "max-retry-after", .duration(to: .seconds(86_400), example: "5m"), default: "5m",
        for: [.send], .retries,
        "The longest Retry-After to obey; a longer one stops the run.")
    let startPatience = Flag(
        "start-patience", .duration(example: "5m"),
        defaultNote: "2m, or 0s at a terminal", for: [.send],
        .retries,
        "How long to wait for a server that can't be reached at the start; 0s stops after the "
            + "first line's retries, or at once if the name does not resolve.")
    let outagePatience = Flag(
        "outage-patience", .duration(example: "2h"), default: "2h", for: [.send], .retries,
        "How long to wait for a server that is down before the run stops.")
    let appGiveUp = Flag(
        "app-giveup", .count(1...1_000_000, example: 100), defaultNote: "never", for: [.send],
        .retries,
        "Stop sending to an application after N consecutive failures; its remaining lines are "
            + "not attempted.")
    let delivery = Flag(
        "delivery", .choice(example: DeliveryPromise.atMostOnce), default: "at-least-once",
        for: [.send], .retries,
        "What to do if a message may have arrived: at-least-once retries it and marks the line "
            + "as a possible duplicate; at-most-once does not retry, and the line is unknown.")
}
