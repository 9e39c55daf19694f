/// URLs for messages and command lines.
enum URLText {
    /// In place of a user and a password.
    static let hiddenCredentials = "***"

    /// Returns a URL with `***` for a user and a password; the scheme stays.
    static func withoutCredentials(_ url: some StringProtocol) -> String {
        guard let at = url.lastIndex(of: "@") else { return String(url) }
        let scheme = url.firstIndex(of: ":").flatMap { colon in
            url[colon...].hasPrefix("://") ? url[..<colon] + "://" : nil
        }
        return (scheme ?? "") + hiddenCredentials + url[at...]
    }

    /// Returns whether a URL has `***` for its user and password.
    static func hidesCredentials(_ url: String) -> Bool {
        guard let at = url.lastIndex(of: "@") else { return false }
        return url[..<at].hasSuffix(hiddenCredentials)
    }
}
