import HTTP
import Testing

/// A request as it comes off the wire, and what must be read from it.
struct RequestCase: CustomTestStringConvertible, Sendable {
    let name: String
    /// The bytes; `\n` stands for CRLF.
    let text: String
    var method = "POST"
    var target = "/"
    var path = "/"
    var body = ""
    var keepsAlive = true
    /// Bytes after the request that must not be consumed.
    var rest = 0

    var testDescription: String { name }

    /// Requests that must be taken.
    static let accepted: [RequestCase] = [
        .init(
            name: "a length", text: "POST / HTTP/1.1\nHost: h\nContent-Length: 5\n\nhello",
            body: "hello"),
        .init(name: "no body", text: "GET / HTTP/1.1\nHost: h\n\n", method: "GET"),
        .init(
            name: "a query", text: "GET /a/b?c=d/e?f HTTP/1.1\nHost: h\n\n", method: "GET",
            target: "/a/b?c=d/e?f", path: "/a/b"),
        .init(
            name: "an absolute target", text: "GET http://h:80/a?b HTTP/1.1\nHost: h\n\n",
            method: "GET", target: "http://h:80/a?b", path: "/a"),
        .init(
            name: "an absolute target without a path", text: "GET http://h HTTP/1.1\nHost: h\n\n",
            method: "GET", target: "http://h", path: ""),
        .init(
            name: "the target of the whole server", text: "OPTIONS * HTTP/1.1\nHost: h\n\n",
            method: "OPTIONS", target: "*", path: "*"),
        .init(
            name: "the target of a tunnel", text: "CONNECT h:443 HTTP/1.1\nHost: h\n\n",
            method: "CONNECT", target: "h:443", path: ""),
        .init(
            name: "a method of odd token bytes", text: "M-SEARCH!~ / HTTP/1.1\nHost: h\n\n",
            method: "M-SEARCH!~"),
        .init(name: "an empty host", text: "POST / HTTP/1.1\nHost:\n\n"),
        .init(name: "a line end too many before it", text: "\n\nPOST / HTTP/1.1\nHost: h\n\n"),
        .init(
            name: "chunks with extensions and trailers",
            text:
                "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: Chunked\n\n5;a=b\nhello\n0\nX: y\n\n",
            body: "hello"),
        .init(name: "HTTP/1.0 without a host", text: "POST / HTTP/1.0\n\n", keepsAlive: false),
        .init(
            name: "HTTP/1.0 that stays", text: "POST / HTTP/1.0\nConnection: keep-alive\n\n"),
        .init(
            name: "close", text: "POST / HTTP/1.1\nHost: h\nConnection: close\n\n",
            keepsAlive: false),
        .init(
            name: "the next request behind a body",
            text: "POST / HTTP/1.1\nHost: h\nContent-Length: 2\n\nokGET / HTTP/1.1\nHost: h\n\n",
            body: "ok", rest: 27),
        .init(
            name: "the next request behind none",
            text: "POST / HTTP/1.1\nHost: h\n\nGET / HTTP/1.1\nHost: h\n\n", rest: 27),
    ]

    /// A request that must be refused, by its reason.
    static let refused: [(RequestError, String)] =
        badFraming.map { (.framing($0.0), $0.1) } + otherwiseRefused

    private static let badFraming: [(FramingError, String)] = [
        (.badHeaderField, "POST / HTTP/1.1\nHost : h\n\n"),
        (.badHeaderField, "POST / HTTP/1.1\nHost: h\u{0}\n\n"),
        (.obsoleteLineFolding, "POST / HTTP/1.1\nHost: h\n i\n\n"),
        (.bareCarriageReturn, "POST / HTTP/1.1\nHost: h\rX: y\n\n"),
        (.conflictingLength, "POST / HTTP/1.1\nContent-Length: 1\nContent-Length: 2\n\n"),
        (.badLength, "POST / HTTP/1.1\nContent-Length: -1\n\n"),
        (.badLength, "POST / HTTP/1.1\nContent-Length: 99999999999999999999\n\n"),
        (
            .lengthBesideTransferEncoding,
            "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\nContent-Length: 3\n\n0\n\n"
        ),
        (.badTransferEncoding, "POST / HTTP/1.0\nTransfer-Encoding: chunked\n\n0\n\n"),
        (
            .badTransferEncoding,
            "POST / HTTP/1.1\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked\n\n0\n\n"
        ),
        (.unsupportedTransferEncoding, "POST / HTTP/1.1\nTransfer-Encoding: gzip, chunked\n\n"),
        (.unsupportedTransferEncoding, "POST / HTTP/1.1\nTransfer-Encoding: chunkedx\n\n"),
        (.badChunk, "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n 1\na\n0\n\n"),
        (.badChunk, "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n1\nab\n0\n\n"),
        (.badHeaderField, "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n0\nx\n\n"),
        (.bodyTooLarge, "POST / HTTP/1.1\nHost: h\nContent-Length: 16777217\n\n"),
        (
            .headTooLarge,
            "POST / HTTP/1.1\nHost: h\nX: " + String(repeating: "a", count: 65536)
        ),
    ]

    private static let otherwiseRefused: [(RequestError, String)] = [
        (.badRequestLine, "POST /\n\n"),
        (.badRequestLine, "POST  / HTTP/1.1\n\n"),
        (.badRequestLine, "POST /  HTTP/1.1\n\n"),
        (.badRequestLine, "POST / HTTP/1.1 \n\n"),
        (.badRequestLine, " POST / HTTP/1.1\n\n"),
        (.badRequestLine, "PO(ST / HTTP/1.1\n\n"),
        (.badRequestLine, "POST\t/\tHTTP/1.1\n\n"),
        (.badRequestLine, "POST a HTTP/1.1\n\n"),
        (.badRequestLine, "POST :// HTTP/1.1\n\n"),
        (.badRequestLine, "POST h:x HTTP/1.1\n\n"),
        (.badRequestLine, "POST /a#b HTTP/1.1\n\n"),
        (.badRequestLine, "POST /\u{FC} HTTP/1.1\n\n"),
        (.badRequestLine, "POST /a b HTTP/1.1\n\n"),
        (.badRequestLine, "POST / http/1.1\n\n"),
        (.badRequestLine, "POST / HTTP/1\n\n"),
        (.badRequestLine, "POST / HTTPS/1.1\n\n"),
        (.badRequestLine, "POST / HTTP/x.1\n\n"),
        (.badRequestLine, "POST /\u{0} HTTP/1.1\n\n"),
        (.badRequestLine, "\u{16}\u{3}\u{1}\u{2}"),
        (.unsupportedVersion, "PRI * HTTP/2.0\n\nSM\n\n"),
        (.unsupportedVersion, "POST / HTTP/0.9\n\n"),
        (.badHost, "POST / HTTP/1.1\n\n"),
        (.badHost, "POST / HTTP/1.1\nHost: a\nHost: a\n\n"),
        (.badHost, "POST / HTTP/1.0\nHost: a\nHost: b\n\n"),
        (.badHost, "POST / HTTP/1.1\nHost: a, b\n\n"),
        (.badHost, "POST / HTTP/1.1\nHost: a/b\n\n"),
        (.badHost, "POST / HTTP/1.1\nHost: u@b\n\n"),
        (.badHost, "POST / HTTP/1.1\nHost: a b\n\n"),
        (.badHost, "POST / HTTP/1.1\nHost: \u{FC}.de\n\n"),
        (.repeatedField, "POST / HTTP/1.1\nAuthorization: a\nauthorization: a\n\n"),
        (.repeatedField, "POST / HTTP/1.1\nX-API-Key: a\nX-API-Key: b\n\n"),
        (.repeatedField, "POST / HTTP/1.1\nIdempotency-Key: a\nIdempotency-Key: b\n\n"),
        (.targetTooLong, "POST /" + String(repeating: "a", count: 65536)),
        (.endedEarly, ""),
        (.endedEarly, "POST / HT"),
        (.endedEarly, "POST / HTTP/1.1\nHost: h\n"),
        (.endedEarly, "POST / HTTP/1.1\nHost: h\nContent-Length: 5\n\nhell"),
    ]
}
