import Records
import Testing

@Suite("Application ids")
struct AppIDTests {
    static let hostile: [String] = [
        "", ".", "..", "a/b", "../x", "a%2Fb", "%2e%2e", "a\r\nX-Evil: 1", "a b", "a?b", "a#b",
        "é", "ａ", "a\u{0}", "a\\b", "a@b", "a:b", "a+b", "a\u{7F}", "a\u{202E}",
        String(repeating: "a", count: 129), String(repeating: "a", count: 1_000_000),
    ]

    static let good: [String] = [
        "a", "A-Z_a.z~0", "...", ".a", "-", "~", "0", String(repeating: "z", count: 128),
    ]

    @Test("An application id that could change a URL's path is invalid", arguments: hostile)
    func hostileIDs(id: String) {
        var literal: [UInt8] = []
        Array(id.utf8).withUnsafeBytes { JSONString.appendLiteral(of: $0, to: &literal) }
        let escaped = "\"" + id.utf16.map { "\\u" + hex($0) }.joined() + "\""
        for text in [String(decoding: literal, as: UTF8.self), escaped] {
            let seen = read(event(appID: text))
            #expect(seen.codes == [.invalidAppID])
            #expect(seen.records.first?.appID == nil)
            #expect(seen.records.first?.eventType != nil)
        }
        #expect(!Array(id.utf8).withUnsafeBytes(AppID.isValid))
    }

    @Test("An application id of unreserved characters is valid, escaped or not", arguments: good)
    func goodIDs(id: String) {
        let escaped = "\"" + id.utf16.map { "\\u" + hex($0) }.joined() + "\""
        #expect(read(event(appID: "\"\(id)\"")).records.first?.appID == id)
        #expect(read(event(appID: escaped)).records.first?.appID == id)
        #expect(Array(id.utf8).withUnsafeBytes(AppID.isValid))
    }

    @Test("A one-byte application id is valid only if the byte is unreserved in RFC 3986")
    func eachByte() {
        let unreserved = Set(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_~-".utf8)
        for byte in UInt8.min...UInt8.max {
            #expect(
                [byte].withUnsafeBytes(AppID.isValid) == unreserved.contains(byte), "byte \(byte)")
        }
    }

    @Test("A missing application id and one of another type have different codes")
    func types() {
        #expect(read(event(appID: nil)).codes == [.missingAppID])
        #expect(read(event(appID: "null")).codes == [.invalidAppID])
        #expect(read(event(appID: #"["a"]"#)).codes == [.invalidAppID])
        #expect(read(event(appID: #""\ud800""#)).codes == [.invalidAppID])
    }

    private func hex(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
