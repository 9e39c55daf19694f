import TestSupport
import Testing

@Suite("nginx as the TLS server", .sideBySide, .needs("nginx", "openssl", "curl"))
struct TLSServerTests {
    private let certificates: Certificates

    init() throws { certificates = try Certificates() }

    private func post(_ server: TLSServer, _ arguments: [String] = []) throws -> ProgramResult {
        try Program.run(
            "curl",
            [
                "--silent", "--show-error", "--noproxy", "*", "--max-time", "20",
                "--write-out", "%{http_code}", "--output", "/dev/null",
                "--cacert", certificates.authority, "--header", "Idempotency-Key: k",
                "--data", "{}", server.baseURL,
            ] + arguments)
    }

    @Test("The TLS server forwards requests under a certificate that verifies")
    func good() throws {
        let behind = try LoopbackServer()
        let server = try TLSServer(in: behind, certificates: certificates)
        let result = try post(server)
        #expect(result.output == "201", "\(result.errorOutput) \(server.errorLog)")
        #expect(behind.acceptances == ["k": 1])
    }

    @Test(
        "The TLS server can present certificates that must not verify",
        arguments: [
            (Certificates.Kind.selfSigned, "self-signed"), (.wrongHost, "subject name"),
            (.expired, "expired"),
        ])
    func bad(kind: Certificates.Kind, reason: String) throws {
        let behind = try LoopbackServer()
        let server = try TLSServer(in: behind, certificates: certificates, showing: kind)
        let result = try post(server)
        #expect(result.exitCode == 60)
        #expect(result.errorOutput.contains(reason))
        #expect(behind.requestCount == 0)
    }

    @Test("The TLS server can require a client certificate")
    func client() throws {
        let behind = try LoopbackServer()
        let server = try TLSServer(
            in: behind, certificates: certificates, requiresClientCertificate: true)
        #expect(try post(server).output == "400")
        let own = [
            "--cert", certificates.certificate(.client), "--key", certificates.key(.client),
        ]
        #expect(try post(server, own).output == "201")
        #expect(behind.requestCount == 1)
    }
}
