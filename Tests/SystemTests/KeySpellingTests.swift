import Foundation
import TestSupport
import Testing

@Suite("An API key that a server spells otherwise", .sideBySide)
struct KeySpellingTests {
    static let key = "hs+test/7Zq9&Xw4LkP2v"
    static let notice = "the response repeats the API key; its text is left out"

    /// Each begins with what stands for the first half of the key.
    static let spellings: [String] = {
        let bytes = Array(key.utf8)
        let base64 = Data(bytes).base64EncodedString()
        let hex = bytes.map { String(format: "%02x", $0) }
        return [
            key, key.lowercased(), "hs+test&#x2F;7Zq9&amp;Xw4LkP2v",
            "hs+test/7Zq9&amp;amp;Xw4LkP2v", "hs%2Btest%2F7Zq9%26Xw4LkP2v",
            "hs%252Btest%252F7Zq9%2526Xw4LkP2v", base64,
            base64.replacing("+", with: "-").replacing("/", with: "_"),
            Data("Bearer \(key)".utf8).base64EncodedString(),
            Data("x\(key)".utf8).base64EncodedString(), Data("xx\(key)".utf8).base64EncodedString(),
            Data(base64.utf8).base64EncodedString(), hex.joined(), hex.joined().uppercased(),
            hex.joined(separator: ":"),
        ]
    }()
    /// Only in words: an id has no such characters.
    static let inWords = [
        "hs+test/7Z\u{200B}q9&Xw4LkP2v", #"hs+test/7Z\u0000q9&Xw4LkP2v"#,
        #"hs+test/7Z\nq9&Xw4LkP2v"#, #"hs+test\/7Zq9\u0026Xw4LkP2v"#,
    ]

    private func send(_ replies: [Reply]) throws -> (Sent, [ReportRow]) {
        let server = try LoopbackServer { replies[$0.number % replies.count] }
        var sending = try Sending()
        sending.key = Self.key
        let lines = (0..<replies.count).map {
            #"{"appId":"app_\#($0)","event_type":"t"}"# + "\n"
        }
        let sent = try sending.send(
            lines.joined(), to: server.baseURL, ["--retries", "0", "--concurrency", "1"])
        for file in try sending.folder.files() {
            let text = String(decoding: try sending.folder.read(file), as: UTF8.self)
            for spelling in Self.spellings {
                let half = spelling.prefix(spelling.count / 2)
                #expect(!text.contains(half), "\(half) is in \(file)")
            }
        }
        return (sent, sent.hasReport ? try sent.rows : [])
    }

    @Test("It is in no detail of a report, and the response's text is replaced")
    func details() throws {
        let words = Self.spellings + Self.inWords
        let replies = words.flatMap { spelling in
            [
                Reply.answer(400, body: "{\"error\":{\"message\":\"no \(spelling) here\"}}"),
                .answer(422, body: "<p>no \(spelling)"),
            ]
        }
        let (sent, rows) = try send(replies)
        #expect(rows.count == replies.count, "\(sent)")
        for row in rows.sorted(by: { $0.line < $1.line }) {
            #expect(row.detail == Self.notice, "\(replies[row.line - 1])")
        }
    }

    @Test("It is in no message's id, and the message is accepted")
    func messageIDs() throws {
        let replies = Self.spellings.flatMap { spelling in
            [200, 201].map {
                Reply.answer($0, body: "{\"message\":{\"id\":\"\(spelling)\"}}")
            }
        }
        let (sent, rows) = try send(replies)
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(rows.count == replies.count)
        for row in rows {
            #expect(row.outcome == "accepted", "\(row)")
            #expect(row.messageID == nil, "\(row)")
        }
    }

    @Test("Of a 403 only the stable code is left")
    func forbidden() throws {
        let words = Self.spellings + Self.inWords
        let replies =
            [Reply.answer(201, body: #"{"message":{"id":"msg_1"}}"#)]
            + words.map {
                .answer(403, body: "{\"code\":\"no_access\",\"message\":\"not with \($0)\"}")
            }
            // The last one keeps the run from a stop.
            + [.answer(400, body: #"{"message":"odd"}"#)]
        let (sent, rows) = try send(Array(replies.prefix(15)) + replies.suffix(1))
        #expect(rows.filter { $0.status == 403 }.count == 14, "\(sent)")
        for row in rows where row.status == 403 { #expect(row.detail == "no_access") }
        #expect(rows.filter { $0.status == 400 }.map(\.detail) == ["odd"])
    }

    @Test("Of a body that is cut within the key nothing of it is left")
    func cut() throws {
        let start = Self.key.prefix(Self.key.count - 1)
        let kept = 64 * 1024
        let replies = [
            // By the limit of what is kept of a body.
            Reply.answer(
                400, body: String(repeating: " ", count: kept - 4 - start.count) + "bad \(Self.key)"
            ),
            // By a connection that closes.
            .raw("HTTP/1.1 400 X\r\nContent-Length: 99\r\n\r\nbad \(start)").thenClose,
            // By the longest text that is shown.
            .answer(400, body: String(repeating: "x", count: 199 - start.count) + " \(Self.key)"),
        ]
        let (sent, rows) = try send(replies)
        #expect(rows.count == 3, "\(sent)")
        let details = rows.sorted { $0.line < $1.line }.map(\.detail)
        #expect(details.prefix(2) == ["bad ", "bad "])
        #expect(details.last == String(repeating: "x", count: 199 - start.count) + " ")
    }

    @Test("A key of five bytes is in no message's id")
    func shortKey() throws {
        let server = try LoopbackServer { _ in
            .answer(201, body: #"{"message":{"id":"msg_ab+c1_7"}}"#)
        }
        var sending = try Sending()
        sending.key = "ab+c1"
        let row = try sending.send(to: server.baseURL).row
        #expect(row.outcome == "accepted")
        #expect(row.messageID == nil)
    }
}
