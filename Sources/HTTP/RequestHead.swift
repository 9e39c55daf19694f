/// The parsed head of a request. It owns the bytes that it keeps.
package struct RequestHead: Hashable, Sendable {
    /// The fields whose values are kept.
    package enum Field: Int, Hashable, Sendable, CaseIterable {
        case authorization, apiKey, cookie, idempotencyKey, contentType, expect, host
        case webhookID, webhookTimestamp, webhookSignature

        init?(_ known: KnownField) {
            switch known {
            case .authorization: self = .authorization
            case .xAPIKey: self = .apiKey
            case .cookie: self = .cookie
            case .idempotencyKey: self = .idempotencyKey
            case .contentType: self = .contentType
            case .expect: self = .expect
            case .host: self = .host
            case .webhookID: self = .webhookID
            case .webhookTimestamp: self = .webhookTimestamp
            case .webhookSignature: self = .webhookSignature
            case .connection, .contentLength, .date, .keepAlive, .retryAfter,
                .transferEncoding:
                return nil
            }
        }
    }

    /// The request line, then the values.
    private var bytes: [UInt8] = []
    private var methodRange = 0..<0
    private var targetRange = 0..<0
    private var pathRange = 0..<0
    private var valueRanges = [Range<Int>?](repeating: nil, count: Field.allCases.count)
    /// Whether the request is of HTTP/1.0.
    package internal(set) var isHTTP10 = false
    /// Whether the client wants to reuse the connection.
    package internal(set) var keepsAlive = true
    /// `Content-Length` in bytes; nil if absent.
    package internal(set) var contentLength: Int64?

    init() {}

    /// The method, such as `POST`; case-sensitive.
    package var method: String { text(methodRange) }
    /// The target as it was sent.
    package var target: String { text(targetRange) }
    /// The path of the target, still percent-encoded, without its query.
    package var path: String { text(pathRange) }

    /// Calls `use` with the bytes of the path.
    package func withPath<R, E: Error>(
        _ use: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try bytes.withUnsafeBufferPointer { bytes throws(E) in
            try use(UnsafeRawBufferPointer(bytes).part(pathRange.lowerBound, pathRange.upperBound))
        }
    }

    /// Calls `use` with a field's value; nil if the field is absent.
    package func withValue<R>(
        of field: Field, _ use: (UnsafeRawBufferPointer) -> R
    ) -> R? {
        guard let range = valueRanges[field.rawValue] else { return nil }
        return bytes.withUnsafeBytes { use($0.part(range.lowerBound, range.upperBound)) }
    }

    /// A field's value as text; nil if the field is absent.
    package func value(of field: Field) -> String? {
        valueRanges[field.rawValue].map(text)
    }

    /// Whether the client expects 100 Continue before it sends the body (RFC 9110 §10.1.1).
    package var expectsContinue: Bool {
        !isHTTP10 && withValue(of: .expect) { $0.equalsIgnoringCase("100-continue") } == true
    }

    /// Discards the last request but keeps the storage.
    mutating func reset() {
        bytes.removeAll(keepingCapacity: bytes.capacity <= 4096)
        for index in valueRanges.indices { valueRanges[index] = nil }
        isHTTP10 = false
        keepsAlive = true
        contentLength = nil
    }

    mutating func note(_ requestLine: RequestLine, in line: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: line)
        methodRange = requestLine.method
        targetRange = requestLine.target
        pathRange = requestLine.path
        isHTTP10 = requestLine.isHTTP10
    }

    /// Keeps a field's value; false if the field is repeated.
    mutating func note(_ field: Field, _ value: UnsafeRawBufferPointer) -> Bool {
        guard valueRanges[field.rawValue] == nil else { return false }
        valueRanges[field.rawValue] = bytes.count..<bytes.count + value.count
        bytes.append(contentsOf: value)
        return true
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }
}

/// Limits on the parts of a request, in bytes.
package struct RequestLimits: Hashable, Sendable {
    /// The head, the chunk extensions and the trailers together.
    package var headBytes: Int
    /// The body, all of which is kept.
    package var bodyBytes: Int

    /// The default for bodies has room for the largest record by default (8 MiB).
    package init(headBytes: Int = 64 * 1024, bodyBytes: Int = 16 * 1024 * 1024) {
        self.headBytes = headBytes
        self.bodyBytes = bodyBytes
    }
}
