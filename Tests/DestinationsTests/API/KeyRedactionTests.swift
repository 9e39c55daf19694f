import Destinations
import Testing

@Suite("The redaction of the API key")
struct KeyRedactionTests {
    static let notice = "\(KeyRedaction.notice)"

    private func redacted(_ text: String, key: String, isCut: Bool = false) -> String {
        let redaction = KeyRedaction(key: Array(key.utf8))
        return String(decoding: redaction.apply(to: Array(text.utf8), isCut: isCut), as: UTF8.self)
    }

    /// Spellings of `sk/live+0123`.
    static let spellings = [
        "sk/live+0123", "SK/Live+0123", #"sk\/live+0123"#, #"sk\u002flive\u002B0123"#,
        #"sk\x2flive\u{2b}0123"#, #"sk\057live\0530123"#, "sk%2Flive%2b0123",
        "sk%252Flive%252B0123", "sk%25252Flive%25252B0123", "sk%u002Flive+0123",
        "sk&#x2F;live&#43;0123", "sk&sol;live&plus;0123", "sk&amp;#x2f;live&#0000043;0123",
        "&#115&#107&#47&#108&#105&#118&#101&#43&#48&#49&#50&#51",
        "sk/li\u{200B}ve+0123", "sk/li\u{0}ve+0123", "sk/li\r\nve+0123", "s k / l i v e + 0 1 2 3",
        "sk/li&shy;ve+0123", "sk/li&ZeroWidthSpace;ve&#8203;+0123", #"sk/li\nve+0123"#,
        // base64, base64url; after one byte and after two; of Bearer KEY; in lines; twice.
        "c2svbGl2ZSswMTIz", "eHNrL2xpdmUrMDEyMw==", "eHhzay9saXZlKzAxMjM=",
        "QmVhcmVyIHNrL2xpdmUrMDEyMw", "c2svbGl2\nZSswMTIz", "YzJzdmJHbDJaU3N3TVRJeg==",
        "wrongc2svbGl2ZSswMTIz", "c2svbGl2ZSswMTIz%3D%3D",
        // hexadecimal
        "736b2f6c6976652b30313233", "736B2F6C6976652B30313233", "a736b2f6c6976652b30313233",
        "73:6b:2f:6c:69:76:65:2b:30:31:32:33", "73 6b 2f 6c 69 76 65 2b 30 31 32 33",
        "0x73, 0x6b, 0x2f, 0x6c, 0x69, 0x76, 0x65, 0x2b, 0x30, 0x31, 0x32, 0x33",
        #"\x73\x6b\x2f\x6c\x69\x76\x65\x2b\x30\x31\x32\x33"#,
        // hexadecimal in base64, base64 in hexadecimal
        "NzM2YjJmNmM2OTc2NjUyYjMwMzEzMjMz", "633273766247 6c325a5373774d54497a",
        // the bytes' numbers, as JSON of a buffer has them
        #"{"type":"Buffer","data":[115,107,47,108,105,118,101,43,48,49,50,51]}"#,
    ]

    @Test("A text with the key in any spelling is replaced as a whole", arguments: spellings)
    func found(spelling: String) {
        #expect(redacted("you sent \(spelling) to us", key: "sk/live+0123") == Self.notice)
    }

    @Test(
        "A text without the key stays as it is",
        arguments: [
            "", "a", "the application is inactive", "100 % of &c. \\ and %zz, &#; &nothing",
            "sk/live+012", "sk/live 0123", "c2svbGl2ZSswMTI", "736b2f6c6976652b303132",
            "See https://errors.example/invalid%20payload?a=1&b=2#section-3",
            #"{"errors":[{"path":"C:\\data","code":"E_17"}]}"#,
        ])
    func innocent(text: String) {
        #expect(redacted(text, key: "sk/live+0123") == text)
    }

    @Test(
        "Of a text that is cut, the beginning of a key at its end is removed",
        arguments: [
            ("bad sk/live+012", "bad "), ("bad s", "bad "), ("bad sk%2", "bad "),
            ("bad sk&#x2", "bad "), ("bad sk&so", "bad "), (#"bad sk\u00"#, "bad "),
            (#"bad sk/\"#, "bad "), ("bad s\u{200B}k/li\u{200B}", "bad "), ("bad é", "bad é"),
            ("bad xsk/live+013", "bad xsk/live+013"), ("sk/l", ""),
        ])
    func cut(text: String, left: String) {
        #expect(redacted(text, key: "sk/live+0123", isCut: true) == left)
        // Of a whole text, it is what the server wrote.
        #expect(redacted(text, key: "sk/live+0123") == text)
    }

    @Test("Of an encoded key that is cut at most two bytes are left")
    func cutWithinEncodings() {
        let base64 = "x c2svbGl2ZSswMTIz"
        let hex = "x 736b2f6c6976652b30313233"
        for count in 3..<base64.count {
            #expect(
                redacted(String(base64.prefix(count)), key: "sk/live+0123", isCut: true).count < 6)
        }
        for count in 3..<hex.count {
            #expect(redacted(String(hex.prefix(count)), key: "sk/live+0123", isCut: true).count < 8)
        }
    }

    @Test(
        "A key that contains escapes itself is found",
        arguments: ["a%41b", #"a\nb\\c"#, "&lt;key&gt;", "%2525", "a&amp;b"])
    func keyWithEscapes(key: String) {
        var forms = [key]
        forms.append(key.map { "&#\($0.asciiValue!);" }.joined())
        forms.append(key.map { "%" + String($0.asciiValue!, radix: 16) }.joined())
        forms.append(key.replacing("%", with: "%25"))
        forms.append(key.replacing("&", with: "&amp;"))
        forms.append(key.replacing(#"\"#, with: #"\\"#))
        for form in forms { #expect(redacted("no: \(form)", key: key) == Self.notice, "\(form)") }
    }

    @Test("A text with more escapes inside each other than are decoded is replaced")
    func tooManyEscapes() {
        let text = "%" + String(repeating: "25", count: 40) + "41"
        #expect(redacted(text, key: "sk/live+0123") == Self.notice)
    }

    @Test("An empty key is never found")
    func emptyKey() {
        #expect(redacted("a text", key: "", isCut: true) == "a text")
    }
}
