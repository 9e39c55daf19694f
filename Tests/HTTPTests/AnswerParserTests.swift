import HTTP
import Testing

/// Answers are read as RFC 9112 says, and what peers understand differently is refused.
@Suite("The parser of answers")
struct AnswerParserTests {
    @Test("takes what servers may send", arguments: AnswerCase.accepted)
    func accepts(_ example: AnswerCase) {
        let bytes = Array(wire(example.text).utf8)
        let reading = AnswerReading(bytes, closes: example.closes)
        #expect(reading.progress == .complete)
        #expect(reading.head?.status == example.status)
        #expect(reading.head?.keepsAlive == example.keepsAlive)
        #expect(reading.text == example.body)
        #expect(!reading.bodyWasCut)
        #expect(reading.consumed == bytes.count - example.rest)
    }

    @Test("refuses what can't be trusted", arguments: AnswerCase.refused)
    func refuses(_ error: AnswerError, _ text: String) {
        #expect(AnswerReading(wire(text), closes: true).progress == .failed(error))
    }

    @Test("takes line feeds alone in heads, but not in chunks")
    func lineFeeds() {
        let plain = AnswerReading("HTTP/1.1 201 Created\nContent-Length: 2\n\nok")
        #expect(plain.progress == .complete)
        #expect(plain.text == "ok")
        let head = "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n"
        #expect(AnswerReading(head + "2\r\nok\r\n0\r\n\r\n").progress == .complete)
        #expect(AnswerReading(head + "2\nok\r\n0\r\n\r\n").progress == .failed(.badChunk))
        #expect(AnswerReading(head + "2\r\nok\n0\r\n\r\n").progress == .failed(.badChunk))
        #expect(AnswerReading(head + "2\r\nok\r\n0\n\r\n").progress == .failed(.badChunk))
    }

    @Test("shows the head as soon as it is complete, and never one that it refused")
    func headAppears() {
        let open = AnswerReading(wire("HTTP/1.1 201 Created\nContent-Length: 5\n\nhe"))
        #expect(open.progress == .needsMore)
        #expect(open.head?.status == 201)
        #expect(AnswerReading(wire("HTTP/1.1 201 Created\nContent-Length: 5\n")).head == nil)
        #expect(AnswerReading(wire("HTTP/1.1 100 Continue\n\n")).head == nil)
        #expect(AnswerReading(wire("HTTP/1.1 201 Created\nContent-Length: x\n\n")).head == nil)
    }

    @Test("keeps its first word: after the end of an answer nothing changes it")
    func endIsFinal() {
        var parser = AnswerParser()
        let bytes = Array(wire("HTTP/1.1 201 Created\nContent-Length: 2\n\nok").utf8)
        #expect(AnswerReading([bytes[...]], with: &parser).progress == .complete)
        let more = bytes.withUnsafeBytes { parser.consume($0) }
        #expect(more.consumed == 0)
        #expect(more.progress == .complete)
        #expect(parser.endOfStream() == .complete)
        #expect(parser.body { $0.count } == 2)

        var failed = AnswerParser()
        #expect(AnswerReading([[0]], with: &failed).progress == .failed(.badStatusLine))
        #expect(AnswerReading([bytes[...]], with: &failed).progress == .failed(.badStatusLine))
        #expect(failed.endOfStream() == .failed(.badStatusLine))
    }

    @Test("says whether an answer has begun")
    func hasStarted() {
        var parser = AnswerParser()
        #expect(!parser.hasStarted)
        _ = parser.consume(UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(!parser.hasStarted)
        _ = AnswerReading([Array("H".utf8)[...]], with: &parser)
        #expect(parser.hasStarted)
        parser.reset()
        #expect(!parser.hasStarted)
    }

    @Test(
        "reads the next answer after a reset as if it were the first",
        arguments: [
            "HTTP/1.1 429 Slow\nRetry-After: 7\nKeep-Alive: timeout=3\nContent-Length: 5\n\nhello",
            "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n5\nhello\n0\n\n",
            "HTTP/1.1 201 Created\nConnection: close\n\nhello",
            "HTTP/1.1 201 Cre",
            "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\nzz\n",
        ])
    func reset(_ former: String) {
        let next = Array(wire("HTTP/1.1 201 Created\nContent-Length: 2\n\nok").utf8)
        var parser = AnswerParser()
        _ = AnswerReading([Array(wire(former).utf8)[...]], closes: true, with: &parser)
        parser.reset()
        #expect(parser.head == nil)
        #expect(parser.body { $0.count } == 0)
        #expect(AnswerReading([next[...]], with: &parser) == AnswerReading(next))
    }

    @Test(
        "reads how long an idle connection is kept",
        arguments: [
            ("timeout=5", 5), ("timeout=5, max=100", 5), ("max=100,TIMEOUT=75", 75),
            ("timeout=0", 0), ("timeout=x", nil), ("timeout=-1", nil), ("max=3", nil), ("", nil),
        ] as [(String, Int?)])
    func keepAlive(_ value: String, _ seconds: Int?) {
        let reading = AnswerReading(
            wire("HTTP/1.1 201 Created\nKeep-Alive: \(value)\nContent-Length: 0\n\n"))
        #expect(reading.head?.keepAliveTimeoutSeconds == seconds)
    }

    @Test("every refusal has a sentence of its own")
    func messages() {
        let messages = Set(AnswerError.allCases.map(\.message))
        #expect(messages.count == AnswerError.allCases.count)
        #expect(messages.allSatisfy { $0.hasSuffix(".") })
    }
}
