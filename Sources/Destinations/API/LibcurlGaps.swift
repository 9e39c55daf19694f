import CCurl

/// What a version of libcurl does not do by itself, so that the connector does it.
package struct LibcurlGaps: Equatable {
    /// Before 7.85: a connection that was removed stays open. libcurl closes the oldest ones when the
    /// limit of connections to a host is reached.
    package let keepsRemoved: Bool
    /// Before 7.87: the file of trusted certificates is parsed for each connection.
    package let rereadsCertificates: Bool
    /// Before 7.87: the end of a connect waits for its name lookup, also at its timeout.
    package let waitsForLookups: Bool
    /// Whether receiving may report that nothing is there although the socket has bytes: GnuTLS does
    /// after each session ticket of TLS 1.3, OpenSSL reads on.
    package let leavesBytesUnread: Bool

    /// TLS libraries that are OpenSSL, or began as a copy of it.
    private static let openSSLs = ["OpenSSL", "BoringSSL", "LibreSSL", "AWS-LC", "quictls"]

    /// - Parameters:
    ///   - version: As libcurl has it, such as 0x075700 for 7.87.0.
    ///   - tls: The TLS library as libcurl names it, such as `GnuTLS/3.7.9`; nil without one.
    package init(version: UInt32, tls: String?) {
        keepsRemoved = version < HB_CURL_VERSION_7_85
        rereadsCertificates = version < HB_CURL_VERSION_7_87
        waitsForLookups = version < HB_CURL_VERSION_7_87
        leavesBytesUnread =
            tls.map { libraries in !Self.openSSLs.contains { Self.uses($0, of: libraries) } }
            ?? false
    }

    /// Whether a TLS library is the one in use. Those in parentheses are built in, but not used.
    package static func uses(_ library: String, of libraries: String) -> Bool {
        libraries.split(separator: " ").contains { $0 == library || $0.hasPrefix(library + "/") }
    }
}
