/// Certificates of one test, made with `openssl`: an authority and those that it signed.
package struct Certificates: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Signed by the authority, for `localhost` and `127.0.0.1`.
        case good
        /// Self-signed, for the same names.
        case selfSigned
        /// Signed by the authority, for another host.
        case wrongHost
        /// As `good`, but expired.
        case expired
        /// Signed by the authority, for a client to present.
        case client
    }

    package let folder: TemporaryFolder

    /// The authority's certificate, PEM.
    package var authority: String { folder.path("authority.pem") }

    package func certificate(_ kind: Kind) -> String { folder.path("\(kind.rawValue).pem") }

    package func key(_ kind: Kind) -> String { folder.path("\(kind.rawValue).key") }

    package init() throws {
        folder = try TemporaryFolder("certificates")
        try make(
            "authority", subject: "/CN=Test Authority", extensions: ["basicConstraints=CA:TRUE"])
        for kind in Kind.allCases {
            let name = kind == .wrongHost ? "other.example" : "localhost"
            var names = "subjectAltName=DNS:\(name)"
            if kind != .wrongHost { names += ",IP:127.0.0.1" }
            if kind == .selfSigned {
                try make(kind.rawValue, subject: "/CN=\(name)", extensions: [names])
            } else {
                try makeRequest(kind.rawValue, subject: "/CN=\(name)", extensions: [names])
                try openssl([
                    "x509", "-req", "-in", "\(kind.rawValue).csr", "-CA", "authority.pem",
                    "-CAkey", "authority.key", "-set_serial", "\(serial(kind))",
                    "-copy_extensions", "copy", "-days", kind == .expired ? "-1" : "30",
                    "-out", "\(kind.rawValue).pem",
                ])
            }
        }
    }

    private func serial(_ kind: Kind) -> Int { (Kind.allCases.firstIndex(of: kind) ?? 0) + 2 }

    private func make(_ name: String, subject: String, extensions: [String]) throws {
        try openssl(
            ["req", "-x509", "-days", "30", "-out", "\(name).pem"]
                + request(name, subject: subject, extensions: extensions))
    }

    private func makeRequest(_ name: String, subject: String, extensions: [String]) throws {
        try openssl(
            ["req", "-new", "-out", "\(name).csr"]
                + request(name, subject: subject, extensions: extensions))
    }

    private func request(_ name: String, subject: String, extensions: [String]) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
            + ["-keyout", "\(name).key", "-subj", subject]
            + extensions.flatMap { ["-addext", $0] }
    }

    private func openssl(_ arguments: [String]) throws {
        let result = try Program.run("openssl", arguments, directory: folder.path)
        guard result.end == .exit(0) else {
            throw ProgramFailure(program: "openssl", output: result.errorOutput)
        }
    }
}

/// A program that a test needs and that failed.
package struct ProgramFailure: Error, CustomStringConvertible {
    package var program: String
    package var output: String

    package var description: String { "\(program) failed: \(output)" }
}
