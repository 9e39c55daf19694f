/// URLs for messages and command lines.
enum URLText {
    /// Returns a URL with `***` for a user and a password; the scheme stays.
    static func withoutCredentials(_ url: some StringProtocol) -> String {
        guard let at = url.lastIndex(of: "@") else { return String(url) }
        let scheme = url.firstIndex(of: ":").flatMap { colon in
            url[colon...].hasPrefix("://") ? url[..<colon] + "://" : nil
        }
        return (scheme ?? "") + "***" + url[at...]
    }
}
