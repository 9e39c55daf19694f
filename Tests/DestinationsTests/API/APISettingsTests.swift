import Destinations
import Foundation
import HTTP
import Platform
import Testing

@Suite("Settings of the API destination")
struct APISettingsTests {
    private func refusal(_ change: (inout APISettings) -> Void) throws -> DestinationError? {
        var settings = APISettings(
            base: try BaseURL("https://api.example/v1"), authentication: .bearer(key: [0x6b]),
            userAgent: "test/1")
        change(&settings)
        let poller = try Poller()
        do {
            _ = try APIDestination(settings: settings, poller: poller)
            return nil
        } catch {
            return error
        }
    }

    private func flag(_ change: (inout APISettings) -> Void) throws -> String? {
        guard case .setting(let flag, _) = try refusal(change) else { return nil }
        return flag
    }

    @Test("Good settings open no connection and throw nothing")
    func good() throws {
        #expect(try refusal { _ in } == nil)
        #expect(try refusal { $0.maxConnections = 1000 } == nil)
        #expect(try refusal { $0.proxy = "http://user:word@proxy.example:3128" } == nil)
        for proxy in ["proxy.example:3128", "http://p:1/", "[::1]:3128", "http://[::1]", "p:"] {
            #expect(try refusal { $0.proxy = proxy } == nil)
        }
    }

    @Test("Connections are limited to 1 to 1000", arguments: [-1, 0, 1001, .max])
    func connections(count: Int) throws {
        #expect(try flag { $0.maxConnections = count } == "--concurrency")
    }

    @Test("Plain HTTP to another machine needs its flag")
    func plainHTTP() throws {
        let base = try BaseURL("http://api.example/v1")
        #expect(try flag { $0.base = base } == "--to")
        #expect(
            try refusal {
                $0.base = base
                $0.allowsPlainHTTP = true
            } == nil)
    }

    @Test(
        "An invalid proxy is refused without its password in the message",
        arguments: [
            "", "http://u:pass word@p", "ftp://u:password@p", "http://u:pass\r\nword@p",
            "htp:://u:password@p", "u:pass://word@p", "http://", "http://u:pass@",
            "http://u:pass@:80", "http://u:pass@p:0", "u:pass@p:65536", "http://p:abc/",
            "http://[::1]:x", "socks5://:1",
        ])
    func proxies(proxy: String) throws {
        let error = try refusal { $0.proxy = proxy }
        guard case .setting("--proxy", let reason) = error else {
            Issue.record("not refused")
            return
        }
        #expect(!reason.contains("pass"))
    }

    @Test("Missing, non-PEM or encrypted files are refused by their flag")
    func files() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func file(_ name: String, _ text: String) throws -> String {
            let url = folder.appending(path: name)
            try Data(text.utf8).write(to: url)
            return url.path
        }
        let pem = try file("pem", "-----BEGIN CERTIFICATE-----\n")
        let text = try file("text", "hello")
        let locked = try file("locked", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n")

        #expect(try flag { $0.caCertificatePath = folder.path + "/none" } == "--ca-cert")
        #expect(try flag { $0.caCertificatePath = folder.path } == "--ca-cert")
        #expect(try flag { $0.caCertificatePath = text } == "--ca-cert")
        #expect(try flag { $0.caCertificatePath = pem } == nil)
        #expect(try flag { $0.clientKeyPath = pem } == "--client-key")
        #expect(try flag { $0.clientCertificatePath = text } == "--client-cert")
        #expect(try flag { $0.clientCertificatePath = locked } == "--client-cert")
        #expect(
            try flag {
                $0.clientCertificatePath = pem
                $0.clientKeyPath = locked
            } == "--client-key")
    }

    @Test("Times below a millisecond are refused")
    func times() throws {
        #expect(try flag { $0.timeout = .zero } == "--timeout")
        #expect(try flag { $0.timeout = .seconds(-1) } == "--timeout")
        #expect(try flag { $0.connectTimeout = .zero } == "--connect-timeout")
        #expect(try refusal { $0.timeout = .seconds(Int64.max) } == nil)
    }
}
