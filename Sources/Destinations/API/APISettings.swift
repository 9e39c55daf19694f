package import HTTP

/// The settings of connections to the API.
package struct APISettings: Sendable {
    /// libcurl's cost of a call grows with the connections of a multi handle: at this number it is
    /// at most 8 µs.
    package static let maxConnectionsAllowed = 1000

    package var base: BaseURL
    package var authentication: Authentication
    package var userAgent: String
    /// Added to every request.
    package var fields: [HeaderField] = []
    /// Added to every request; their values are kept out of all texts, as the key is.
    package var secretFields: [HeaderField] = []
    /// From the start of an attempt to the end of its response, waiting for a connection included.
    package var timeout: Duration = .seconds(30)
    /// For names, addresses, the proxy and TLS together.
    package var connectTimeout: Duration = .seconds(10)
    /// The age from which a connection is not used again, ± 20 %; zero: any age.
    package var maxConnectionAge = Duration.seconds(60)
    /// 1 to `maxConnectionsAllowed`; each carries one request at a time.
    package var maxConnections = 64
    /// At least 1; a lower number than the default saves descriptors.
    package var maxConnectsInFlight = ConnectionPool.maxConnectsInFlight
    /// PEM; nil: the system's certificates.
    package var caCertificatePath: String?
    /// PEM; may contain the private key too.
    package var clientCertificatePath: String?
    /// PEM, without a passphrase.
    package var clientKeyPath: String?
    /// A proxy's URL, with its credentials, which only libcurl gets. nil: the proxy that the
    /// environment names. Loopback never goes through a proxy.
    package var proxy: String?
    /// Whether `http://` may leave the machine.
    package var allowsPlainHTTP = false

    package init(base: BaseURL, authentication: Authentication, userAgent: String) {
        self.base = base
        self.authentication = authentication
        self.userAgent = userAgent
    }
}

extension APISettings {
    var usesTLS: Bool { base.scheme == .https }

    /// Whether connects are made through a proxy, as far as is certain: a proxy of the environment
    /// does not count if `NO_PROXY` may exclude the host.
    var usesProxy: Bool {
        if base.isLoopback { return false }
        if proxy != nil { return true }
        return ProxyVariable.inUse(for: base.scheme).map { !$0.mayBeExcluded } ?? false
    }

    /// Whether connects may be made through a proxy over TLS.
    var mayUseTLSProxy: Bool {
        if base.isLoopback { return false }
        if let proxy { return proxy.lowercased().hasPrefix("https://") }
        return ProxyVariable.inUse(for: base.scheme)?.isOverTLS ?? false
    }

    /// Whether the socket carries plain HTTP: no TLS, and no proxy that may use TLS itself.
    var isPlaintext: Bool { !usesTLS && base.isLoopback }

    /// Checks the settings that only the destination can judge.
    func validate() throws(DestinationError) {
        if maxConnections < 1 || maxConnections > Self.maxConnectionsAllowed {
            throw .setting(
                flag: "--concurrency",
                reason: "\(maxConnections) connections; "
                    + "1 to \(Self.maxConnectionsAllowed) are possible")
        }
        if timeout.wholeMilliseconds < 1 {
            throw .setting(flag: "--timeout", reason: "it must be at least a millisecond")
        }
        if connectTimeout.wholeMilliseconds < 1 {
            throw .setting(flag: "--connect-timeout", reason: "it must be at least a millisecond")
        }
        if !usesTLS && !base.isLoopback && !allowsPlainHTTP {
            throw .setting(flag: "--to", reason: "http:// would send the key in the clear")
        }
        if let path = caCertificatePath {
            try PEMFile.check(path, flag: "--ca-cert", holdsKey: false)
        }
        if clientKeyPath != nil && clientCertificatePath == nil {
            throw .setting(flag: "--client-key", reason: "it requires --client-cert")
        }
        if let path = clientCertificatePath {
            try PEMFile.check(path, flag: "--client-cert", holdsKey: clientKeyPath == nil)
        }
        if let path = clientKeyPath {
            try PEMFile.check(path, flag: "--client-key", holdsKey: true)
        }
        if let proxy { try Self.check(proxy: proxy) }
    }

    /// The reasons never quote the URL: it may hold a password.
    private static func check(proxy: String) throws(DestinationError) {
        if proxy.utf8.isEmpty || proxy.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) {
            throw .setting(
                flag: "--proxy", reason: "it is empty or contains a space or control character")
        }
        let schemes = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"]
        let lowered = proxy.lowercased()
        let hasScheme = lowered.indices.contains { lowered[$0...].hasPrefix("://") }
        let scheme = schemes.first { lowered.hasPrefix($0 + "://") }
        if hasScheme && scheme == nil {
            throw .setting(
                flag: "--proxy",
                reason: "its scheme must be one of \(schemes.joined(separator: ", "))")
        }
        let rest = lowered.dropFirst(scheme.map { $0.count + 3 } ?? 0)
        let address = rest[(rest.lastIndex(of: "@").map(rest.index(after:)) ?? rest.startIndex)...]
        try check(proxyAddress: address.prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    }

    /// libcurl would report a missing host or a bad port as a name that does not resolve.
    private static func check(proxyAddress address: Substring) throws(DestinationError) {
        let hostEnd =
            address.first == "["
            ? address.lastIndex(of: "]").map(address.index(after:)) ?? address.endIndex
            : address.firstIndex(of: ":") ?? address.endIndex
        if hostEnd == address.startIndex {
            throw .setting(flag: "--proxy", reason: "it has no host")
        }
        let port = address[hostEnd...].dropFirst()
        // An IPv6 address without brackets has more colons.
        if !port.isEmpty, !port.contains(":"), UInt16(port).map({ $0 > 0 }) != true {
            throw .setting(flag: "--proxy", reason: "its port must be a number from 1 to 65535")
        }
    }
}

extension Duration {
    /// Rounded up; saturates.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let most = Int64.max / 2_000
        if seconds >= most { return Int(most) * 1000 }
        if seconds <= -most { return -Int(most) * 1000 }
        return Int(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    /// Saturates at some 146 years.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let most = Int64.max / 2_000_000_000
        if seconds >= most { return most * 1_000_000_000 }
        if seconds <= -most { return -most * 1_000_000_000 }
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
