/// Writer of a server's responses. It caches the rendered `Date` of the last second.
package struct ResponseWriter: Sendable {
    private var dateSecond: Int64?
    private var date: [UInt8] = []

    package init() {}

    /// Appends a response: status line, `Date`, `Content-Type` (if given), `Content-Length`,
    /// `Connection`, further fields, body.
    ///
    /// 204 and 304 have neither a length nor a body (RFC 9110 §8.6). The values must contain no
    /// control byte: a line end would allow response splitting.
    ///
    /// - Parameters:
    ///   - date: seconds since 1970.
    ///   - keepsAlive: whether another request may follow.
    ///   - fields: additional fields, such as `Retry-After`.
    ///   - omitsBody: true for HEAD: the body's length is sent without the body (RFC 9110 §9.3.2).
    package mutating func append(
        status: Int, date second: Int64, contentType: String? = nil, keepsAlive: Bool = true,
        fields: [(name: String, value: String)] = [], omitsBody: Bool = false,
        body: UnsafeRawBufferPointer, to output: inout [UInt8]
    ) {
        precondition((200...599).contains(status), "a final answer has a status of 200 to 599")
        let hasBody = status != 204 && status != 304
        precondition(hasBody || body.isEmpty, "an answer of this status has no body")
        output.append(contentsOf: "HTTP/1.1 ".utf8)
        Self.append(status, to: &output)
        output.append(ASCII.space)
        output.append(contentsOf: Self.reason(status).utf8)
        output.append(contentsOf: "\r\nDate: ".utf8)
        appendDate(second, to: &output)
        if let contentType { Self.append("Content-Type", contentType, to: &output) }
        if hasBody {
            output.append(contentsOf: "\r\nContent-Length: ".utf8)
            Self.append(body.count, to: &output)
        }
        output.append(contentsOf: "\r\nConnection: ".utf8)
        output.append(contentsOf: (keepsAlive ? "keep-alive" : "close").utf8)
        for field in fields { Self.append(field.name, field.value, to: &output) }
        output.append(contentsOf: "\r\n\r\n".utf8)
        if !omitsBody { output.append(contentsOf: body) }
    }

    /// Appends the interim response that a client with `Expect: 100-continue` waits for.
    package static func appendContinue(to output: inout [UInt8]) {
        output.append(contentsOf: "HTTP/1.1 100 Continue\r\n\r\n".utf8)
    }

    private mutating func appendDate(_ second: Int64, to output: inout [UInt8]) {
        if dateSecond != second {
            date.removeAll(keepingCapacity: true)
            HTTPDate.append(second, to: &date)
            dateSecond = second
        }
        output.append(contentsOf: date)
    }

    private static func append(_ name: String, _ value: String, to output: inout [UInt8]) {
        precondition(!name.isEmpty && name.utf8.allSatisfy(\.isTokenByte), "a bad field name")
        precondition(
            value.utf8.allSatisfy { $0 >= ASCII.space && $0 != ASCII.delete },
            "a field's value holds a control byte")
        output.append(contentsOf: "\r\n".utf8)
        output.append(contentsOf: name.utf8)
        output.append(contentsOf: ": ".utf8)
        output.append(contentsOf: value.utf8)
    }

    private static func append(_ number: Int, to output: inout [UInt8]) {
        var divisor = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            output.append(ASCII.zero + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }

    /// The reason phrase of the status codes that the local API uses; others have none, as
    /// RFC 9112 §4 allows.
    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 204: "No Content"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: ""
        }
    }
}
