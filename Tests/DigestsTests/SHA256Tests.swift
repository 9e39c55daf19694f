import Digests
import Testing

@Suite("SHA-256") struct SHA256Tests {
    @Test(
        "A hash has the published value",
        arguments: [
            // FIPS 180-2 appendix B, and messages around the length of a block.
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func published(message: String, hash: String) {
        #expect(SHA256.hash(message.utf8).hexadecimal == hash)
    }

    // Not an argument: the runner prints each argument.
    @Test("A million letters have the published value") func million() {
        let hash = SHA256.hash(String(repeating: "a", count: 1_000_000).utf8)
        #expect(
            hash.hexadecimal == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test("The cuts between parts do not matter") func parts() {
        let message = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        for cut in [0, 1, 55, 56, 63, 64, 65, 128, 299, 300] {
            var hash = SHA256()
            message[..<cut].withUnsafeBytes { hash.update($0) }
            message[cut...].withUnsafeBytes { hash.update($0) }
            #expect(hash.finish().bytes == SHA256.hash(message).bytes, "cut at \(cut)")
        }
    }

    @Test("The first 64 bits are the first 16 digits") func first64Bits() {
        #expect(SHA256.hash("abc".utf8).first64Bits == 0xba78_16bf_8f01_cfea)
    }
}
