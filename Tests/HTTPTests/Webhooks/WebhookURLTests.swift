import HTTP
import Testing

@Suite("The URLs of endpoints") struct WebhookURLTests {
    @Test(
        "The URL of an endpoint keeps its path and query",
        arguments: [
            ("https://h", "h", "/"), ("https://h/", "h", "/"), ("https://h/a/", "h", "/a/"),
            ("https://H:8443/a?x=1&y=%2F", "h:8443", "/a?x=1&y=%2F"), ("https://h?x", "h", "/?x"),
            ("http://[::1]:80/a/../b", "[::1]", "/a/../b"),
            ("https://h/a?u=http://x", "h", "/a?u=http://x"),
        ])
    func parts(text: String, host: String, target: String) throws {
        let url = try WebhookURL(text)
        #expect(url.origin.hostHeader == host)
        #expect(url.target == target)
        #expect(url.origin.pathPrefix == "")
    }

    @Test(
        "A URL that could change the request or hide its host is refused",
        arguments: [
            ("h/a", .badScheme), ("ftp://h", .badScheme), ("https://", .emptyHost),
            ("https://u:p@h/", .userInformation), ("https://h/#a", .fragment),
            ("https://h/a b", .badPath), ("https://h/a\r\nX: y", .badPath),
            ("https://h/é", .badPath), ("https://h:0/", .badPort),
            ("https://h\\@x/", .userInformation),
            ("https://h/" + String(repeating: "a", count: 2048), .badPath),
        ] as [(String, BaseURLError)])
    func refused(text: String, error: BaseURLError) {
        #expect(throws: error) { try WebhookURL(text) }
    }

    @Test(
        "A URL shows whether it leaves the machine, unencrypted or to an address that is not public",
        arguments: [
            ("https://example.com/", false, false), ("http://example.com/", true, false),
            ("http://localhost:1/", false, false), ("http://127.0.0.9/", false, false),
            ("http://[::1]/", false, false), ("https://10.1.2.3/", false, true),
            ("https://169.254.169.254/latest", false, true), ("https://[fd00::1]/", false, true),
            ("https://[::ffff:10.0.0.1]/", false, true), ("https://8.8.8.8/", false, false),
        ])
    func reach(text: String, isPlaintext: Bool, isPrivate: Bool) throws {
        let url = try WebhookURL(text)
        #expect(url.isPlaintext == isPlaintext)
        #expect(url.isPrivateAddress == isPrivate)
    }
}

@Suite("Public addresses") struct PublicAddressTests {
    @Test(
        "The first and last IPv4 addresses of each special range are not public, their neighbours are",
        arguments: [
            ([0, 0, 0, 0], [0, 255, 255, 255]), ([10, 0, 0, 0], [10, 255, 255, 255]),
            ([100, 64, 0, 0], [100, 127, 255, 255]), ([127, 0, 0, 0], [127, 255, 255, 255]),
            ([169, 254, 0, 0], [169, 254, 255, 255]), ([172, 16, 0, 0], [172, 31, 255, 255]),
            ([192, 0, 0, 0], [192, 0, 0, 255]), ([192, 168, 0, 0], [192, 168, 255, 255]),
            ([198, 18, 0, 0], [198, 19, 255, 255]), ([203, 0, 113, 0], [203, 0, 113, 255]),
            ([224, 0, 0, 0], [255, 255, 255, 255]),
        ] as [([UInt8], [UInt8])])
    func v4(first: [UInt8], last: [UInt8]) {
        func number(_ bytes: [UInt8]) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }
        func bytes(_ number: UInt32) -> [UInt8] {
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
        }
        #expect(!IPAddress.isPublic(v4: first) && !IPAddress.isPublic(v4: last))
        if number(first) > 0 { #expect(IPAddress.isPublic(v4: bytes(number(first) - 1))) }
        if number(last) < .max { #expect(IPAddress.isPublic(v4: bytes(number(last) + 1))) }
    }

    @Test(
        "An IPv6 address is public only in the assigned space, and with a public embedded address",
        arguments: [
            ("2606:4700::1111", true), ("2a00:1450:4001::1", true), ("::", false), ("::1", false),
            ("::ffff:8.8.8.8", true), ("::ffff:192.168.0.1", false), ("64:ff9b::8.8.8.8", true),
            ("64:ff9b::10.0.0.1", false), ("64:ff9b:1::8.8.8.8", false), ("2002:808:808::1", true),
            ("2002:a00:1::1", false), ("2001::1", false), ("2001:db8::1", false),
            ("2001:4860:4860::8888", true), ("3fff::1", false), ("fc00::1", false),
            ("fd12::1", false), ("fe80::1", false), ("ff02::1", false), ("::127.0.0.1", false),
        ])
    func v6(text: String, isPublic: Bool) throws {
        let groups = try #require(IPAddress.parseV6(text[...]))
        #expect(IPAddress.isPublic(v6: groups) == isPublic)
    }
}
