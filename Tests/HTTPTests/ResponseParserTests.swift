import HTTP
import Testing

/// Answers are read as RFC 9112 says, and what peers understand differently is refused.
@Suite("Response parser")
struct ResponseParserTests {
    @Test("Valid responses are accepted", arguments: ResponseCase.accepted)
    func accepts(_ example: ResponseCase) {
        let bytes = Array(wire(example.text).utf8)
        let reading = ResponseReading(bytes, closes: example.closes)
        #expect(reading.progress == .complete)
        #expect(reading.head?.status == example.status)
        #expect(reading.head?.keepsAlive == example.keepsAlive)
        #expect(reading.text == example.body)
        #expect(!reading.bodyWasCut)
        #expect(reading.consumed == bytes.count - example.rest)
    }

    @Test("Malformed responses are refused", arguments: ResponseCase.refused)
    func refuses(_ error: ResponseError, _ text: String) {
        #expect(ResponseReading(wire(text), closes: true).progress == .failed(error))
    }

    @Test("Bare line feeds are accepted in response heads but not in chunks")
    func lineFeeds() {
        let plain = ResponseReading("HTTP/1.1 201 Created\nContent-Length: 2\n\nok")
        #expect(plain.progress == .complete)
        #expect(plain.text == "ok")
        let head = "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n"
        #expect(ResponseReading(head + "2\r\nok\r\n0\r\n\r\n").progress == .complete)
        #expect(
            ResponseReading(head + "2\nok\r\n0\r\n\r\n").progress == .failed(.framing(.badChunk)))
        #expect(
            ResponseReading(head + "2\r\nok\n0\r\n\r\n").progress == .failed(.framing(.badChunk)))
        #expect(
            ResponseReading(head + "2\r\nok\r\n0\n\r\n").progress == .failed(.framing(.badChunk)))
    }

    @Test("The response head appears once it is complete, and never if it is refused")
    func headAppears() {
        let open = ResponseReading(wire("HTTP/1.1 201 Created\nContent-Length: 5\n\nhe"))
        #expect(open.progress == .needsMore)
        #expect(open.head?.status == 201)
        #expect(ResponseReading(wire("HTTP/1.1 201 Created\nContent-Length: 5\n")).head == nil)
        #expect(ResponseReading(wire("HTTP/1.1 100 Continue\n\n")).head == nil)
        #expect(ResponseReading(wire("HTTP/1.1 201 Created\nX A: x\n\n")).head == nil)
    }

    @Test(
        "A complete head is available if only the framing of the body is ambiguous",
        arguments: [
            (.lengthBesideTransferEncoding, "Content-Length: 2\nTransfer-Encoding: chunked"),
            (.lengthBesideTransferEncoding, "Transfer-Encoding: chunked\nContent-Length: 2"),
            (.conflictingLength, "Content-Length: 2\nContent-Length: 3"),
            (.conflictingLength, "Content-Length: 2, 3\nTransfer-Encoding: chunked"),
            (.badLength, "Content-Length: -2"),
            (.unsupportedTransferEncoding, "Transfer-Encoding: gzip, chunked"),
            (.badTransferEncoding, "Transfer-Encoding: chunked\nTransfer-Encoding: chunked"),
        ] as [(FramingError, String)])
    func ambiguousBody(_ problem: FramingError, _ fields: String) {
        let text = wire("HTTP/1.1 429 Slow\n\(fields)\nRetry-After: 7\n\n")
        let reading = ResponseReading(text + "ok")
        #expect(reading.progress == .failed(.framing(problem)))
        let head = ResponseHead(status: 429, keepsAlive: false, retryAfterSeconds: 7)
        #expect(reading.head == head)
        #expect(reading.body == [])
        // It is not complete before its empty line, and not certain with a malformed one.
        #expect(ResponseReading(String(text.dropLast())).head == nil)
        #expect(ResponseReading(wire("HTTP/1.1 201 X\n\(fields)\nX Y: z\n\n")).head == nil)
        // An interim response has no body, and is not the answer.
        let interim = ResponseReading(wire("HTTP/1.1 100 X\n\(fields)\n\nHTTP/1.1 201 X\n\n"))
        #expect(interim.progress == .failed(.framing(problem)))
        #expect(interim.head == nil)
    }

    @Test("The head after an ambiguous one is read like the first")
    func afterAmbiguous() {
        let next = wire("HTTP/1.1 201 Created\nContent-Length: 2\n\nok")
        var parser = ResponseParser()
        for former in ["Content-Length: 2\nContent-Length: 3", "Content-Length: x"] {
            let text = wire("HTTP/1.1 201 Created\n\(former)\n\n")
            _ = ResponseReading([Array(text.utf8)[...]], with: &parser)
            parser.reset()
            let reading = ResponseReading([Array(next.utf8)[...]], with: &parser)
            #expect(reading == ResponseReading(next))
            parser.reset()
        }
    }

    @Test("Further input does not change a result after the end of a response")
    func endIsFinal() {
        var parser = ResponseParser()
        let bytes = Array(wire("HTTP/1.1 201 Created\nContent-Length: 2\n\nok").utf8)
        #expect(ResponseReading([bytes[...]], with: &parser).progress == .complete)
        let more = bytes.withUnsafeBytes { parser.consume($0) }
        #expect(more.consumed == 0)
        #expect(more.progress == .complete)
        #expect(parser.endOfStream() == .complete)
        #expect(parser.body { $0.count } == 2)

        var failed = ResponseParser()
        #expect(ResponseReading([[0]], with: &failed).progress == .failed(.badStatusLine))
        #expect(ResponseReading([bytes[...]], with: &failed).progress == .failed(.badStatusLine))
        #expect(failed.endOfStream() == .failed(.badStatusLine))
    }

    @Test("The parser reports whether a response has started")
    func hasStarted() {
        var parser = ResponseParser()
        #expect(!parser.hasStarted)
        _ = parser.consume(UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(!parser.hasStarted)
        _ = ResponseReading([Array("H".utf8)[...]], with: &parser)
        #expect(parser.hasStarted)
        parser.reset()
        #expect(!parser.hasStarted)
    }

    @Test(
        "After a reset the next response is read like the first",
        arguments: [
            "HTTP/1.1 429 Slow\nRetry-After: 7\nKeep-Alive: timeout=3\nContent-Length: 5\n\nhello",
            "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n5\nhello\n0\n\n",
            "HTTP/1.1 201 Created\nConnection: close\n\nhello",
            "HTTP/1.1 201 Cre",
            "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\nzz\n",
        ])
    func reset(_ former: String) {
        let next = Array(wire("HTTP/1.1 201 Created\nContent-Length: 2\n\nok").utf8)
        var parser = ResponseParser()
        _ = ResponseReading([Array(wire(former).utf8)[...]], closes: true, with: &parser)
        parser.reset()
        #expect(parser.head == nil)
        #expect(parser.body { $0.count } == 0)
        #expect(ResponseReading([next[...]], with: &parser) == ResponseReading(next))
    }

    @Test(
        "The Keep-Alive timeout is read",
        arguments: [
            ("timeout=5", 5), ("timeout=5, max=100", 5), ("max=100,TIMEOUT=75", 75),
            ("timeout=0", 0), ("timeout=x", nil), ("timeout=-1", nil), ("max=3", nil), ("", nil),
        ] as [(String, Int?)])
    func keepAlive(_ value: String, _ seconds: Int?) {
        let reading = ResponseReading(
            wire("HTTP/1.1 201 Created\nKeep-Alive: \(value)\nContent-Length: 0\n\n"))
        #expect(reading.head?.keepAliveTimeoutSeconds == seconds)
    }

    @Test("Every response error has its own sentence")
    func messages() {
        let messages = Set(ResponseError.allCases.map(\.message))
        #expect(messages.count == ResponseError.allCases.count)
        #expect(messages.allSatisfy { $0.hasSuffix(".") })
    }
}
