import HTTP
import Testing

/// What one side writes, the other reads.
@Suite("Round trips")
struct RoundTripTests {
    @Test("A rendered POST survives a round trip")
    func request() throws {
        let request = RequestTemplateTests.write(
            .bearer(key: RequestTemplateTests.key), appID: "a~b_c.d-e",
            eventType: "\"x\\u00e9\"", payload: "[1,\r\n2]", key: "hb-1-1-1")
        let reading = RequestReading(request)
        let head = try #require(reading.head)
        #expect(reading.progress == .complete)
        #expect(reading.consumed == request.utf8.count)
        #expect(head.method == "POST")
        #expect(head.path == "/v1/applications/a~b_c.d-e/messages")
        #expect(head.value(of: .host) == "hookstream.io")
        #expect(head.value(of: .authorization) == "Bearer k-123")
        #expect(head.value(of: .idempotencyKey) == "hb-1-1-1")
        #expect(head.value(of: .contentType) == "application/json")
        #expect(head.keepsAlive)
        #expect(reading.text == "{\"event_type\":\"x\\u00e9\",\"payload\":[1,\r\n2]}")
    }

    @Test(
        "A written response survives a round trip",
        arguments: [
            (201, true), (400, false), (404, true), (429, true), (503, false), (599, true),
        ])
    func answer(_ status: Int, _ keepsAlive: Bool) throws {
        let body = Array("{\"message\":{}}".utf8)
        var writer = ResponseWriter()
        var output: [UInt8] = []
        ResponseWriter.appendContinue(to: &output)
        body.withUnsafeBytes {
            writer.append(
                status: status, date: 784_111_777, contentType: "application/json",
                keepsAlive: keepsAlive,
                fields: [("Retry-After", "Sun, 06 Nov 1994 08:49:47 GMT")], body: $0,
                to: &output)
        }
        let reading = ResponseReading(output)
        #expect(reading.progress == .complete)
        #expect(reading.consumed == output.count)
        #expect(reading.body == body)
        // What was accepted asks for no wait.
        let wait: Int64? = status == 201 ? nil : 10
        #expect(
            reading.head
                == ResponseHead(status: status, keepsAlive: keepsAlive, retryAfterSeconds: wait))
    }

    @Test("A response is written as documented, byte for byte")
    func answerBytes() {
        var writer = ResponseWriter()
        var output: [UInt8] = []
        let body = Array("{}".utf8)
        body.withUnsafeBytes {
            writer.append(
                status: 201, date: 784_111_777, contentType: "application/json", body: $0,
                to: &output)
        }
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        writer.append(status: 204, date: 784_111_777, keepsAlive: false, body: none, to: &output)
        writer.append(status: 299, date: 784_111_778, body: none, to: &output)
        #expect(
            String(decoding: output, as: UTF8.self)
                == wire(
                    """
                    HTTP/1.1 201 Created
                    Date: Sun, 06 Nov 1994 08:49:37 GMT
                    Content-Type: application/json
                    Content-Length: 2
                    Connection: keep-alive

                    {}HTTP/1.1 204 No Content
                    Date: Sun, 06 Nov 1994 08:49:37 GMT
                    Connection: close

                    HTTP/1.1 299\u{20}
                    Date: Sun, 06 Nov 1994 08:49:38 GMT
                    Content-Length: 0
                    Connection: keep-alive


                    """))
    }
}
