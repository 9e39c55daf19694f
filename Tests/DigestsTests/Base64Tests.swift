import Digests
import Foundation
import TestSupport
import Testing

@Suite("Base64") struct Base64Tests {
    @Test(
        "Text has the value of RFC 4648, with and without padding",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ])
    func published(bytes: String, text: String) {
        #expect(Base64.encode(Array(bytes.utf8)) == Array(text.utf8))
        #expect(Base64.decode(text.utf8) == Array(bytes.utf8))
        #expect(Base64.decode(text.utf8.filter { $0 != UInt8(ascii: "=") }) == Array(bytes.utf8))
    }

    @Test("Any bytes are encoded as by Foundation, and decoded again") func roundTrip() {
        let seed = TestSeed.next()
        var generator = SeededGenerator(seed: seed)
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let text = Base64.encode(bytes)
            #expect(text == Array(Data(bytes).base64EncodedData()), "seed \(seed)")
            #expect(Base64.decode(text) == bytes, "seed \(seed)")
        }
    }

    @Test(
        "Other text is refused",
        arguments: [
            "Z", "Zm9vY", "=", "==", "====", "Z===", "Zg=", "Zm8==", "Zm9v=", "Zg==Zg==", "Zg==\n",
            " Zg==", "Zm9-", "Zm9_", "Zm9é", "Zm9\0",
        ])
    func refused(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test("Unused bits of the last letter are ignored") func unusedBits() {
        #expect(Base64.decode("Zh==".utf8) == Array("f".utf8))
    }
}
