import Records

/// The format of the inputs.
struct InputFlags: Sendable {
    let format = Flag(
        "format", .choice(example: FormatChoice.ndjson), default: "auto", for: [.send, .check],
        .input, "The input format; auto detects it from the name and the first bytes.")
    let filesFrom = Flag(
        "files-from", .path(example: "files.txt"), defaultNote: "none", for: [.send, .check],
        .input,
        "Read further input paths from this file, or from standard input (-): one on each line, or "
            + "with NUL bytes between them, as find -print0 writes them.")
    let noHeader = Flag(
        switch: "no-header", for: [.send, .check], .input,
        "CSV without a header row: the columns are appId, event_type, payload.")
    let delimiter = Flag(
        "delimiter", .delimiter, defaultNote: "auto; a tab for TSV", for: [.send, .check],
        .input,
        "The CSV field delimiter; auto is a comma, unless only ';', a tab or '|' splits the header "
            + "into the expected columns.")
    let quote = Flag(
        "quote", .choice(example: CSVDialect.Quote.none), default: "double", for: [.send, .check],
        .input,
        "Quotes in CSV: double is standard CSV; none reads them as ordinary characters, for raw "
            + "JSON in cells.")
    let csvEscape = Flag(
        "csv-escape", .choice(example: CSVDialect.Escape.backslash), default: "none",
        for: [.send, .check], .input,
        "Escapes in CSV: backslash reads \\t, \\n and \\N (no value), as PostgreSQL and MySQL "
            + "write them.")
    let payload = Flag(
        "payload", .choice(example: ReaderOptions.Payload.any), default: "object-or-string",
        for: [.send, .check], .input,
        "The payloads to accept. The API documents objects, strings and null; any also accepts "
            + "arrays, numbers and booleans.")
    let csvPayload = Flag(
        "csv-payload", .choice(example: ReaderOptions.CSVPayload.text), default: "auto",
        for: [.send, .check],
        .input,
        "How to read a payload cell: auto reads JSON if it looks like JSON, else a string; json "
            + "accepts JSON only; text reads every cell as a string.")
    let maxRecordBytes = Flag(
        "max-record-bytes", .bytes((1 << 10)...(1 << 30), example: "8MiB"), default: "8MiB",
        for: [.send, .check], .input,
        "Maximum record size; longer records are invalid and skipped.")
    let idempotencyKeyFrom = Flag(
        "idempotency-key-from", .fieldPath, defaultNote: "derived from the run and the line",
        for: [.send, .check], .input,
        "Read each line's Idempotency-Key from the record: a JSON Pointer or a CSV column.")
}
