/// `--auth`: how the API key travels.
enum AuthenticationScheme: String, CaseIterable, Sendable {
    /// `Authorization: Bearer KEY`.
    case bearer
    /// `X-API-Key: KEY`.
    case apiKey = "x-api-key"
    /// `Cookie: better-auth.session_token=KEY`.
    case cookie
}

/// `--format`.
enum FormatChoice: String, CaseIterable, Sendable {
    case auto, ndjson, csv, tsv
}

/// `--payload`: which JSON types a payload may have.
enum PayloadKinds: String, CaseIterable, Sendable {
    /// Objects, strings and null, as the API documents.
    case objectOrString = "object-or-string"
    case any
}

/// `--csv-payload`: how the text of a payload cell is read.
enum CSVPayload: String, CaseIterable, Sendable {
    case auto, json, text
}

/// `--delivery`: what is done about an attempt of which it is uncertain whether it arrived.
enum DeliveryPromise: String, CaseIterable, Sendable {
    /// Try again, and mark the line as a possible duplicate.
    case atLeastOnce = "at-least-once"
    /// Never send it again; the line ends unknown.
    case atMostOnce = "at-most-once"
}

/// `--concurrency`.
enum Concurrency: Hashable, Sendable {
    case fixed(Int)
    /// Found while sending.
    case auto
}

extension ValueSyntax<Concurrency> {
    static let concurrency = ValueSyntax(
        "N|auto", noun: "a number from 1 to 1,000 or 'auto'", example: "64"
    ) { $0 == "auto" ? .auto : WholeNumber.parse($0, in: 1...1000).map(Concurrency.fixed) }
}

extension ValueSyntax<String> {
    /// A JSON Pointer (RFC 6901) into the record, or the name of a CSV column.
    static let fieldPath = ValueSyntax(
        "FIELD", noun: "a JSON Pointer or a column", example: "/payload/id"
    ) { text in
        // RFC 6901 §3: a tilde is always followed by 0 or 1.
        let escapes = text.split(separator: "~", omittingEmptySubsequences: false).dropFirst()
        let isPointer = text.hasPrefix("/")
        let isGood = !isPointer || escapes.allSatisfy { $0.hasPrefix("0") || $0.hasPrefix("1") }
        return text.isEmpty || !isGood ? nil : text
    }
}
