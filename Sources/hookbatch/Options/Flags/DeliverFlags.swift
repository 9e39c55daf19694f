import Delivery
import HTTP

/// Flags of `deliver`, and of `serve --deliver`.
struct DeliverFlags: Sendable {
    let watch = Flag(
        switch: "watch", for: [.deliver], .watching,
        "Deliver what becomes due until SIGTERM or SIGINT, instead of ending when nothing is due.")
    let serve = Flag(
        switch: "deliver", for: [.serve], .server,
        "Deliver the stored messages to their endpoints from the moment they are accepted, as "
            + "hookbatch deliver --watch does.")
    let body = Flag(
        "body", .choice(example: WebhookRequest.Body.envelope), default: "envelope",
        for: [.deliver, .serve],
        .destination,
        "The body of each webhook: envelope is an object of type, timestamp and data; payload is "
            + "the payload alone.")
    let rate = Flag(
        "rate", .rate, defaultNote: "no limit", for: [.deliver, .serve], .pace,
        "Maximum requests to all endpoints per second (/s), minute (/m) or hour (/h).")
    let endpointRate = Flag(
        "endpoint-rate", .rate, defaultNote: "no limit", for: [.deliver, .serve], .pace,
        "Like --rate, for each endpoint.")
    let concurrency = Flag(
        "concurrency", .count(1...1000, example: 64), default: "64", for: [.deliver, .serve], .pace,
        "Maximum concurrent requests.")
    let endpointConcurrency = Flag(
        "endpoint-concurrency", .count(1...1000, example: 1), default: "8",
        for: [.deliver, .serve], .pace,
        "Maximum concurrent requests to each endpoint.")
    let ordered = Flag(
        switch: "ordered", for: [.deliver, .serve], .pace,
        "Deliver the messages of each endpoint in order, one at a time: a message waits until the "
            + "one before it is delivered or failed.")
    let report = Flag(
        "report", .attemptReportPath, defaultNote: "none", for: [.deliver, .serve], .files,
        "Append a row for each attempt to this file, which hookbatch report reads.")
    let schedule = Flag(
        "schedule", .deliverySchedule, default: "5s,5m,30m,2h,5h,10h,14h,20h,24h",
        for: [.deliver, .serve], .retries,
        "The waits after each failure of a delivery (± 10 %). After the last one it is failed.")
    let timeout = Flag(
        "timeout", .duration(from: .milliseconds(1), to: .seconds(3600), example: "15s"),
        default: "15s", for: [.deliver, .serve], .connection,
        "Maximum time for one request to an endpoint.")
}

extension ValueSyntax<DeliverySchedule> {
    /// Durations separated by commas, each of at most 30 days.
    static let deliverySchedule = ValueSyntax(
        "DURATIONS", noun: "a list of at most 50 durations, each of at most 30 days",
        example: "5s,5m,1h"
    ) { text in
        var waits: [Int64] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let wait = Duration(text: String(part)), wait <= .seconds(30 * 86_400) else {
                return nil
            }
            waits.append(wait.inNanoseconds / 1_000_000)
        }
        return waits.count <= 50 ? DeliverySchedule(waits: waits) : nil
    }
}

extension ValueSyntax<String> {
    static let attemptReportPath = ValueSyntax(
        "PATH", noun: "a path that ends in .ndjson", example: "attempts.ndjson", completion: .files
    ) { $0.hasSuffix(".ndjson") ? $0 : nil }
}
