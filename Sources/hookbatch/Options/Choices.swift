import Records

/// `--auth`: how the API key is sent.
enum AuthenticationScheme: String, CaseIterable, Sendable {
    /// `Authorization: Bearer KEY`.
    case bearer
    /// `X-API-Key: KEY`.
    case apiKey = "x-api-key"
    /// `Cookie: better-auth.session_token=KEY`.
    case cookie

    /// The name of the header field.
    var fieldName: String {
        switch self {
        case .bearer: "Authorization"
        case .apiKey: "X-API-Key"
        case .cookie: "Cookie"
        }
    }
}

/// `--format`.
enum FormatChoice: String, CaseIterable, Sendable {
    case auto, ndjson, json, csv, tsv
}

/// `--delivery`: the handling of uncertain attempts.
enum DeliveryPromise: String, CaseIterable, Sendable {
    /// Retries, and marks the line as a possible duplicate.
    case atLeastOnce = "at-least-once"
    /// Never sends it again; the line is unknown.
    case atMostOnce = "at-most-once"
}

/// `--pace`.
enum PaceChoice: String, CaseIterable, Sendable {
    /// As fast as the limits allow.
    case limits
    /// As recorded.
    case recorded
}

/// `--catch-up`.
enum CatchUp: String, CaseIterable, Sendable { case yes, no }

/// `--concurrency`.
enum Concurrency: Hashable, Sendable {
    case fixed(Int)
    /// Adapted while sending.
    case auto
}

extension ValueSyntax<Concurrency> {
    static let concurrency = ValueSyntax(
        "N|auto", noun: "a number from 1 to 1,000 or 'auto'", example: "64",
        completion: .words(["auto"])
    ) { $0 == "auto" ? .auto : WholeNumber.parse($0, in: 1...1000).map(Concurrency.fixed) }
}

extension ValueSyntax<JSONPointer> {
    /// A JSON Pointer (RFC 6901) to an array in a value, or the name of its member; the pointer
    /// without tokens for none.
    static let arrayPath = ValueSyntax(
        "POINTER", noun: "a JSON Pointer to an array", example: "/events",
        completion: .words([FieldFlags.noRecords])
    ) { $0 == FieldFlags.noRecords ? [] : JSONPointer(parsing: $0) }
    /// A JSON Pointer (RFC 6901) into the record, or the name of a CSV column.
    static let fieldPath = ValueSyntax(
        "FIELD", noun: "a JSON Pointer or a column", example: "/payload/id",
        parse: JSONPointer.init(parsing:))
}
