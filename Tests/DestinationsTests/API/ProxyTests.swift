import Delivery
import Destinations
import Foundation
import HTTP
import Testing

@Suite("The API through a proxy")
struct ProxyTests {
    /// Makes a run to a documentation address (RFC 5737), reachable only through a proxy.
    private func run(proxyPort: Int) throws -> APIRun {
        let base = try BaseURL("http://192.0.2.1:8080/v1")
        return try APIRun(port: 1) {
            $0.base = base
            $0.allowsPlainHTTP = true
            $0.proxy = "http://user:hush@127.0.0.1:\(proxyPort)"
        }
    }

    @Test("Requests go through a tunnel that hides the key from the proxy")
    func tunnel() throws {
        let server = try ScriptedServer { request in
            request.number == 0
                ? [.text("HTTP/1.1 200 Connection established\r\n\r\n")]
                : [.text(Canned.created())]
        }
        defer { server.stop() }
        let run = try run(proxyPort: server.port)
        for slot in 0..<3 { #expect(try run.send(slot).messageID == "m-1") }
        let requests = server.requests
        #expect(requests.count == 4)
        #expect(server.connectionCount == 1)
        #expect(requests[0].text.hasPrefix("CONNECT 192.0.2.1:8080 HTTP/1.1\r\n"))
        #expect(requests[0].text.contains("Proxy-Authorization: Basic dXNlcjpodXNo\r\n"))
        #expect(!requests[0].text.contains(APIRun.key))
        #expect(requests[1].text.hasPrefix("POST /v1/applications/app1/messages HTTP/1.1\r\n"))
        #expect(!requests[1].text.contains("Proxy-Authorization"))
    }

    @Test(
        "A proxy that does not tunnel is a failed connection, with nothing sent",
        arguments: [
            (403, .connect, "the proxy refused to tunnel (403)"),
            (502, .connect, "the proxy refused to tunnel (502)"),
            (407, .proxyAuthentication, "the proxy asks for other credentials (407)"),
        ] as [(Int, TransportFailure, String)])
    func refused(status: Int, failure: TransportFailure, detail: String) throws {
        let server = try ScriptedServer { _ in
            [.text(Canned.answer(status, "user:hush is not welcome")), .close]
        }
        defer { server.stop() }
        let end = try run(proxyPort: server.port).send()
        #expect(
            end.result
                == AttemptResult(
                    requestBegan: false, failure: failure,
                    connectRefusal: status == 403 ? .proxy : nil))
        #expect(end.detail == detail)
    }

    @Test("Loopback is never reached through a proxy")
    func loopback() throws {
        let server = try ScriptedServer { _ in [.text(Canned.created())] }
        defer { server.stop() }
        let run = try APIRun(port: server.port) { $0.proxy = "http://127.0.0.1:1" }
        #expect(try run.send().result.response?.status == 201)
    }
}
