/// Why a text is not the URL of an API.
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
        case .controlByte: "A URL holds no spaces, control characters or letters beyond ASCII."
        case .badScheme: "The URL must begin with https:// or http://."
        case .userInformation: "The URL must not hold a user or a password."
        case .query: "The URL must not have a query ('?')."
        case .fragment: "The URL must not have a fragment ('#')."
        case .emptyHost: "The URL names no host."
        case .badHost: "The URL's host is neither a name nor an address."
        case .badPort: "The URL's port is not a number from 1 to 65535."
        case .badPath: "The URL's path holds a character or a dot segment that it must not."
        }
    }
}
