/// The URL that an API's paths are appended to, such as `https://hookstream.io/v1`.
package struct BaseURL: Hashable, Sendable {
    /// The accepted schemes.
    package enum Scheme: String, Hashable, Sendable {
        case http, https

        /// The port of a URL without one.
        package var defaultPort: Int { self == .https ? 443 : 80 }
    }

    package let scheme: Scheme
    /// The host in lower case, an IPv6 address without its brackets.
    package let host: String
    /// 1 to 65535.
    package let port: Int
    /// The path without a slash at its end; empty for the root.
    package let pathPrefix: String

    /// Parses `https://host[:port][/path]`, or the same with `http`.
    ///
    /// Stricter than RFC 3986: user information, queries, fragments and ambiguous parts
    /// (backslashes, dot segments) are refused.
    package init(_ text: String) throws(BaseURLError) {
        guard text.utf8.allSatisfy({ $0 > ASCII.space && $0 < ASCII.delete }) else {
            throw .controlByte
        }
        guard let colon = text.firstIndex(of: ":"),
            let scheme = Scheme(rawValue: text[..<colon].lowercased()),
            text[colon...].hasPrefix("://")
        else { throw .badScheme }
        let rest = text[text.index(colon, offsetBy: 3)...]
        if rest.contains("#") { throw .fragment }
        if rest.contains("?") { throw .query }
        let pathStart = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<pathStart]
        if authority.contains("@") { throw .userInformation }

        let (host, portText) = try Self.split(authority)
        self.scheme = scheme
        self.host = host
        port = try portText.map(Self.parsePort) ?? scheme.defaultPort
        pathPrefix = try Self.parsePath(rest[pathStart...])
    }

    /// The host for a URL: an IPv6 address in brackets.
    private var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }

    /// The value of the `Host` field: with the port if it is not the scheme's default.
    package var hostHeader: String {
        port == scheme.defaultPort ? bracketedHost : "\(bracketedHost):\(port)"
    }

    /// The URL to connect to, without the path: `scheme://host:port/`.
    package var connectURL: String { "\(scheme.rawValue)://\(bracketedHost):\(port)/" }

    /// Whether the host is `localhost`, 127.0.0.0/8 or ::1.
    package var isLoopback: Bool { IPAddress.isLoopback(host: host) }

    /// Splits `host[:port]` or `[v6][:port]`, and checks the host.
    private static func split(
        _ authority: Substring
    ) throws(BaseURLError) -> (host: String, port: Substring?) {
        if authority.first == "[" {
            guard let close = authority.firstIndex(of: "]") else { throw .badHost }
            let address = authority[authority.index(after: authority.startIndex)..<close]
            let after = authority[authority.index(after: close)...]
            guard IPAddress.parseV6(address) != nil, after.isEmpty || after.first == ":" else {
                throw .badHost
            }
            return (address.lowercased(), after.isEmpty ? nil : after.dropFirst())
        }
        let colon = authority.firstIndex(of: ":") ?? authority.endIndex
        let host = authority[..<colon]
        if host.isEmpty { throw .emptyHost }
        guard isName(host) else { throw .badHost }
        let port = colon == authority.endIndex ? nil : authority[colon...].dropFirst()
        return (host.lowercased(), port)
    }

    /// Letters, digits, `-`, `_` and dots between labels of at most 63 bytes, 253 in all.
    private static func isName(_ host: Substring) -> Bool {
        let name = host.hasSuffix(".") ? host.dropLast() : host
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        return name.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
            }
    }

    private static func parsePort(_ text: Substring) throws(BaseURLError) -> Int {
        guard (1...5).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0 >= ASCII.zero && $0 <= ASCII.nine }),
            let port = Int(text), (1...65535).contains(port)
        else { throw .badPort }
        return port
    }

    private static func parsePath(_ text: Substring) throws(BaseURLError) -> String {
        // Allowed in a path besides letters and digits (RFC 3986 §3.3), including `%`.
        let marks = "/-._~%!$&'()*+,;=:@"
        guard text.allSatisfy({ $0.isLetter || $0.isNumber || marks.contains($0) }),
            hasWholeEscapes(text),
            !text.split(separator: "/").contains(where: isDotSegment)
        else { throw .badPath }
        var path = text
        while path.hasSuffix("/") { path.removeLast() }
        return String(path)
    }

    /// Whether the segment is `.` or `..` (RFC 3986 §5.2.4), escaped or not.
    private static func isDotSegment(_ segment: Substring) -> Bool {
        var rest = segment.lowercased()[...]
        var dots = 0
        while let dot = [".", "%2e"].first(where: rest.hasPrefix) {
            rest = rest.dropFirst(dot.count)
            dots += 1
        }
        return rest.isEmpty && (dots == 1 || dots == 2)
    }

    /// Whether two hexadecimal digits follow each `%`.
    private static func hasWholeEscapes(_ text: Substring) -> Bool {
        text.split(separator: "%", omittingEmptySubsequences: false).dropFirst()
            .allSatisfy { $0.count >= 2 && $0.prefix(2).allSatisfy(\.isHexDigit) }
    }
}
