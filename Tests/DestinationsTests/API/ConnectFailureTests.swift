import Delivery
import Destinations
import Glibc
import Testing

@Suite("Failures by libcurl's codes")
struct ConnectFailureTests {
    typealias Codes = ConnectFailure.Codes

    static let values: [(Codes, TransportFailure, String)] = [
        (Codes(result: 6), .dns, "the host's name does not resolve"),
        (Codes(result: 5), .dns, "the proxy's name does not resolve"),
        (Codes(result: 7, osError: 111), .connect, "connection refused"),
        (Codes(result: 7, osError: 101), .connect, "network unreachable"),
        (
            Codes(result: 7, osError: 24), .connect,
            "too many open files (raise the limit with ulimit -n)"
        ),
        (
            Codes(result: 6, osError: 24), .connect,
            "too many open files (raise the limit with ulimit -n)"
        ),
        (
            Codes(result: 7, osError: 23), .connect,
            "too many open files in the system (its limit is fs.file-max, not ulimit -n)"
        ),
        (Codes(result: 7), .connect, "no connection"),
        (Codes(result: 28), .connectTimeout, "the connection took too long"),
        (Codes(result: 35), .tls, "the TLS handshake failed"),
        (
            Codes(result: 60, verification: 18), .certificate,
            "the server's certificate is self-signed"
        ),
        (Codes(result: 60, verification: 10), .certificate, "the server's certificate has expired"),
        (
            Codes(result: 60, verification: 1), .certificate,
            "the server's certificate did not verify for this host"
        ),
        (
            Codes(result: 60), .certificate,
            "the server's certificate did not verify for this host"
        ),
        (
            Codes(result: 60, verification: 20), .certificate,
            "the issuer of the server's certificate is unknown"
        ),
        (
            Codes(result: 56, proxyStatus: 407), .proxyAuthentication,
            "the proxy asks for other credentials (407)"
        ),
        (Codes(result: 56, proxyStatus: 403), .connect, "the proxy refused to tunnel (403)"),
        (Codes(result: 7, proxyStatus: 502), .connect, "the proxy refused to tunnel (502)"),
        (Codes(result: 97), .connect, "the proxy refused the connection"),
        (Codes(result: 1234), .connect, "no connection"),
        (Codes(result: 8), .connect, "the response is not HTTP"),
        (Codes(result: 52), .connect, "the connection was closed"),
        (
            Codes(result: 7, osError: 111, usesProxy: true), .connect,
            "the proxy can't be used: connection refused"
        ),
        (
            Codes(result: 56, usesProxy: true), .connect,
            "the proxy can't be used: the connection was closed"
        ),
        (
            Codes(result: 28, usesProxy: true), .connectTimeout,
            "the connection through the proxy took too long"
        ),
    ]

    @Test("A failed connect has its failure and a plain message", arguments: values)
    func failures(codes: Codes, failure: TransportFailure, detail: String) throws {
        let failed = try ConnectFailure(codes)
        #expect(failed.failure == failure && failed.detail == detail)
        #expect((failed.origin == .proxy) == detail.contains("proxy"))
        #expect((failed.origin == .descriptors) == detail.contains("ulimit"))
    }

    @Test("A proxy's refusal needs a person, but not a server that it does not reach yet")
    func refusals() throws {
        for (status, isRefusal) in [
            (302, true), (403, true), (405, true), (511, true), (408, false), (429, false),
            (502, false), (503, false), (504, false),
        ] {
            let failed = try ConnectFailure(
                Codes(result: 56, proxyStatus: status, usesProxy: true))
            #expect(failed.refusal == (isRefusal ? .proxy : nil), "\(status)")
        }
        #expect(try ConnectFailure(Codes(result: 7, osError: EMFILE)).refusal == .descriptors)
        #expect(try ConnectFailure(Codes(result: 7, osError: ECONNREFUSED)).refusal == nil)
    }

    @Test(
        "A file that the TLS library can't use names its flag",
        arguments: [(77, "--ca-cert"), (58, "--client-cert")] as [(Int32, String)])
    func files(result: Int32, flag: String) {
        let error = #expect(throws: DestinationError.self) {
            try ConnectFailure(Codes(result: result))
        }
        guard case .setting(let named, _) = error else {
            Issue.record("not a setting: \(String(describing: error))")
            return
        }
        #expect(named == flag)
    }

    @Test("The system's certificates that can't be loaded are not blamed on --ca-cert")
    func systemCertificates() {
        let error = #expect(throws: DestinationError.self) {
            try ConnectFailure(Codes(result: 77, usesSystemCertificates: true))
        }
        guard case .libcurl(let reason) = error else {
            Issue.record("not libcurl: \(String(describing: error))")
            return
        }
        #expect(reason.contains("ca-certificates"))
    }
}
