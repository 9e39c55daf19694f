import Destinations

/// Flags of `store`.
struct StoreFlags: Sendable {
    let listFormat = Flag(
        "format", .choice(example: ListFormat.csv),
        defaultNote: "table on a terminal, else ndjson", for: [.store], .store,
        "The output format of a listing.")
    let app = Flag(
        "app", .appID, defaultNote: "all", for: [.store], .store, "Only this application.")
    let eventType = Flag(
        "event-type", .eventType, defaultNote: "all", for: [.store], .store,
        "Only messages of this type.")
    let since = Flag(
        "since", .timeBound, defaultNote: "the first", for: [.store], .store,
        "Only entries created at or after this time, or this duration before now.")
    let until = Flag(
        "until", .timeBound, defaultNote: "the last", for: [.store], .store,
        "Only entries created before this time, or this duration before now.")
    let last = Flag(
        "limit", .count(1...Int.max, example: 20), defaultNote: "100 in a table, else no limit",
        for: [.store], .store, "Only the last N rows.")
    let endpoint = Flag(
        "endpoint", .endpointID, defaultNote: "all", for: [.store], .store,
        "Only deliveries to this endpoint.")
    let message = Flag(
        "message", .messageID, defaultNote: "all", for: [.store], .store,
        "Only deliveries of this message.")
    let status = Flag(
        "status", .choice(example: DeliveryStatus.failed), defaultNote: "all", for: [.store],
        .store, "Only messages or deliveries with this status.")
    let events = Flag(
        "events", .eventPatterns, defaultNote: "all", for: [.store], .store,
        "The event types that an endpoint gets; 'user.*' is all types that begin with 'user.'.")
    let secretFile = Flag(
        "secret-file", .path(example: "/run/secrets/endpoint", isSecret: true),
        defaultNote: "a new secret", for: [.store], .store,
        "Use the secret in this file (whsec_ and Base64) for the endpoint.")
    let withKeys = Flag(
        switch: "with-keys", for: [.store], .store,
        "Also export each message's idempotency key; send reads it with --idempotency-key-from "
            + "idempotency_key.")
}

extension ValueSyntax<[EventPattern]> {
    static let eventPatterns = ValueSyntax(
        "TYPES", noun: "a list of event types, each perhaps with .* at its end",
        example: "user.created,order.*", parse: EventPattern.list)
}

/// `--format` of `store`.
enum ListFormat: String, CaseIterable, Sendable {
    case table, ndjson, csv
}

extension ValueSyntax<String> {
    static let appID = ValueSyntax(
        "ID", noun: "an application's id (1 to 128 of A-Z a-z 0-9 . _ ~ -)", example: "app_1"
    ) { StoreAction.isAppID($0) ? $0 : nil }

    static let endpointID = ValueSyntax(
        "ENDPOINT", noun: "an endpoint's id", example: "ep_01KANYX1ZR8SKTS0QP3DYRHZ7A"
    ) { StoreAction.isEndpointID($0) ? $0 : nil }

    static let messageID = ValueSyntax(
        "MESSAGE", noun: "a message's id", example: "msg_01KANYX1ZR8SKTS0QP3DYRHZ7A"
    ) { StoreAction.isAppID($0) ? $0 : nil }

    static let eventType = ValueSyntax(
        "TYPE", noun: "an event type", example: "user.created"
    ) { $0.isEmpty ? nil : $0 }
}
