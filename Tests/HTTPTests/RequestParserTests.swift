import HTTP
import Testing

/// Requests are read as RFC 9112 says, and what could smuggle another one is refused.
@Suite("Request parser")
struct RequestParserTests {
    @Test("Valid requests are accepted", arguments: RequestCase.accepted)
    func accepts(_ example: RequestCase) {
        let bytes = Array(wire(example.text).utf8)
        let reading = RequestReading(bytes)
        #expect(reading.progress == .complete)
        #expect(reading.head?.method == example.method)
        #expect(reading.head?.target == example.target)
        #expect(reading.head?.path == example.path)
        #expect(reading.head?.keepsAlive == example.keepsAlive)
        #expect(reading.text == example.body)
        #expect(reading.consumed == bytes.count - example.rest)
    }

    @Test("Malformed requests are refused", arguments: RequestCase.refused)
    func refuses(_ error: RequestError, _ text: String) {
        #expect(RequestReading(wire(text), closes: true).progress == .failed(error))
    }

    @Test("The fields that the API reads are found in any case")
    func fields() throws {
        let reading = RequestReading(
            wire(
                """
                POST / HTTP/1.1
                host: h:8080
                AUTHORIZATION: Bearer  k
                x-api-key: \t k2\u{20}
                Cookie: better-auth.session_token=k3; a=b
                idempotency-key: hb-1-2
                Content-Type: application/json
                Content-Length: 0
                Expect:


                """))
        let head = try #require(reading.head)
        #expect(head.value(of: .authorization) == "Bearer  k")
        #expect(head.value(of: .apiKey) == "k2")
        #expect(head.value(of: .cookie) == "better-auth.session_token=k3; a=b")
        #expect(head.value(of: .idempotencyKey) == "hb-1-2")
        #expect(head.value(of: .contentType) == "application/json")
        #expect(head.value(of: .expect) == "")
        #expect(head.value(of: .host) == "h:8080")
        #expect(head.contentLength == 0)
        #expect(head.withValue(of: .apiKey) { $0.count } == 2)
        #expect(head.withPath { $0.count } == 1)
        let bare = try #require(RequestReading(wire("GET / HTTP/1.1\nHost: h\n\n")).head)
        #expect(bare.value(of: .authorization) == nil)
        #expect(bare.contentLength == nil)
    }

    @Test("The parser reports when a client waits for 100 Continue")
    func expectsContinue() {
        let fields = "Host: h\nExpect: 100-Continue\nContent-Length: 2\n\n"
        var parser = RequestParser()
        let head = Array(wire("POST / HTTP/1.1\n" + fields).utf8)
        _ = RequestReading([head.dropLast()], with: &parser)
        #expect(!parser.awaitsContinue)
        #expect(RequestReading([head.suffix(1)], with: &parser).progress == .needsMore)
        #expect(parser.awaitsContinue)
        _ = RequestReading([Array("o".utf8)[...]], with: &parser)
        #expect(!parser.awaitsContinue)
        #expect(RequestReading([Array("k".utf8)[...]], with: &parser).progress == .complete)
        #expect(!parser.awaitsContinue)

        for text in ["POST / HTTP/1.0\n" + fields, "POST / HTTP/1.1\nHost: h\nExpect: x\n\n"] {
            #expect(RequestReading(wire(text)).head?.expectsContinue == false)
        }
    }

    @Test("Pipelined requests are read one after the other")
    func pipelining() {
        let one = wire("POST /a HTTP/1.1\nHost: h\nX-API-Key: k\nContent-Length: 2\n\nok")
        let two = wire("GET /b HTTP/1.1\nHost: h\n\n")
        var rest = Array((one + two + one).utf8)[...]
        var parser = RequestParser()
        for expected in [one, two, one] {
            let reading = RequestReading([rest], with: &parser)
            #expect(reading == RequestReading(expected))
            rest = rest.dropFirst(reading.consumed ?? 0)
            parser.reset()
        }
        #expect(rest.isEmpty)
    }

    @Test(
        "Request bodies above the limit are refused, if possible before they are sent",
        arguments: [
            (4, "Content-Length: 4\n\n1234", RequestParser.Progress.complete),
            (4, "Content-Length: 5\n\n", .failed(.framing(.bodyTooLarge))),
            (4, "Transfer-Encoding: chunked\n\n4\n1234\n0\n\n", .complete),
            (4, "Transfer-Encoding: chunked\n\n4\n1234\n1\n5", .failed(.framing(.bodyTooLarge))),
            (0, "Content-Length: 0\n\n", .complete),
        ])
    func bodyLimit(_ limit: Int, _ text: String, _ expected: RequestParser.Progress) {
        let reading = RequestReading(
            wire("POST / HTTP/1.1\nHost: h\n" + text),
            limits: RequestLimits(headBytes: 1024, bodyBytes: limit))
        #expect(reading.progress == expected)
        #expect(reading.head != nil)
        #expect(reading.body.count <= limit)
    }

    @Test("Every request error has its own sentence and an error status")
    func messages() {
        #expect(Set(RequestError.allCases.map(\.message)).count == RequestError.allCases.count)
        #expect(
            Set(RequestError.allCases.map(\.status)) == [400, 413, 414, 431, 501, 505])
    }

    static let texts =
        RequestCase.accepted.map(\.text)
        + RequestCase.refused.map(\.1).filter { $0.utf8.count < 1000 }
    static let limits = [RequestLimits(), RequestLimits(headBytes: 40, bodyBytes: 4)]

    @Test(
        "A request in pieces is read like the whole request",
        arguments: texts, limits)
    func splits(_ text: String, _ limits: RequestLimits) {
        let bytes = Array(wire(text).utf8)
        let whole = RequestReading(bytes, closes: true, limits: limits)
        for cut in 0...bytes.count {
            var parser = RequestParser(limits: limits)
            let split = RequestReading(
                [bytes[..<cut], bytes[cut...]], closes: true, with: &parser)
            #expect(split == whole, "cut at \(cut)")
        }
        var parser = RequestParser(limits: limits)
        let single = RequestReading(
            bytes.indices.map { bytes[$0...$0] }, closes: true, with: &parser)
        #expect(single == whole)
    }
}
