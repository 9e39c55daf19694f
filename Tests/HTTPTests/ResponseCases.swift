import HTTP
import Testing

/// A response as it comes off the wire, and what must be read from it.
struct ResponseCase: CustomTestStringConvertible, Sendable {
    let name: String
    /// The bytes; `\n` stands for CRLF.
    let text: String
    var closes = false
    var status = 201
    var body = ""
    var keepsAlive = true
    /// Bytes after the response that must not be consumed.
    var rest = 0

    var testDescription: String { name }

    /// Answers that must be taken.
    static let accepted: [ResponseCase] = [
        .init(
            name: "a length", text: "HTTP/1.1 201 Created\nContent-Length: 5\n\nhello",
            body: "hello"),
        .init(
            name: "no reason phrase", text: "HTTP/1.1 400\nContent-Length: 0\n\n", status: 400),
        .init(
            name: "an empty reason phrase", text: "HTTP/1.1 400 \nContent-Length: 0\n\n",
            status: 400),
        .init(
            name: "a reason beyond ASCII, with a tab",
            text: "HTTP/1.1 201 Cr\u{E9}\u{E9}\tok\nContent-Length: 0\n\n"),
        .init(
            name: "names in any case", text: "HTTP/1.1 201 Created\ncOnTeNt-LENGTH:5\n\nhello",
            body: "hello"),
        .init(
            name: "white space around values",
            text: "HTTP/1.1 201 Created\nContent-Length: \t 5 \t \n\nhello", body: "hello"),
        .init(
            name: "an interim answer first",
            text: "HTTP/1.1 100 Continue\n\nHTTP/1.1 201 Created\nContent-Length: 2\n\nok",
            body: "ok"),
        .init(
            name: "an interim answer whose fields do not count",
            text:
                "HTTP/1.1 103 Early Hints\nConnection: close\nContent-Length: 9\n\nHTTP/1.1 201 Created\nContent-Length: 2\n\nok",
            body: "ok"),
        .init(
            name: "chunks",
            text:
                "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n5\nhello\n6\n world\n0\n\n",
            body: "hello world"),
        .init(
            name: "chunks with extensions and trailers",
            text:
                "HTTP/1.1 201 Created\nTransfer-Encoding: CHUNKED\n\n5;a=b;c=\"d e\"\nhello\n000;x\nX-Sum: 1\nContent-Length: 99\n\n",
            body: "hello"),
        .init(
            name: "chunk sizes in both cases",
            text:
                "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\nA\n0123456789\nb\n0123456789a\n0\n\n",
            body: "01234567890123456789a"),
        .init(
            name: "a body until the close", text: "HTTP/1.1 201 Created\n\nall of this",
            closes: true, body: "all of this", keepsAlive: false),
        .init(
            name: "an empty body until the close", text: "HTTP/1.1 201 Created\n\n",
            closes: true, keepsAlive: false),
        .init(
            name: "the same length twice",
            text: "HTTP/1.1 201 Created\nContent-Length: 2\nContent-Length: 2\n\nok",
            body: "ok"),
        .init(
            name: "the same length as a list",
            text: "HTTP/1.1 201 Created\nContent-Length: 2, 2\n\nok", body: "ok"),
        .init(name: "204 has no body", text: "HTTP/1.1 204 No Content\n\n", status: 204),
        .init(
            name: "304 has no body, whatever its length says",
            text: "HTTP/1.1 304 Not Modified\nContent-Length: 7\n\n", status: 304),
        .init(
            name: "close", text: "HTTP/1.1 201 Created\nConnection: close\nContent-Length: 0\n\n",
            keepsAlive: false),
        .init(
            name: "close in a list in another case",
            text: "HTTP/1.1 201 Created\nConnection: foo, , CLOSE\nContent-Length: 0\n\n",
            keepsAlive: false),
        .init(
            name: "HTTP/1.0 closes", text: "HTTP/1.0 201 Created\nContent-Length: 2\n\nok",
            body: "ok", keepsAlive: false),
        .init(
            name: "HTTP/1.0 stays if it says so",
            text: "HTTP/1.0 201 Created\nConnection: Keep-Alive\nContent-Length: 2\n\nok",
            body: "ok"),
        .init(
            name: "a later minor version", text: "HTTP/1.2 201 Created\nContent-Length: 0\n\n"),
        .init(
            name: "bytes behind the answer",
            text: "HTTP/1.1 201 Created\nContent-Length: 2\n\nokHTTP/1.1", body: "ok", rest: 8),
        .init(
            name: "bytes behind chunks",
            text: "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n0\n\nX", rest: 1),
        .init(
            name: "fields without values",
            text: "HTTP/1.1 201 Created\nX-Empty:\nContent-Length: 0\n\n"),
        .init(
            name: "bytes beyond ASCII and tabs in values",
            text: "HTTP/1.1 201 Created\nX-Note: gr\u{FC}n\tok\nContent-Length: 0\n\n"),
    ]

    /// A response that must be refused, by its reason.
    static let refused: [(ResponseError, String)] =
        badFraming.map { (.framing($0.0), $0.1) } + otherwiseRefused

    private static let badFraming: [(FramingError, String)] = [
        (.obsoleteLineFolding, "HTTP/1.1 201 Created\nX-A: b\n c\n\n"),
        (.obsoleteLineFolding, "HTTP/1.1 201 Created\n\tX-A: b\n\n"),
        (.bareCarriageReturn, "HTTP/1.1 201 Created\nX-A: b\rc\n\n"),
        (.bareCarriageReturn, "HTTP/1.1 201 Created\r\n\n"),
        (.bareCarriageReturn, "HTTP/1.1\r201 Created\n\n"),
        (.badHeaderField, "HTTP/1.1 201 Created\nContent-Length : 5\n\nhello"),
        (.badHeaderField, "HTTP/1.1 201 Created\nContent Length: 5\n\nhello"),
        (.badHeaderField, "HTTP/1.1 201 Created\n: 5\n\n"),
        (.badHeaderField, "HTTP/1.1 201 Created\nNoColon\n\n"),
        (.badHeaderField, "HTTP/1.1 201 Created\nX\u{E9}: 5\n\n"),
        (.badHeaderField, "HTTP/1.1 201 Created\nX-A: b\u{0}c\n\n"),
        (.badHeaderField, "HTTP/1.1 201 Created\nX-A: b\u{1B}c\n\n"),
        (.badHeaderField, "HTTP/1.1 201 Created\nX-A: b\u{7F}c\n\n"),
        (.badHeaderField, "HTTP/1.1 100 Continue\nX A: b\n\n"),
        (.badLength, "HTTP/1.1 201 Created\nContent-Length: -5\n\n"),
        (.badLength, "HTTP/1.1 201 Created\nContent-Length: +5\n\nhello"),
        (.badLength, "HTTP/1.1 201 Created\nContent-Length: 0x5\n\nhello"),
        (.badLength, "HTTP/1.1 201 Created\nContent-Length: 5 5\n\nhello"),
        (.badLength, "HTTP/1.1 201 Created\nContent-Length:\n\n"),
        (.badLength, "HTTP/1.1 201 Created\nContent-Length: 5,\n\nhello"),
        (.badLength, "HTTP/1.1 201 Created\nContent-Length: 9223372036854775808\n\n"),
        (.badLength, "HTTP/1.1 201 Created\nContent-Length: 18446744073709551621\n\n"),
        (.conflictingLength, "HTTP/1.1 201 Created\nContent-Length: 5, 6\n\nhello"),
        (
            .conflictingLength,
            "HTTP/1.1 201 Created\nContent-Length: 5\nContent-Length: 6\n\nhello"
        ),
        (
            .lengthBesideTransferEncoding,
            "HTTP/1.1 201 Created\nContent-Length: 5\nTransfer-Encoding: chunked\n\n0\n\n"
        ),
        (
            .lengthBesideTransferEncoding,
            "HTTP/1.1 204 No\nTransfer-Encoding: chunked\nContent-Length: 0\n\n"
        ),
        (.unsupportedTransferEncoding, "HTTP/1.1 201 Created\nTransfer-Encoding: gzip\n\n"),
        (
            .unsupportedTransferEncoding,
            "HTTP/1.1 201 Created\nTransfer-Encoding: gzip, chunked\n\n"
        ),
        (
            .unsupportedTransferEncoding,
            "HTTP/1.1 201 Created\nTransfer-Encoding: chunked, gzip\n\n"
        ),
        (.unsupportedTransferEncoding, "HTTP/1.1 201 Created\nTransfer-Encoding: identity\n\n"),
        (.unsupportedTransferEncoding, "HTTP/1.1 201 Created\nTransfer-Encoding: xchunked\n\n"),
        (.unsupportedTransferEncoding, "HTTP/1.1 201 Created\nTransfer-Encoding:\n\n"),
        (
            .badTransferEncoding,
            "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked\n\n"
        ),
        (.badTransferEncoding, "HTTP/1.0 201 Created\nTransfer-Encoding: chunked\n\n0\n\n"),
        (.badChunk, "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n\nhello"),
        (.badChunk, "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n-5\nhello\n0\n\n"),
        (.badChunk, "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n+5\nhello\n0\n\n"),
        (.badChunk, "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n 5\nhello\n0\n\n"),
        (.badChunk, "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n5 \nhello\n0\n\n"),
        (.badChunk, "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n5 ;a\nhello\n0\n\n"),
        (.badChunk, "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n0x5\nhello\n0\n\n"),
        (.badChunk, "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n;a\nhello\n0\n\n"),
        (.badChunk, "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n5;\u{0}\nhello\n0\n\n"),
        (.badChunk, "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n5;a\rb\nhello\n0\n\n"),
        (.badChunk, "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n8000000000000000\n"),
        (.badChunk, "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n10000000000000005\n"),
        (.badChunk, "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n5\nhelloX\n0\n\n"),
        (.badChunk, "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n5\nhello\rX0\n\n"),
        (.badHeaderField, "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n0\nX Y: z\n\n"),
        (.obsoleteLineFolding, "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n0\n x\n\n"),
        (
            .bareCarriageReturn,
            "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n0\nX: y\rz\n\n"
        ),
    ]

    private static let otherwiseRefused: [(ResponseError, String)] = [
        (.badStatusLine, "HTTP/2 201\n\n"),
        (.badStatusLine, "HTTP/2.0 201 Created\n\n"),
        (.badStatusLine, "http/1.1 201 Created\n\n"),
        (.badStatusLine, "PRI * HTTP/2.0\n\nSM\n\n"),
        (.badStatusLine, "\u{0}\u{0}\u{12}\u{4}\u{0}\u{0}\u{0}\u{0}\u{0}"),
        (.badStatusLine, "HTTP/1.1 20\n\n"),
        (.badStatusLine, "HTTP/1.1 2011\n\n"),
        (.badStatusLine, "HTTP/1.1 099 No\n\n"),
        (.badStatusLine, "HTTP/1.1 600 No\n\n"),
        (.badStatusLine, "HTTP/1.1 2x1 No\n\n"),
        (.badStatusLine, "HTTP/1.1 +20 No\n\n"),
        (.badStatusLine, "HTTP/1.1  201 No\n\n"),
        (.badStatusLine, "HTTP/1.1\t201 No\n\n"),
        (.badStatusLine, "HTTP/1.1 201-No\n\n"),
        (.badStatusLine, "HTTP/1.1\n\n"),
        (.badStatusLine, "HTTP/11 201 Created\n\n"),
        (.badStatusLine, "\nHTTP/1.1 201 Created\n\n"),
        (.badStatusLine, "SSH-2.0-OpenSSH_9.2\n"),
        (.badStatusLine, "HTTP/1.1 201 Cre\u{0}ated\n\n"),
        (.switchedProtocols, "HTTP/1.1 101 Switching Protocols\nUpgrade: h2c\n\n"),
        (
            .tooManyInterimResponses,
            String(repeating: "HTTP/1.1 100 Continue\n\n", count: 17) + "HTTP/1.1 201 Created\n\n"
        ),
        (.endedEarly, ""),
        (.endedEarly, "HTTP/1.1 201 Cre"),
        (.endedEarly, "HTTP/1.1 201 Created\nContent-Length: 5\n"),
        (.endedEarly, "HTTP/1.1 201 Created\nContent-Length: 5\n\nhell"),
        (.endedEarly, "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n5\nhello\n0\n"),
        (.endedEarly, "HTTP/1.1 100 Continue\n\n"),
    ]
}
