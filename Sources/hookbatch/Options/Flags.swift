import Records

/// The table of all flags, each declared once.
enum Flags {
    static let all: [FlagDeclaration] =
        [
            to.declaration, auth.declaration, apiKeyFile.declaration,
            knownAppsOnly.declaration,

            format.declaration, noHeader.declaration, delimiter.declaration, payload.declaration,
            csvPayload.declaration, maxRecordBytes.declaration, idempotencyKeyFrom.declaration,

            report.declaration, fresh.declaration,

            rate.declaration, burst.declaration, ramp.declaration, appRate.declaration,
            concurrency.declaration, appConcurrency.declaration, maxInFlightBytes.declaration,

            retries.declaration, retryOn.declaration, maxRetryAfter.declaration,
            startPatience.declaration, outagePatience.declaration, appGiveUp.declaration,
            delivery.declaration,

            maxErrors.declaration, maxDuration.declaration, limit.declaration, grace.declaration,

            timeout.declaration, connectTimeout.declaration, proxy.declaration,
            caCert.declaration, clientCert.declaration, clientKey.declaration,
            allowPlainHTTP.declaration,
        ]
        + mapping + watching + checking + serving + storing + reporting + explaining

    static func taken(by command: Command) -> [FlagDeclaration] {
        all.filter { $0.commands.contains(command) }
    }
}

// Destination.
extension Flags {
    static let to = Flag(
        "to", .destination, default: "store:hookbatch.db", for: [.send], .destination,
        "The destination: a local store (store:PATH) or the API's base URL.")
    static let auth = Flag(
        "auth", .choice(example: AuthenticationScheme.bearer), default: "bearer", for: [.send],
        .destination,
        "How to send the key: Authorization: Bearer, X-API-Key, or a session cookie.")
    static let apiKeyFile = Flag(
        "api-key-file", .path(example: "/run/secrets/hookstream", isSecret: true),
        defaultNote: "the variable HOOKSTREAM_API_KEY", for: [.send, .serve],
        .destination, "Read the API key from this file.")
    static let knownAppsOnly = Flag(
        switch: "known-apps-only", for: [.send, .serve], .destination,
        "Reject unknown applications (404), as the API does, instead of registering them in the "
            + "store.")
}

// Inputs.
extension Flags {
    static let format = Flag(
        "format", .choice(example: FormatChoice.ndjson), default: "auto", for: [.send, .check],
        .input, "The input format; auto detects it from the name and the first bytes.")
    static let noHeader = Flag(
        switch: "no-header", for: [.send, .check], .input,
        "CSV without a header row: the columns are appId, event_type, payload.")
    static let delimiter = Flag(
        "delimiter", .delimiter, defaultNote: "a comma; a tab for TSV", for: [.send, .check],
        .input, "The CSV field delimiter.")
    static let payload = Flag(
        "payload", .choice(example: ReaderOptions.Payload.any), default: "object-or-string",
        for: [.send, .check], .input,
        "The payloads to accept. The API documents objects, strings and null; any also accepts "
            + "arrays, numbers and booleans.")
    static let csvPayload = Flag(
        "csv-payload", .choice(example: ReaderOptions.CSVPayload.text), default: "auto",
        for: [.send, .check],
        .input,
        "How to read a payload cell: auto reads JSON if it looks like JSON, else a string; json "
            + "accepts JSON only; text reads every cell as a string.")
    static let maxRecordBytes = Flag(
        "max-record-bytes", .bytes((1 << 10)...(1 << 30), example: "8MiB"), default: "8MiB",
        for: [.send, .check], .input,
        "Maximum record size; longer records are invalid and skipped.")
    static let idempotencyKeyFrom = Flag(
        "idempotency-key-from", .fieldPath, defaultNote: "derived from the run and the line",
        for: [.send, .check], .input,
        "Read each line's Idempotency-Key from the record: a JSON Pointer or a CSV column.")
}

// Files of a run.
extension Flags {
    static let report = Flag(
        "report", .reportPath, defaultNote: "named after the first input", for: [.send], .files,
        "The path of the report; the run's other files have the same folder and name. The "
            + "extension selects the format. Required for standard input.")
    static let fresh = Flag(
        switch: "fresh", for: [.send], .files,
        "Start over: archive the files of an earlier run and send everything again.")
}

// Pace.
extension Flags {
    static let rate = Flag(
        "rate", .rate, defaultNote: "no limit", for: [.send, .check], .pace,
        "Maximum requests per second (/s), minute (/m) or hour (/h), retries included.")
    static let burst = Flag(
        "burst", .count(1...1_000_000, example: 10), default: "1", for: [.send], .pace,
        "Maximum requests that start at once after a pause; 1 is an even pace.")
    static let ramp = Flag(
        "ramp", .duration(to: .seconds(86_400), example: "30s"), default: "0s", for: [.send],
        .pace, "Ramp up to --rate over this time.")
    static let appRate = Flag(
        "app-rate", .rate, defaultNote: "no limit", for: [.send, .check], .pace,
        "Like --rate, for each application.")
    static let concurrency = Flag(
        "concurrency", .concurrency, default: "64", for: [.send], .pace,
        "Maximum concurrent requests; auto adapts them to the latency.")
    static let appConcurrency = Flag(
        "app-concurrency", .count(1...1000, example: 1), defaultNote: "no limit", for: [.send],
        .pace,
        "Maximum concurrent requests for each application; 1 keeps the order of its lines, also "
            + "across retries.")
    static let maxInFlightBytes = Flag(
        "max-in-flight-bytes", .bytes((64 << 10)...(4 << 30), example: "8MiB"), default: "8MiB",
        for: [.send], .pace,
        "Maximum bytes of messages in flight; always allows at least one message.")
}

// Retries.
extension Flags {
    static let retries = Flag(
        "retries", .count(0...100, example: 5), default: "5", for: [.send], .retries,
        "Maximum retries of a line.")
    static let retryOn = Flag(
        "retry-on", .statusCodes, default: "408,425,429,503", for: [.send], .retries,
        "HTTP statuses to retry.")
    static let maxRetryAfter = Flag(
        "max-retry-after", .duration(to: .seconds(86_400), example: "5m"), default: "5m",
        for: [.send], .retries,
        "The longest Retry-After to obey; a longer one stops the run.")
    static let startPatience = Flag(
        "start-patience", .duration(example: "5m"),
        defaultNote: "2m, or 0s at a terminal", for: [.send],
        .retries,
        "How long to wait for a server that can't be reached at the start; 0s stops after the "
            + "first line's retries, or at once if the name does not resolve.")
    static let outagePatience = Flag(
        "outage-patience", .duration(example: "2h"), default: "2h", for: [.send], .retries,
        "How long to wait for a server that is down before the run stops.")
    static let appGiveUp = Flag(
        "app-giveup", .count(1...1_000_000, example: 100), defaultNote: "never", for: [.send],
        .retries,
        "Stop sending to an application after N consecutive failures; its remaining lines are "
            + "not attempted.")
    static let delivery = Flag(
        "delivery", .choice(example: DeliveryPromise.atMostOnce), default: "at-least-once",
        for: [.send], .retries,
        "What to do if a message may have arrived: at-least-once retries it and marks the line "
            + "as a possible duplicate; at-most-once does not retry, and the line is unknown.")
}

// Stops before the end.
extension Flags {
    static let maxErrors = Flag(
        "max-errors", .errorLimit, defaultNote: "no limit", for: [.send], .stopping,
        "Stop at this number of rejected, failed or unknown lines, or at this share of them "
            + "after 1,000 lines.")
    static let maxDuration = Flag(
        "max-duration", .duration(from: .milliseconds(1), example: "1h"),
        defaultNote: "no limit", for: [.send], .stopping, "Stop after this time.")
    static let limit = Flag(
        "limit", .count(1...Int.max, example: 10), defaultNote: "no limit", for: [.send],
        .stopping, "Stop after this many lines.")
    static let grace = Flag(
        "grace", .duration(to: .seconds(3600), example: "20s"), default: "20s", for: [.send],
        .stopping, "Time for in-flight requests to finish after a stop signal.")
}

// Connection to the API.
extension Flags {
    static let timeout = Flag(
        "timeout", .duration(from: .milliseconds(1), to: .seconds(3600), example: "30s"),
        default: "30s", for: [.send], .connection, "Maximum time for one request.")
    static let connectTimeout = Flag(
        "connect-timeout", .duration(from: .milliseconds(1), to: .seconds(3600), example: "10s"),
        default: "10s", for: [.send], .connection, "Maximum time to connect.")
    static let proxy = Flag(
        "proxy", .proxyURL, defaultNote: "none", for: [.send], .connection,
        "Connect to the API through this proxy.")
    static let caCert = Flag(
        "ca-cert", .path(example: "ca.pem"), defaultNote: "the system's", for: [.send],
        .connection, "Trust the certificate authorities in this PEM file.")
    static let clientCert = Flag(
        "client-cert", .path(example: "client.pem"), defaultNote: "none", for: [.send],
        .connection, "The client certificate (PEM).")
    static let clientKey = Flag(
        "client-key", .path(example: "client.key"), defaultNote: "in the certificate's file",
        for: [.send], .connection, "The private key of --client-cert (PEM).")
    static let allowPlainHTTP = Flag(
        switch: "allow-plain-http", for: [.send], .connection,
        "Allow http:// to other machines: the key and the messages are sent unencrypted.")
}
