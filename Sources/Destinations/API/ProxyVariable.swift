import Glibc
package import HTTP

/// A variable of the environment that names a proxy.
///
/// libcurl uses it if `--proxy` is not given, except for loopback.
package struct ProxyVariable: Hashable, Sendable {
    package var name: String
    /// Whether libcurl uses it. It does not use `HTTP_PROXY`, which a web server may set from a
    /// request's field.
    package var isUsed: Bool
    /// Whether `NO_PROXY` may exclude the host.
    package var mayBeExcluded: Bool

    /// Returns the variable that libcurl uses for `scheme`; nil if none is set.
    package static func inUse(for scheme: BaseURL.Scheme) -> ProxyVariable? {
        let names = scheme == .https ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]
        guard let name = (names + ["all_proxy", "ALL_PROXY"]).first(where: isSet) else {
            return nil
        }
        return ProxyVariable(
            name: name, isUsed: true, mayBeExcluded: isSet("no_proxy") || isSet("NO_PROXY"))
    }

    /// Returns the variable that a person may have meant for `scheme`; nil if none is set.
    package static func meant(for scheme: BaseURL.Scheme) -> ProxyVariable? {
        if let variable = inUse(for: scheme) { return variable }
        guard scheme == .http, isSet("HTTP_PROXY") else { return nil }
        return ProxyVariable(name: "HTTP_PROXY", isUsed: false, mayBeExcluded: false)
    }

    /// Whether the proxy's address says that it is reached over TLS.
    var isOverTLS: Bool {
        getenv(name).map { String(cString: $0).lowercased().hasPrefix("https://") } ?? false
    }

    /// An empty variable counts as unset.
    private static func isSet(_ name: String) -> Bool { getenv(name).map { $0[0] != 0 } ?? false }
}
