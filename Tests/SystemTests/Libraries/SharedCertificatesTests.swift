import TestSupport
import Testing

/// Before 7.87 the program shares the trusted certificates between connections. The libcurl of these
/// tests is the installed one with an older version, which reads them for each connection too.
@Suite(
    "Trusted certificates shared by connections", .sideBySide, .needs("nginx", "openssl", "clang"))
struct SharedCertificatesTests {
    private let certificates: Certificates
    private let behind: LoopbackServer
    private let sending: Sending
    private let libraries: LibraryFolder

    init() throws {
        certificates = try Certificates()
        behind = try LoopbackServer()
        sending = try Sending()
        var libraries = try LibraryFolder()
        try libraries.pretendCurl(version: "7.81.0")
        self.libraries = libraries
    }

    private func send(to baseURL: String, _ flags: [String]) throws -> Sent {
        var program = sending.program(to: baseURL, flags + ["--retries", "0"])
        program.environment.merge(libraries.environment) { $1 }
        return Sent(result: try program.run(), sending: sending)
    }

    @Test("All connections of a run verify the server with them")
    func many() throws {
        let server = try TLSServer(in: behind, certificates: certificates)
        try sending.folder.write(Sending.lines(500), to: "in.ndjson")
        let sent = try send(to: server.baseURL, ["--ca-cert", certificates.authority])
        #expect(sent.exitCode == 0, "\(sent) \(server.errorLog)")
        #expect(behind.requestCount == 500)
        #expect(try sent.rows.allSatisfy { $0.outcome == "accepted" })
    }

    @Test(
        "A certificate that does not verify is refused",
        arguments: [Certificates.Kind.selfSigned, .wrongHost, .expired])
    func bad(kind: Certificates.Kind) throws {
        let server = try TLSServer(in: behind, certificates: certificates, showing: kind)
        try sending.folder.write(Sending.lines(20), to: "in.ndjson")
        let sent = try send(to: server.baseURL, ["--ca-cert", certificates.authority])
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(sent.result.errorOutput.contains("certificate"), "\(sent)")
        #expect(behind.requestCount == 0)
    }

    @Test("An authority that --ca-cert does not name is not trusted")
    func unknownAuthority() throws {
        let server = try TLSServer(in: behind, certificates: certificates)
        try sending.folder.write(Sending.lines(20), to: "in.ndjson")
        let sent = try send(to: server.baseURL, [])
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(sent.result.errorOutput.contains("certificate"), "\(sent)")
        #expect(behind.requestCount == 0)
    }
}
