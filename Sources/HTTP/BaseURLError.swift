/// The reason why a text is not a base URL.
package enum BaseURLError: Error, Hashable, Sendable, CaseIterable {
    case controlByte
    case badScheme
    case userInformation
    case query
    case fragment
    case emptyHost
    case badHost
    case badPort
    case badPath

    /// One plain sentence for a person. It never repeats the URL, which may hold a password.
    package var message: String {
        switch self {
        case .controlByte:
            "The URL must not contain spaces, control characters or non-ASCII letters."
        case .badScheme: "The URL must begin with https:// or http://."
        case .userInformation: "The URL must not contain a user or a password."
        case .query: "The URL must not have a query ('?')."
        case .fragment: "The URL must not have a fragment ('#')."
        case .emptyHost: "The URL has no host."
        case .badHost: "The URL's host is neither a name nor an address."
        case .badPort: "The URL's port is not a number from 1 to 65535."
        case .badPath: "The URL's path contains a forbidden character or a dot segment."
        }
    }
}
