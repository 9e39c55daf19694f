import LocalAPI
import Testing

@Suite("Listen addresses") struct ListenAddressTests {
    @Test(
        "A listen address with a port is parsed and printed",
        arguments: [
            ("127.0.0.1:4010", "127.0.0.1:4010", true), ("127.9.9.9:1", "127.9.9.9:1", true),
            ("localhost:0", "127.0.0.1:0", true), ("[::1]:65535", "[::1]:65535", true),
            ("0.0.0.0:80", "0.0.0.0:80", false), ("[::]:80", "[::]:80", false),
            ("192.168.1.2:80", "192.168.1.2:80", false),
            ("[2001:db8::1]:80", "[2001:db8::1]:80", false),
            ("[::ffff:127.0.0.1]:80", "[::ffff:127.0.0.1]:80", false),
        ])
    func good(text: String, shown: String, isLoopback: Bool) throws {
        let address = try #require(ListenAddress(text: text))
        #expect(address.description == shown)
        #expect(address.isLoopback == isLoopback)
    }

    @Test(
        "An invalid listen address is refused",
        arguments: [
            "", ":", "4010", ":4010", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
            "127.0.0.1:-1", "127.0.0.1:+1", "127.0.0.1:x", "127.1:80", "::1:80", "[::1]", "[::1]80",
            "example.com:80", "[127.0.0.1]:80", "127.0.0.1 :80",
        ])
    func bad(text: String) {
        #expect(ListenAddress(text: text) == nil)
    }
}
