import Destinations
import Glibc
import HTTP
import TestSupport
import Testing

@testable import LocalAPI

@Suite("The limits of the local API's server") struct ServerLimitTests: RequestTexts {
    @Test("An oversized head gets 431 and a target 414, without effect on other clients")
    func largeHeads() throws {
        let server = try RunningServer()
        let other = try server.connect()
        other.send(request(1).bytes)
        #expect(other.answer()?.status == 201)
        let client = try server.connect()
        client.send("POST / HTTP/1.1\r\nHost: a\r\n")
        let sender = Sender(
            client, Array(String(repeating: "X: \(pad(1000))\r\n", count: 1000).utf8))
        #expect(client.answer()?.status == 431)
        _ = client.end()
        sender.join()
        let target = try server.connect()
        let sender2 = Sender(target, Array("GET /\(pad(1_000_000)) HTTP/1.1\r\n\r\n".utf8))
        #expect(target.answer()?.status == 414)
        _ = target.end()
        sender2.join()
        other.send(request(2).bytes)
        #expect(other.answer()?.status == 201)
    }

    @Test("A body above the limit gets 413, chunked or not")
    func largeBodies() throws {
        var settings = ServerSettings()
        settings.limits.bodyBytes = 100_000
        let server = try RunningServer(settings: settings)
        let counted = try server.connect()
        counted.send(head(["Content-Length: 100001"]))
        #expect(counted.answer()?.status == 413)
        let chunked = try server.connect()
        let bytes = head(["Transfer-Encoding: chunked"]) + "30D40\r\n" + pad(200_000)
        let sender = Sender(chunked, Array(bytes.utf8))
        #expect(chunked.answer()?.status == 413)
        _ = chunked.end()
        sender.join()
    }

    @Test("A large body without the API key is refused before it arrives")
    func strangersBody() throws {
        let server = try RunningServer()
        let client = try server.connect()
        client.send(head(["Content-Length: 8000000"], key: "no"))
        #expect(client.answer()?.status == 401)
    }

    @Test("Memory for all clients is bounded: a request above the limit gets 503")
    func heldBytes() throws {
        var settings = ServerSettings()
        settings.maxHeldBytes = 400_000
        let server = try RunningServer(settings: settings)
        let clients = try (0..<8).map { _ in try server.connect() }
        // Each sends a part and stops; together the parts are above the limit.
        for client in clients {
            client.send(head(["Content-Length: 1000000"]) + pad(150_000))
        }
        let refused = try #require(clients.first { isReadable($0) })
        let answer = refused.answer()
        #expect(answer?.status == 503)
        #expect(answer?.fields["retry-after"] == "1")
        let other = try server.connect()
        other.send(request(1).bytes)
        #expect(other.answer()?.status == 201)
    }

    @Test("Idle connections are closed, and slow requests get 408")
    func timeouts() throws {
        var settings = ServerSettings()
        settings.idleTimeout = 100_000_000
        settings.requestTimeout = 200_000_000
        let server = try RunningServer(settings: settings)
        let idle = try server.connect()
        #expect(idle.end() == (.closed, []))
        let afterOne = try server.connect()
        afterOne.send(request(1).bytes)
        #expect(afterOne.answer()?.status == 201)
        #expect(afterOne.end() == (.closed, []))
        for start in ["P", "POST / HTTP/1.1\r\nHost:", head(["Content-Length: 9"]) + "{"] {
            let slow = try server.connect()
            slow.send(start)
            #expect(slow.answer()?.status == 408)
            #expect(slow.end() == (.closed, []))
        }
    }

    @Test("At the connection limit, idle clients without the key are closed first")
    func connectionLimit() throws {
        var settings = ServerSettings()
        settings.maxConnections = 8
        let server = try RunningServer(settings: settings)
        let known = try server.connect()
        known.send(request(1).bytes)
        #expect(known.answer()?.status == 201)
        let strangers = try (0..<100).map { _ in try server.connect() }
        #expect(strangers[0].end().0 != .silent)
        let latecomer = try server.connect()
        latecomer.send(request(2).bytes)
        #expect(latecomer.answer()?.status == 201)
        known.send(request(3).bytes)
        #expect(known.answer()?.status == 201)
    }

    @Test("If all connections at the limit have sent the key, the next gets 503")
    func fullHouse() throws {
        var settings = ServerSettings()
        settings.maxConnections = 4
        let server = try RunningServer(settings: settings)
        let clients = try (0..<4).map { _ in try server.connect() }
        for client in clients {
            client.send(request(1).bytes)
            #expect(client.answer()?.status == 201)
        }
        let next = try server.connect()
        let answer = next.answer()
        #expect(answer?.status == 503)
        #expect(answer?.fields["retry-after"] == "1")
        clients[0].send(request(1).bytes)
        #expect(clients[0].answer()?.status == 201)
    }
}
