import Foundation
import TestSupport
import Testing

@Suite("Receiving webhooks of hostile senders", .sideBySide) struct ListenHostileTests {
    /// Whether a receiver still works: it prints `row` last.
    private func isWell(_ listening: Listening, printed count: Int) throws -> Bool {
        guard try listening.send(Webhook(id: "last")) == 200 else { return false }
        let (end, rows) = try listening.stop()
        return end.exitCode == 0 && rows.count == count + 1
            && rows.last?["webhook_id"] as? String == "last"
            && rows.last?["signature"] as? String == "good"
    }

    private static let refusals: [(text: String, status: Int)] = [
        ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", 405),
        ("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n", 413),
        ("DELETE / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n", 405),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 8388609\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\n\r\n", 400), ("POST /\u{1b}[2J HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nwebhook-id: a\r\nwebhook-id: b\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nwebhook-id : a\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nwebhook-id: a\r\n b\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nwebhook-id: a\u{0}\r\n\r\n", 400),
        (
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400
        ),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400),
        ("POST / HTTP/3.0\r\nHost: h\r\n\r\n", 505), ("\u{16}\u{3}\u{1}\r\n\r\n", 400),
    ]

    @Test("A request that is not a webhook is refused and not printed", arguments: refusals)
    func refused(text: String, status: Int) throws {
        let listening = try Listening()
        let client = try TestClient(port: listening.port)
        client.send(text.utf8)
        #expect(client.answer()?.status == status)
        #expect(try isWell(listening, printed: 0))
    }

    @Test("A chunked body beyond the limit is refused with 413") func largeChunks() throws {
        let listening = try Listening()
        let client = try TestClient(port: listening.port)
        client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
        let chunk = Array("100000\r\n".utf8) + [UInt8](repeating: 0x20, count: 1 << 20)
        for _ in 0..<9 { client.send(chunk + Array("\r\n".utf8)) }
        #expect(client.answer()?.status == 413)
        #expect(try isWell(listening, printed: 0))
    }

    @Test("A flood of header fields is refused with 431") func headerFlood() throws {
        let listening = try Listening()
        let client = try TestClient(port: listening.port)
        client.send("POST / HTTP/1.1\r\nHost: h\r\n".utf8)
        client.send(String(repeating: "webhook-x: y\r\n", count: 2000).utf8)
        #expect(client.answer()?.status == 431)
        #expect(try isWell(listening, printed: 0))
    }

    @Test("A field of many signatures is checked") func manySignatures() throws {
        let listening = try Listening()
        let right = Webhook()
        let text = String(decoding: right.bytes, as: UTF8.self)
        let many = String(repeating: "v1,AAAA v2,x , ", count: 900)
        let bytes = text.replacing("webhook-signature: ", with: "webhook-signature: " + many)
        let client = try TestClient(port: listening.port)
        client.send(bytes.utf8)
        #expect(client.answer()?.status == 200)
        let rows = try listening.stop().rows
        #expect(rows.map { $0["signature"] as? String } == ["good"])
    }

    @Test("Bytes that are not UTF-8 are replaced in the output") func notUTF8() throws {
        let listening = try Listening()
        var bytes = Array("POST / HTTP/1.1\r\nHost: h\r\nwebhook-id: a".utf8)
        bytes += [0xFF, 0xC0, 0xAF] + Array("b\r\nContent-Length: 16\r\n\r\n".utf8)
        bytes += Array(#"{"type":"a"#.utf8) + [0xFF, 0xFF, 0xFF, 0xFF] + Array(#""}"#.utf8)
        let client = try TestClient(port: listening.port)
        client.send(bytes)
        #expect(client.answer()?.status == 200)
        let rows = try listening.stop().rows
        #expect(rows.map { $0["webhook_id"] as? String } == ["a\u{FFFD}\u{FFFD}\u{FFFD}b"])
        #expect(rows.first?["type"] is NSNull)
    }

    @Test("A sender that stops in the middle holds up no other, and is not printed")
    func slowSenders() throws {
        let listening = try Listening(["--max-connections", "50"])
        let whole = Webhook().bytes
        var clients: [TestClient] = []
        for index in 0..<60 {
            let client = try TestClient(port: listening.port)
            client.send(whole[..<(1 + index * (whole.count - 2) / 59)])
            clients.append(client)
        }
        #expect(try isWell(listening, printed: 0))
        withExtendedLifetime(clients) {}
    }

    @Test("A webhook that comes in single bytes is whole") func singleBytes() throws {
        let listening = try Listening()
        let client = try TestClient(port: listening.port)
        for byte in Webhook(isChunked: true).bytes { client.send([byte]) }
        #expect(client.answer()?.status == 200)
        #expect(try isWell(listening, printed: 1))
    }

    @Test("Many connections send many webhooks, and each is printed once") func many() throws {
        let listening = try Listening()
        let clients = try (0..<100).map { _ in try TestClient(port: listening.port) }
        for round in 0..<10 {
            for (number, client) in clients.enumerated() {
                client.send(Webhook(id: "msg_\(number)_\(round)").bytes)
            }
        }
        for client in clients {
            #expect(client.receive(answers: 10).map(\.status) == [Int](repeating: 200, count: 10))
        }
        let rows = try listening.stop().rows
        #expect(rows.count == 1000)
        #expect(Set(rows.compactMap { $0["webhook_id"] as? String }).count == 1000)
        #expect(rows.allSatisfy { $0["signature"] as? String == "good" })
        #expect(rows.allSatisfy { $0["attempt"] as? Int == 1 })
    }
}
