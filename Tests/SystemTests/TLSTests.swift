import TestSupport
import Testing

@Suite("TLS", .sideBySide, .needs("nginx", "openssl"))
struct TLSTests {
    private let certificates: Certificates
    private let behind: LoopbackServer
    private let sending: Sending

    init() throws {
        certificates = try Certificates()
        behind = try LoopbackServer()
        sending = try Sending()
    }

    private var authority: [String] { ["--ca-cert", certificates.authority, "--retries", "0"] }

    @Test("A certificate of the authority in --ca-cert is accepted, for a name and an address")
    func good() throws {
        let server = try TLSServer(in: behind, certificates: certificates)
        for baseURL in [server.baseURL, "https://127.0.0.1:\(server.port)/v1"] {
            let sent = try sending.send(to: baseURL, authority + ["--fresh"])
            #expect(sent.exitCode == 0, "\(sent) \(server.errorLog)")
            #expect(try sent.row.status == 201)
        }
        #expect(behind.requestCount == 2)
    }

    @Test("Many lines that share TLS connections all arrive whole")
    func many() throws {
        let server = try TLSServer(in: behind, certificates: certificates)
        var generator = SeededGenerator.fromEnvironment()
        let count = 2000
        let input = Events(count: count, payloadBytes: 3000).ndjson(using: &generator)
        let sent = try sending.send(
            String(decoding: input, as: UTF8.self), to: server.baseURL, authority)
        #expect(sent.exitCode == 0, "\(sent) \(server.errorLog) \(generator)")
        let auditor = Auditor([.init(file: "in.ndjson", count: count)])
        #expect(auditor.violations(rows: try sent.rows, server: behind) == [])
    }

    @Test(
        "A certificate that does not verify stops the run before a byte of a request",
        arguments: [Certificates.Kind.selfSigned, .wrongHost, .expired])
    func bad(kind: Certificates.Kind) throws {
        let server = try TLSServer(in: behind, certificates: certificates, showing: kind)
        let sent = try sending.send(to: server.baseURL, authority)
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(sent.result.errorOutput.contains("certificate"), "\(sent)")
        #expect(!sent.hasReport)
        #expect(behind.requestCount == 0)
    }

    @Test("An authority that --ca-cert does not name is not trusted")
    func unknownAuthority() throws {
        let server = try TLSServer(in: behind, certificates: certificates)
        let sent = try sending.send(to: server.baseURL, ["--retries", "0"])
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(sent.result.errorOutput.contains("certificate"), "\(sent)")
        #expect(behind.requestCount == 0)
    }

    @Test("A client certificate is presented if it is configured")
    func clientCertificate() throws {
        let server = try TLSServer(
            in: behind, certificates: certificates, requiresClientCertificate: true)
        let refused = try sending.send(to: server.baseURL, authority)
        #expect(try refused.row.status == 400)
        #expect(try refused.row.outcome == "rejected")
        #expect(behind.requestCount == 0)
        let own = [
            "--client-cert", certificates.certificate(.client),
            "--client-key", certificates.key(.client), "--fresh",
        ]
        let sent = try sending.sendAgain(to: server.baseURL, authority + own)
        #expect(sent.exitCode == 0, "\(sent) \(server.errorLog)")
        #expect(behind.requestCount == 1)
    }
}
