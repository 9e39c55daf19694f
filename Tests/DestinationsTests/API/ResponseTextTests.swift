import Destinations
import Foundation
import Testing

@Suite("Response text")
struct ResponseTextTests {
    private func detail(_ body: String, key: String = "no such key") -> String? {
        var text = ResponseText(key: Array(key.utf8))
        return Array(body.utf8).withUnsafeBytes { text.detail(of: $0, status: 400, isCut: false) }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    private func messageID(_ body: String, key: String = "no such key") -> String? {
        var text = ResponseText(key: Array(key.utf8))
        return Array(body.utf8).withUnsafeBytes { body in
            text.withMessageID(in: body) { $0.map { String(decoding: $0, as: UTF8.self) } }
        } ?? nil
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
            bytes.map(UInt8.init).withUnsafeBytes {
                text.detail(of: $0, status: 400, isCut: false)
            }
        }
        #expect(words.map { String(decoding: $0, as: UTF8.self) } == "a\u{fffd}b")
    }

    @Test("Error messages are cut to 200 scalars, even combining ones")
    func shortened() {
        #expect(detail(String(repeating: "ä", count: 1000)) == String(repeating: "ä", count: 200))
        let combining = "e" + String(repeating: "\u{301}", count: 5000)
        #expect(detail(#"{"message":"\#(combining)"}"#)?.unicodeScalars.count == 200)
    }

    @Test("Of a key across the length limit nothing is left")
    func keyAtTheLimit() {
        let words = detail(String(repeating: "x", count: 195) + "sk/live+0123", key: "sk/live+0123")
        #expect(words == String(repeating: "x", count: 195))
    }

    @Test(
        "Of a response about credentials only a code and a field's name are left",
        arguments: [
            ("no such key: abc", nil), (#"{"message":"no such key"}"#, nil),
            (#"{"title":"Unauthorized","detail":"the key is wrong"}"#, nil),
            (#"{"error":"invalid_token","error_description":"it is wrong"}"#, "invalid_token"),
            (#"{"error":{"code":"auth.bad-key","message":"no"}}"#, "auth.bad-key"),
            (#"{"error":{"code":"the key is wrong"}}"#, nil),
            (#"{"code":401,"type":"https://errors.example/key"}"#, nil),
            (
                #"{"code":"invalid","errors":[{"field":"X-API-Key","message":"no"}]}"#,
                "invalid (field X-API-Key)"
            ),
            (#"{"field":"token","message":"no"}"#, "field token"),
            (#"{"code":"\#(String(repeating: "c", count: 65))"}"#, nil),
            (#"{"code":"key_SK-live-0123"}"#, KeyRedactionTests.notice),
            (#"{"code":"wrong_key","field":"c2stbGl2ZS0wMTIz"}"#, KeyRedactionTests.notice),
        ] as [(String, String?)], [401, 403, 407])
    func credentials(_ expected: (body: String, words: String?), status: Int) {
        var text = ResponseText(key: Array("sk-live-0123".utf8))
        let words = Array(expected.body.utf8).withUnsafeBytes {
            text.detail(of: $0, status: status, isCut: false)
        }
        #expect(words.map { String(decoding: $0, as: UTF8.self) } == expected.words)
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
            text.withMessageID(in: body, decides: false) { id in
                id.map { String(decoding: $0, as: UTF8.self) }
            }
        }
        #expect((found ?? nil) == id)
    }

    @Test(
        "An id that contains the key is withheld, however short the key is",
        arguments: ["secret-key", "secret", "y", "SECRET-KEY"], [false, true])
    func idAndKey(key: String, decides: Bool) {
        var text = ResponseText(key: Array(key.utf8))
        let isGiven = Array(#"{"message":{"id":"x-secret-key-z"}}"#.utf8).withUnsafeBytes { body in
            text.withMessageID(in: body, decides: decides) { $0 != nil }
        }
        // Present, so that it proves the acceptance.
        #expect(isGiven == false)
    }
}
