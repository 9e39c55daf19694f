import Delivery
import Destinations
import Foundation
import Testing

@Suite("API destination responses")
struct ResponseTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var steps: [ScriptedServer.Step]
        var status: Int?
        var isComplete = true
        var failure: TransportFailure?
        var messageID: String?
        var isIDWithheld = false
        var detail: String?
        var retryAfter: Int64?
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(
            name: "201 with an id", steps: [.text(Canned.created("m-7"))], status: 201,
            messageID: "m-7"),
        Case(
            name: "byte by byte", steps: [.drip(Array(Canned.created("m-8").utf8))], status: 201,
            messageID: "m-8"),
        Case(
            name: "201 with an odd body", steps: [.text(Canned.answer(201, "hello"))], status: 201),
        Case(
            name: "200 that is not the API's", steps: [.text(Canned.answer(200, "<html>hi"))],
            status: 200, detail: "<html>hi"),
        Case(
            name: "200 with an id",
            steps: [.text(Canned.answer(200, #"{"message":{"id":"x"}}"#))], status: 200,
            messageID: "x"),
        Case(
            name: "400 with error.message",
            steps: [.text(Canned.answer(400, #"{"error":{"message":"inactive"},"detail":"no"}"#))],
            status: 400, detail: "inactive"),
        Case(
            name: "401 without a body", steps: [.text(Canned.answer(401, ""))], status: 401),
        Case(
            name: "404 in plain words", steps: [.text(Canned.answer(404, "no\tsuch\u{0}app\n"))],
            status: 404, detail: "no such app"),
        Case(
            name: "a redirect is an answer like another",
            steps: [.text(Canned.answer(302, "", fields: ["Location: http://127.0.0.1:1/"]))],
            status: 302),
        Case(
            name: "503 with Retry-After",
            steps: [.text(Canned.answer(503, "", fields: ["Retry-After: 7"]))], status: 503,
            retryAfter: 7),
        Case(
            name: "interim answers first",
            steps: [
                .text("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\n\r\n"),
                .text(Canned.created()),
            ],
            status: 201, messageID: "m-1"),
        Case(
            name: "a body until the close",
            steps: [.text("HTTP/1.1 400 X\r\n\r\n{\"message\":\"bad\"}"), .close], status: 400,
            detail: "bad"),
        Case(
            name: "chunks",
            steps: [
                .text("HTTP/1.1 409 X\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
            ],
            status: 409, detail: "abc"),
        Case(
            name: "garbage", steps: [.text("SSH-2.0-OpenSSH_9.2\r\n\r\n")],
            failure: .malformedResponse,
            detail: "The response does not begin with an HTTP/1.1 status line."),
        Case(
            name: "half a head, then closed", steps: [.text("HTTP/1.1 201 Cre"), .close],
            failure: .connectionClosed,
            detail: "the connection was closed during the response"),
        Case(
            name: "half a body, then closed",
            steps: [.text("HTTP/1.1 201 X\r\nContent-Length: 9\r\n\r\n{\"me"), .close],
            status: 201, isComplete: false, failure: .connectionClosed,
            detail: "the connection was closed during the response"),
        Case(
            name: "closed without an answer", steps: [.close], failure: .connectionClosed,
            detail: "the connection was closed before a response"),
        Case(
            name: "reset without an answer", steps: [.reset], failure: .connectionClosed,
            detail: "the connection was closed before a response"),
        Case(
            name: "silence", steps: [.silence], failure: .timeout, detail: "no response in time"),
        Case(
            name: "a head, then silence",
            steps: [.text("HTTP/1.1 201 X\r\nContent-Length: 9\r\n\r\n"), .silence], status: 201,
            isComplete: false, failure: .timeout,
            detail: "the response was incomplete at the timeout"),
        Case(
            name: "a head without an end",
            steps: [.text("HTTP/1.1 201 X\r\nA: " + String(repeating: "a", count: 100_000))],
            failure: .responseTooLarge, detail: "The response's head is larger than the limit."),
        Case(
            name: "a body of 4 MB",
            steps: [
                .text("HTTP/1.1 500 X\r\nContent-Length: 4000000\r\n\r\n"),
                .send([UInt8](repeating: 0x61, count: 4_000_000)),
            ],
            status: 500, isComplete: false, failure: .responseTooLarge,
            detail: "The response's body is larger than the limit."),
        Case(
            name: "a refusal with a body of 4 MB",
            steps: [
                .text("HTTP/1.1 400 X\r\nContent-Length: 4000000\r\n\r\n"),
                .send([UInt8](repeating: 0x61, count: 4_000_000)),
            ],
            status: 400, isComplete: false, failure: .responseTooLarge,
            detail: String(repeating: "a", count: 200)),
        Case(
            name: "a refusal with half a body, then closed",
            steps: [.text("HTTP/1.1 400 X\r\nContent-Length: 9\r\n\r\nwrong"), .close],
            status: 400, isComplete: false, failure: .connectionClosed, detail: "wrong"),
        Case(
            name: "a refusal cut off within the key",
            steps: [
                .text("HTTP/1.1 400 X\r\nContent-Length: 99\r\n\r\nbad: "),
                .text(String(APIRun.key.dropLast())), .close,
            ],
            status: 400, isComplete: false, failure: .connectionClosed, detail: "bad: "),
        Case(
            name: "a refusal with the key across the limit of what is kept",
            steps: [
                .text("HTTP/1.1 400 X\r\nContent-Length: 70000\r\n\r\n"),
                .send([UInt8](repeating: 0x20, count: 65_536 - 24)), .text("bad " + APIRun.key),
                .send([UInt8](repeating: 0x20, count: 70_000 - 65_536 + 20 - APIRun.key.count)),
            ],
            status: 400, detail: "bad "),
        Case(
            name: "a refusal with a bad chunk",
            steps: [
                .text("HTTP/1.1 422 X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\nzz\r\n")
            ],
            status: 422, isComplete: false, failure: .malformedResponse, detail: "no"),
        Case(
            name: "a refusal's head, then silence",
            steps: [
                .text("HTTP/1.1 429 X\r\nRetry-After: 3\r\nContent-Length: 9\r\n\r\n"),
                .silence,
            ],
            status: 429, isComplete: false, failure: .timeout, retryAfter: 3),
        Case(
            name: "a body of 500 kB, which is read but not kept",
            steps: [
                .text("HTTP/1.1 500 X\r\nContent-Length: 500000\r\n\r\n"),
                .send([UInt8](repeating: 0x61, count: 500_000)),
            ],
            status: 500, detail: String(repeating: "a", count: 200)),
        Case(
            name: "the key said back",
            steps: [.text(Canned.answer(400, "bad key '\(APIRun.key)'"))],
            status: 400, detail: KeyRedactionTests.notice),
        Case(
            name: "401 in plain words",
            steps: [.text(Canned.answer(401, "no such key"))], status: 401),
        Case(
            name: "403 with a code",
            steps: [.text(Canned.answer(403, #"{"code":"no_access","message":"go away"}"#))],
            status: 403, detail: "no_access"),
        Case(
            name: "an id that holds the key", steps: [.text(Canned.created("x\(APIRun.key)"))],
            status: 201, isIDWithheld: true),
        Case(
            name: "200 with an id that holds the key",
            steps: [.text(Canned.answer(200, #"{"message":{"id":"\#(APIRun.key)"}}"#))],
            status: 200, isIDWithheld: true),
    ]

    @Test("Each kind of response has its result", arguments: cases)
    func results(expected: Case) throws {
        let server = try ScriptedServer { _ in expected.steps }
        defer { server.stop() }
        let run = try APIRun(port: server.port) {
            if expected.failure == .timeout { $0.timeout = .milliseconds(150) }
        }
        let end = try run.send()
        #expect(end.result.requestBegan)
        #expect(end.result.response?.status == expected.status)
        #expect(
            end.result.response?.isComplete == (expected.status == nil ? nil : expected.isComplete))
        #expect(
            end.result.response?.hasMessageID
                == (expected.status == nil
                    ? nil : expected.messageID != nil || expected.isIDWithheld))
        #expect(end.result.response?.retryAfterSeconds == expected.retryAfter)
        #expect(end.result.failure == expected.failure)
        #expect(end.messageID == expected.messageID)
        #expect(end.detail == expected.detail)
        try run.destination.close()
    }

    @Test("A request has the bytes of the template, with and without a payload")
    func requestBytes() throws {
        let server = try ScriptedServer { _ in [.text(Canned.created())] }
        defer { server.stop() }
        let run = try APIRun(port: server.port)
        _ = try run.send(0)
        _ = try run.send(1, payload: nil)
        let requests = server.requests
        #expect(requests.count == 2)
        #expect(requests[0].text.hasPrefix("POST /v1/applications/app1/messages HTTP/1.1\r\n"))
        #expect(requests[0].text.contains("\r\nHost: 127.0.0.1:\(server.port)\r\n"))
        #expect(requests[0].text.contains("\r\nAuthorization: Bearer \(APIRun.key)\r\n"))
        #expect(requests[0].text.contains("\r\nIdempotency-Key: hb-run-0-0\r\n"))
        #expect(
            requests[0].text.hasSuffix(
                "\r\n\r\n" + #"{"event_type":"user.created","payload":{"a":1}}"#))
        #expect(requests[1].text.hasSuffix("\r\n\r\n" + #"{"event_type":"user.created"}"#))
    }

    @Test("A request larger than all socket buffers arrives whole, and its slot shrinks again")
    func largeRequest() throws {
        let server = try ScriptedServer { _ in [.text(Canned.created())] }
        defer { server.stop() }
        let run = try APIRun(port: server.port)
        let payload = APIRun.payload(bytes: 8_000_000)
        for _ in 0..<2 {
            let end = try run.send(payload: payload)
            #expect(end.result.response?.status == 201)
        }
        #expect(server.connectionCount == 1)
        for request in server.requests { #expect(request.bytes.count > 8_000_000) }
        #expect(server.requests[0].bytes == server.requests[1].bytes)
    }

    @Test(
        "A response before the request was sent ends the attempt and the connection",
        arguments: [false, true])
    func earlyAnswer(closes: Bool) throws {
        let answer = Canned.answer(413, #"{"message":"too large"}"#)
        let server = try ScriptedServer(
            greet: { number in
                number == 0 ? [.read(1000), .text(answer), closes ? .close : .silence] : []
            }, script: { _ in [.text(Canned.created())] })
        defer { server.stop() }
        let run = try APIRun(port: server.port)
        let end = try run.send(payload: APIRun.payload(bytes: 8_000_000))
        #expect(end.result.requestBegan)
        if closes {
            // The reset after such a close may overtake the response.
            #expect(end.result.response?.status == 413 || end.result.failure == .connectionClosed)
        } else {
            #expect(end.result.response == .init(status: 413))
            #expect(end.detail == "too large")
        }
        #expect(try run.send().result.response?.status == 201)
        #expect(server.connectionCount == 2)
    }

    @Test(
        "A success before the request was sent is uncertain, whatever follows it",
        arguments: [
            [.text(Canned.created()), .silence], [.text(Canned.created()), .close],
            [.text("HTTP/1.1 201 X\r\nContent-Length: 9\r\n\r\n"), .silence],
            [.text(Canned.answer(200, #"{"message":{"id":"x"}}"#)), .silence],
        ] as [[ScriptedServer.Step]])
    func earlySuccess(steps: [ScriptedServer.Step]) throws {
        let server = try ScriptedServer(
            greet: { number in number == 0 ? [.read(1000)] + steps : [] },
            script: { _ in [.text(Canned.created())] })
        defer { server.stop() }
        let run = try APIRun(port: server.port) { $0.timeout = .seconds(2) }
        run.load(0, payload: APIRun.payload(bytes: 32_000_000))
        run.start(0)
        let end = try run.wait(for: 1)[0]
        #expect(Fate(end.result) == .uncertain)
        #expect(end.messageID == nil)
        if case .close = steps.last {
            // The reset after such a close may overtake the response.
            #expect(end.result.failure == .earlyResponse || end.result.response == nil)
        } else {
            #expect(end.result.failure == .earlyResponse)
            #expect(end.detail == "the server responded before it had the whole request")
        }
        run.destination.unload(slot: 0)
        #expect(try run.send().result.response?.status == 201)
        #expect(server.connectionCount == 2)
    }

    @Test("A connection with bytes before any request is closed, with nothing sent")
    func unsolicited() throws {
        let greeting = Canned.answer(408, "")
        let server = try ScriptedServer(
            greet: { _ in [.text(greeting), .silence] }, script: { _ in [] })
        defer { server.stop() }
        let run = try APIRun(port: server.port)
        let end = try run.send()
        // Bytes that arrive after the request was sent are its response.
        #expect(end.result.requestBegan == (end.result.response?.status == 408))
    }
}
