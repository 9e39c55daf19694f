import HTTP
import Testing

/// A base URL says plainly where requests go; what could be read in two ways is refused.
@Suite("Base URL")
struct BaseURLTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let text: String
        let host: String
        let port: Int
        let hostHeader: String
        let pathPrefix: String
        let connectURL: String

        var testDescription: String { text }
    }

    @Test(
        "A base URL is split into its parts",
        arguments: [
            Case(
                text: "https://hookstream.io/v1", host: "hookstream.io", port: 443,
                hostHeader: "hookstream.io", pathPrefix: "/v1",
                connectURL: "https://hookstream.io:443/"),
            Case(
                text: "HTTPS://HookStream.IO:443", host: "hookstream.io", port: 443,
                hostHeader: "hookstream.io", pathPrefix: "",
                connectURL: "https://hookstream.io:443/"),
            Case(
                text: "http://localhost:8080/", host: "localhost", port: 8080,
                hostHeader: "localhost:8080", pathPrefix: "", connectURL: "http://localhost:8080/"),
            Case(
                text: "http://127.0.0.1:80/a/B//", host: "127.0.0.1", port: 80,
                hostHeader: "127.0.0.1", pathPrefix: "/a/B", connectURL: "http://127.0.0.1:80/"),
            Case(
                text: "https://[::1]:8443/v1", host: "::1", port: 8443, hostHeader: "[::1]:8443",
                pathPrefix: "/v1", connectURL: "https://[::1]:8443/"),
            Case(
                text: "https://[2001:DB8::7]/x%20y;z=1", host: "2001:db8::7", port: 443,
                hostHeader: "[2001:db8::7]", pathPrefix: "/x%20y;z=1",
                connectURL: "https://[2001:db8::7]:443/"),
        ])
    func parts(_ example: Case) throws {
        let url = try BaseURL(example.text)
        #expect(url.scheme == (example.connectURL.hasPrefix("https") ? .https : .http))
        #expect(url.host == example.host)
        #expect(url.port == example.port)
        #expect(url.hostHeader == example.hostHeader)
        #expect(url.pathPrefix == example.pathPrefix)
        #expect(url.connectURL == example.connectURL)
    }

    @Test(
        "An invalid base URL is refused with its reason",
        arguments: [
            (BaseURLError.badScheme, "hookstream.io/v1"), (.badScheme, "ftp://h/"),
            (.badScheme, "https:/h"), (.badScheme, "https:h"), (.badScheme, ""),
            (.badScheme, "://h"),
            (.controlByte, "https://h/a b"), (.controlByte, "https://h/\r\nX: y"),
            (.controlByte, "https://h\u{0}"), (.controlByte, " https://h"),
            (.controlByte, "https://h\u{FC}.de/"), (.controlByte, "https://h/\u{7F}"),
            (.userInformation, "https://u:p@h/"), (.userInformation, "https://@h/"),
            (.query, "https://h/?a"), (.query, "https://h?a"), (.query, "https://h/v1?"),
            (.fragment, "https://h/#a"), (.fragment, "https://h#"),
            (.emptyHost, "https://"), (.emptyHost, "https:///v1"), (.emptyHost, "https://:80/"),
            (.emptyHost, "https://::1/x"),
            (.badHost, "https://a..b/"), (.badHost, "https://a%41/"), (.badHost, "https://a\\b/"),
            (.badHost, "https://[::1/"), (.badHost, "https://[::g]/"),
            (.badHost, "https://[]/"), (.badHost, "https://[::1]x/"), (.badHost, "https://."),
            (.badHost, "https://[1:2:3:4:5:6:7:8:9]/"), (.badHost, "https://[fe80::1%25eth0]/"),
            (.badHost, "https://[1::2::3]/"), (.badHost, "https://[127.0.0.1]/"),
            (.badPort, "https://h:/"), (.badPort, "https://h:0/"), (.badPort, "https://h:65536/"),
            (.badPort, "https://h:+80/"), (.badPort, "https://h:8o/"), (.badPort, "https://h:1:2/"),
            (.badPort, "https://[::1]:/"),
            (.badPath, "https://h/a/../b"), (.badPath, "https://h/./"),
            (.badPath, "https://h/%2E%2e"), (.badPath, "https://h/%2e/a"),
            (.badPath, "https://h/.%2E"), (.badPath, "https://h/a/%2e./b"),
            (.badPath, "https://h/a\\b"), (.badPath, "https://h/a%2"), (.badPath, "https://h/%zz"),
            (.badPath, "https://h/<a>"), (.badPath, "https://h/\"a"),
        ])
    func refused(_ error: BaseURLError, _ text: String) {
        #expect(throws: error) { try BaseURL(text) }
    }

    @Test(
        "Loopback hosts are recognized",
        arguments: [
            ("localhost", true), ("LOCALHOST", true), ("127.0.0.1", true), ("127.255.0.9", true),
            ("[::1]", true), ("[0:0:0:0:0:0:0:1]", true), ("[0::0.0.0.1]", true),
            ("localhost.example.com", false), ("127.0.0.1.example.com", false), ("127.evil", false),
            ("128.0.0.1", false), ("0.0.0.0", false), ("127.1", false), ("127.0.0.256", false),
            ("0127.0.0.1", false), ("[::]", false), ("[::2]", false), ("[1::1]", false),
            ("hookstream.io", false),
        ])
    func loopback(_ host: String, _ expected: Bool) throws {
        #expect(try BaseURL("http://\(host)/").isLoopback == expected)
    }

    @Test("Every base URL error has its own sentence")
    func messages() {
        #expect(Set(BaseURLError.allCases.map(\.message)).count == BaseURLError.allCases.count)
    }
}
