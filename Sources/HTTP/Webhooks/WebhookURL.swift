/// The URL of an endpoint: unlike a base URL it may have a query, and keeps its path as it is.
package struct WebhookURL: Hashable, Sendable {
    /// Arbitrary: longer ones fail at many servers.
    package static let maxBytes = 2048

    /// Scheme, host and port, without a path.
    package let origin: BaseURL
    /// The path and the query for the request line; at least `/`.
    package let target: String

    /// Parses `https://host[:port][/path][?query]`, or the same with `http`.
    ///
    /// User information and fragments are refused, as are characters that RFC 3986 does not allow.
    package init(_ text: String) throws(BaseURLError) {
        guard text.utf8.count <= Self.maxBytes else { throw .badPath }
        guard !text.contains("#") else { throw .fragment }
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else {
            throw .badScheme
        }
        let start = text.index(colon, offsetBy: 3)
        let end = text[start...].firstIndex { $0 == "/" || $0 == "?" } ?? text.endIndex
        origin = try BaseURL(String(text[..<end]))
        let rest = text[end...]
        // Allowed in a path and a query besides letters and digits (RFC 3986 §3.3, §3.4).
        let marks = "/?-._~%!$&'()*+,;=:@"
        guard
            rest.utf8.allSatisfy({ byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: marks.utf8.contains(byte)
                }
            })
        else { throw .badPath }
        target = rest.first == "/" ? String(rest) : "/" + rest
    }

    /// Whether the host is this machine by name: `localhost`, 127.0.0.0/8 or ::1.
    package var isLoopback: Bool { origin.isLoopback }

    /// Whether a request would leave this machine unencrypted.
    package var isPlaintext: Bool { origin.scheme == .http && !isLoopback }

    /// Whether the host is an address that is not public, and not a loopback one.
    ///
    /// A name can have such an address too: that shows when it is connected to.
    package var isPrivateAddress: Bool {
        let host = origin.host[...]
        if isLoopback { return false }
        if let v4 = IPAddress.parseV4(host) { return !IPAddress.isPublic(v4: v4) }
        if let v6 = IPAddress.parseV6(host) { return !IPAddress.isPublic(v6: v6) }
        return false
    }
}
