import Destinations
import Testing

@testable import hookbatch

@Suite("The options of store") struct StoreOptionsTests {
    private func options(_ line: String) throws -> StoreOptions {
        try StoreOptions(arguments(["store"] + line.split(separator: " ").map(String.init)))
    }

    @Test(
        "Each action of store is parsed by its name",
        arguments: [
            ("apps --format csv", .list(.applications, .csv)),
            ("endpoints --format ndjson", .list(.endpoints, .ndjson)),
            ("list-endpoints --format ndjson", .list(.endpoints, .ndjson)),
            ("messages --format csv --status failed", .list(.messages, .csv)),
            ("messages --format table", .list(.messages, .table)),
            ("deliveries --format csv", .list(.deliveries, .csv)),
            ("add-app a b", .addApplications(["a", "b"])),
            ("disable-app a", .setApplications(["a"], active: false)),
            ("enable-app a", .setApplications(["a"], active: true)),
            (
                "add-endpoint a https://h/x?y",
                .addEndpoint(application: "a", url: "https://h/x?y", events: [])
            ),
            (
                "add-endpoint a http://127.0.0.1:1/ --events b",
                .addEndpoint(
                    application: "a", url: "http://127.0.0.1:1/",
                    events: EventPattern.list("b") ?? [])
            ),
            (
                "add-endpoint a http://10.0.0.1/ --allow-plain-http --allow-private-addresses",
                .addEndpoint(application: "a", url: "http://10.0.0.1/", events: [])
            ),
            ("disable-endpoint ep_1 ep_2", .setEndpoints(["ep_1", "ep_2"], active: false)),
            ("enable-endpoint ep_1", .setEndpoints(["ep_1"], active: true)),
            ("rotate-secret ep_1", .rotateSecret(endpoint: "ep_1")),
            ("redeliver --status failed", .redeliver),
            ("export", .export(withKeys: false)), ("export --with-keys", .export(withKeys: true)),
            ("check", .check),
        ] as [(String, StoreOptions.Task)])
    func actions(line: String, task: StoreOptions.Task) throws {
        #expect(try options(line).task == task)
    }

    @Test("Filters are parsed, and a table has its own default limit")
    func filters() throws {
        let filter = try options(
            "messages --app a --event-type t --since 2026-03-01 --until 2026-03-02T01:02:03Z "
                + "--format csv"
        ).filter
        #expect(filter.application == "a" && filter.eventType == "t")
        #expect(filter.since == "2026-03-01T00:00:00.000Z")
        #expect(filter.until == "2026-03-02T01:02:03.000Z")
        #expect(filter.last == nil)
        #expect(try options("messages --format table").filter.last == 100)
        #expect(try options("messages --format table --limit 7").filter.last == 7)
    }

    @Test(
        "The error of a wrong store command has the problem and the solution",
        arguments: [
            (
                "",
                "no action specified (example: hookbatch store messages); 'hookbatch help store' "
                    + "lists the actions"
            ),
            ("message", "unknown action 'message'; did you mean 'messages'?"),
            ("frobnicate", "unknown action 'frobnicate'; 'hookbatch help store' lists the actions"),
            ("apps x", "store apps: unexpected argument 'x'"),
            ("apps --since 1h", "store apps has no --since option"),
            ("check --format csv", "store check has no --format option"),
            ("messages --with-keys", "store messages has no --with-keys option"),
            ("add-app", "store add-app needs ID... (example: hookbatch store add-app app_1)"),
            (
                "add-app a/b",
                "store add-app: 'a/b' is not an application's id (1 to 128 of A-Z a-z 0-9 . _ ~ -)"
            ),
            (
                "add-endpoint a",
                "store add-endpoint needs ID URL (example: hookbatch store add-endpoint app_1 https://example.com/hook)"
            ),
            (
                "add-endpoint a ftp://x",
                "store add-endpoint: 'ftp://x' is not a URL of an endpoint: The URL must begin with https:// or http://. (example: https://example.com/hook)"
            ),
            (
                "add-endpoint a http://h/",
                "store add-endpoint: 'http://h/': http:// would send the messages unencrypted; use https://, or allow it with --allow-plain-http"
            ),
            (
                "add-endpoint a https://192.168.0.1/",
                "store add-endpoint: 'https://192.168.0.1/': the address is not public; allow it with --allow-private-addresses"
            ),
            (
                "rotate-secret app_1",
                "store rotate-secret: 'app_1' is not an endpoint's id; 'hookbatch store endpoints' lists them"
            ),
            (
                "rotate-secret",
                "store rotate-secret needs ENDPOINT (example: hookbatch store rotate-secret ep_01KANYX1ZR8SKTS0QP3DYRHZ7A)"
            ),
            (
                "redeliver",
                "store redeliver needs a filter (example: hookbatch store redeliver --status failed)"
            ),
            ("apps --status failed", "store apps has no --status option"),
            (
                "messages --since soon",
                "--since: 'soon' is not a date, a time or a duration (example: --since 2026-03-01T12:00:00Z)"
            ),
        ])
    func errors(line: String, message: String) {
        #expect(throws: UsageError(message)) { try options(line) }
    }

    @Test(
        "A time bound is a day, a time, or a duration before now",
        arguments: [
            ("2026-03-01", "2026-03-01T00:00:00.000Z"),
            ("2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000Z"),
            ("2026-03-01T12:00:00.250Z", "2026-03-01T12:00:00.250Z"),
            ("2026-03-01T12:00:00+01:00", "2026-03-01T11:00:00.000Z"),
            ("2026-03-01 12:00:00", "2026-03-01T12:00:00.000Z"),
            ("1772366400", "2026-03-01T12:00:00.000Z"),
            ("90m", "1970-01-01T22:30:00.000Z"), ("2d", "1970-01-01T00:00:00.000Z"),
        ])
    func moments(text: String, expected: String) {
        #expect(TimeBound(text: text)?.rfc3339(now: 86_400_000_000_000) == expected)
    }

    @Test(
        "An invalid time bound is rejected",
        arguments: [
            "", "2026", "2026-3-1", "2026-13-01", "2026-00-01", "2026-01-32",
            "2026-01-01T24:00:00Z", "2026-02-29", "20260101", "12345678", "now",
        ])
    func badMoments(text: String) {
        #expect(TimeBound(text: text) == nil)
    }
}
