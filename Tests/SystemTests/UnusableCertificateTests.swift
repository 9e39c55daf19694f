import TestSupport
import Testing

@Suite("Certificates that can't be loaded", .sideBySide)
struct UnusableCertificateTests {
    @Test("A certificate that can't be loaded is a usage error, and no run starts")
    func authority() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(
            "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n", to: "ca.pem")
        let sent = try sending.send(
            to: "https://127.0.0.1:\(server.port)/v1", ["--ca-cert", "ca.pem"])
        #expect(sent.exitCode == 2, "\(sent)")
        #expect(sent.result.errorOutput.contains("--ca-cert: "))
        #expect(try sending.folder.files().sorted() == ["ca.pem", "in.ndjson"])
    }
}
