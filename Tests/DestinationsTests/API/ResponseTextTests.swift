import Destinations
import Foundation
import Testing

@Suite("Response text")
struct ResponseTextTests {
    private func detail(_ body: String, key: String = "no such key") -> String? {
        var text = ResponseText(key: Array(key.utf8))
        return Array(body.utf8).withUnsafeBytes { text.detail(of: $0) }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    private func messageID(_ body: String, key: String = "no such key") -> String? {
        var text = ResponseText(key: Array(key.utf8))
        return Array(body.utf8).withUnsafeBytes { body in
            text.withMessageID(in: body) { String(decoding: $0, as: UTF8.self) }
        }
    }

    @Test(
        "The server's error message is searched in the usual places, in order",
        arguments: [
            (#"{"error":{"message":"a"},"message":"b"}"#, "a"),
            (#"{"error":{"message":5},"message":"b","error2":1}"#, "b"),
            (#"{"message":["x"],"error":"c","detail":"d"}"#, "c"),
            (#"{"title":"e","detail":"d"}"#, "d"),
            (#"{"title":"e"}"#, "e"),
            (#"{"title":"\u00e9\n"}"#, "é\n"),
            (#"{"message":""}"#, #"{"message":""}"#),
            (#"{"message":"cut"#, #"{"message":"cut"#),
            ("  <h1>Bad\r\n Gateway</h1>\u{200b}\u{0}", "<h1>Bad Gateway</h1>"),
        ])
    func places(body: String, words: String) {
        #expect(detail(body) == words)
    }

    @Test(
        "A body without printable characters has no error message",
        arguments: ["", " \r\n", "\u{0}\u{7}"])
    func nothing(body: String) {
        #expect(detail(body) == nil)
    }

    @Test("Bytes that are not UTF-8 become replacement characters")
    func notUTF8() {
        var text = ResponseText(key: [])
        let words = [0x61, 0xff, 0x62].withUnsafeBufferPointer { bytes in
            bytes.map(UInt8.init).withUnsafeBytes { text.detail(of: $0) }
        }
        #expect(words.map { String(decoding: $0, as: UTF8.self) } == "a\u{fffd}b")
    }

    @Test("Error messages are cut to 200 scalars, even combining ones")
    func shortened() {
        #expect(detail(String(repeating: "ä", count: 1000)) == String(repeating: "ä", count: 200))
        let combining = "e" + String(repeating: "\u{301}", count: 5000)
        #expect(detail(#"{"message":"\#(combining)"}"#)?.unicodeScalars.count == 200)
    }

    @Test(
        "The key is redacted in every spelling",
        arguments: [
            ("you sent sk/live+0123", "you sent [redacted]"),
            (#"{"message":"you sent sk\/live+0123!"}"#, "you sent [redacted]!"),
            (#"{"errors":["sk\/live+0123"]}"#, #"{"errors":["[redacted]"]}"#),
            (#"{"errors":["sk\u002flive\u002B0123"]}"#, #"{"errors":["[redacted]"]}"#),
            ("/?key=sk%2Flive%2b0123&a", "/?key=[redacted]&a"),
            ("sk/live+0123sk/live+0123", "[redacted][redacted]"),
            ("sk/li\u{0}ve", "sk/li ve"),
            ("sk/li\u{200b}ve+0123", "[redacted]"),
            ("sk/live+012", "sk/live+012"),
        ])
    func redacted(body: String, words: String) {
        #expect(detail(body, key: "sk/live+0123") == words)
    }

    @Test("A key across the length limit is redacted before the cut")
    func redactedAtTheLimit() {
        let words = detail(String(repeating: "x", count: 195) + "sk/live+0123", key: "sk/live+0123")
        #expect(words == String(repeating: "x", count: 195) + "[reda")
    }

    @Test(
        "A message's id is a short visible string at its documented place",
        arguments: [
            (#"{"message":{"id":"m-1"}}"#, "m-1"),
            (#"{"message":{"payload":"{\"id\":1}","id":"m\u002d1"}}"#, "m-1"),
            (#"{"message":{"id":1}}"#, nil),
            (#"{"message":{"id":""}}"#, nil),
            (#"{"message":{"id":"a b"}}"#, nil),
            (#"{"message":{"id":"é"}}"#, nil),
            (#"{"id":"m-1"}"#, nil),
            (#"{"message":{"id":"m-1"}"#, nil),
            (
                #"{"message":{"id":"\#(String(repeating: "i", count: 128))"}}"#,
                String(repeating: "i", count: 128)
            ),
            (#"{"message":{"id":"\#(String(repeating: "i", count: 129))"}}"#, nil),
            ("", nil),
        ])
    func messageIDs(body: String, id: String?) {
        #expect(messageID(body) == id)
    }

    @Test(
        "An id that decides nothing is read from the start of a documented body",
        arguments: [
            (#"{"message":{"id":"m-1"}}"#, "m-1"),
            (#"{"message":{"id":"m-1","payload":"cut"#, "m-1"),
            (#"{"message":{"id":"m-\u0031"}}"#, "m-1"),
            (#"{ "message" : {"id":"m-1"}}"#, "m-1"),
            (#"{"message":{"id":"m-1"#, nil),
            (#"{"message":{"id":""}}"#, nil),
            (#"{"message":{"id":"a b"}}"#, nil),
            (#"{"message":{"id":"\#(String(repeating: "i", count: 129))"}}"#, nil),
        ])
    func undecidingIDs(body: String, id: String?) {
        var text = ResponseText(key: Array("secret-key".utf8))
        let found = Array(body.utf8).withUnsafeBytes { body in
            text.withMessageID(in: body, decides: false) { String(decoding: $0, as: UTF8.self) }
        }
        #expect(found == id)
        let withKey = Array(#"{"message":{"id":"x-secret-key-y"}}"#.utf8).withUnsafeBytes { body in
            text.withMessageID(in: body, decides: false) { $0.count }
        }
        #expect(withKey == nil)
    }

    @Test("An id that contains the key is rejected, unless the key is short")
    func idAndKey() {
        let body = #"{"message":{"id":"x-secret-key-y"}}"#
        #expect(messageID(body, key: "secret-key") == nil)
        #expect(messageID(body, key: "secret") == "x-secret-key-y")
    }
}
