import Foundation
import TestSupport
import Testing

extension Trap {
    private static let missing = "https://hookstream.invalid/v1"

    static let ofConnections = [
        Trap(
            "a name that does not resolve", exitCode: 3,
            says: [
                "the host name does not resolve", "check the URL of --to and the network",
                "or, if the URL of --to is wrong",
            ],
            set: { $0.words(to: missing) },
            follow: { $0.startingOver($1, at: $0.server.baseURL, insteadOf: missing) }),
        Trap(
            "https at a server of http", exitCode: 3,
            says: [
                "the TLS handshake failed", "check the scheme and the port in the URL of --to",
                "or, if the URL of --to is wrong",
            ],
            set: { scene in
                let plain = scene.keep(try Serving())
                return scene.words(to: "https://127.0.0.1:\(plain.port)/v1")
            },
            follow: { scene, command in
                let wrong = try #require(command.firstMatch(of: /https:[^ ]+/)?.output)
                return scene.startingOver(
                    command, at: scene.server.baseURL, insteadOf: String(wrong))
            }),
        Trap(
            "an unknown authority", exitCode: 3,
            says: ["certificate", "or add the certificate authority with --ca-cert"],
            set: { $0.words(to: try TLS($0, showing: .good).server.baseURL) },
            follow: { "\($1) --ca-cert \(try TLS.authority(of: $0))" }),
        Trap(
            "a certificate of another host", exitCode: 3,
            says: [
                "did not verify for this host", "check the host name in the URL of --to",
                "or, if the URL of --to is wrong",
            ],
            set: { scene in
                let tls = try TLS(scene, showing: .wrongHost)
                return scene.words(
                    to: tls.server.baseURL, ["--ca-cert", tls.certificates.authority])
            },
            follow: { scene, command in
                let wrong = try #require(command.firstMatch(of: /https:[^ ]+/)?.output)
                return scene.startingOver(
                    command, at: scene.server.baseURL, insteadOf: String(wrong))
            }),
        Trap(
            "an expired certificate", exitCode: 3,
            says: ["the server's certificate has expired", "the server needs a new one"],
            set: { scene in
                let tls = try TLS(scene, showing: .expired)
                return scene.words(
                    to: tls.server.baseURL, ["--ca-cert", tls.certificates.authority])
            },
            follow: { scene, command in
                try TLS.renew(in: scene)
                return command
            }),
        Trap(
            "a missing file of an authority", exitCode: 2, says: ["--ca-cert: none.pem: No such"],
            set: { scene in
                scene.words(
                    to: try TLS(scene, showing: .good).server.baseURL, ["--ca-cert", "none.pem"])
            },
            follow: { scene, command in
                command.replacingOccurrences(of: "none.pem", with: try TLS.authority(of: scene))
            }),
        Trap(
            "a folder as the file of an authority", exitCode: 2,
            says: ["--ca-cert: /: Is a directory"],
            set: { $0.words(to: try TLS($0, showing: .good).server.baseURL, ["--ca-cert", "/"]) },
            follow: { scene, command in
                command.replacingOccurrences(
                    of: "--ca-cert /", with: "--ca-cert " + (try TLS.authority(of: scene)))
            }),
        Trap(
            "a missing client certificate", exitCode: 2,
            says: ["--client-cert: client.pem: No such"],
            set: { scene in
                let tls = try TLS(scene, showing: .good)
                return scene.words(
                    to: tls.server.baseURL,
                    [
                        "--ca-cert", tls.certificates.authority, "--client-cert", "client.pem",
                        "--client-key", "client.key",
                    ])
            },
            follow: { scene, command in
                let certificates = try TLS.certificates(of: scene)
                for name in ["client.pem", "client.key"] {
                    try scene.folder.write(certificates.folder.read(name), to: name)
                }
                return command
            }),
        Trap(
            "a proxy's port that is not a number", exitCode: 2,
            says: ["--proxy: its port must be a number from 1 to 65535"],
            set: { scene in
                scene.words(
                    to: "http://hookstream.example/v1",
                    ["--allow-plain-http", "--proxy", scene.address + "99999"])
            },
            follow: { scene, command in
                command.replacingOccurrences(of: scene.address + "99999", with: scene.address)
            }),
        Trap(
            "a proxy's name that does not resolve", exitCode: 3,
            says: ["the proxy's name does not resolve", "check the URL of --proxy"],
            set: { scene in
                scene.words(
                    to: "http://hookstream.example/v1",
                    ["--allow-plain-http", "--proxy", "http://proxy.invalid:3128"])
            },
            follow: { scene, command in
                command.replacingOccurrences(
                    of: "http://proxy.invalid:3128", with: scene.address)
            }),
    ]
}

/// A TLS server in front of a scene's server, and its certificates.
private struct TLS: Sendable {
    let certificates: Certificates
    let server: TLSServer

    init(_ scene: TrapScene, showing kind: Certificates.Kind) throws {
        certificates = try Certificates()
        server = try TLSServer(in: scene.server, certificates: certificates, showing: kind)
        _ = scene.keep(self)
    }

    private static func of(_ scene: TrapScene) throws -> TLS {
        try #require(scene.kept(TLS.self))
    }

    static func certificates(of scene: TrapScene) throws -> Certificates {
        try of(scene).certificates
    }

    static func authority(of scene: TrapScene) throws -> String {
        try of(scene).certificates.authority
    }

    /// Replaces the expired certificate by the good one.
    static func renew(in scene: TrapScene) throws {
        let tls = try of(scene)
        let folder = tls.certificates.folder
        for ending in ["pem", "key"] {
            try folder.write(folder.read("good.\(ending)"), to: "expired.\(ending)")
        }
        tls.server.reload()
    }
}
