/// The authentication of a request. Descriptions never contain the key.
package enum Authentication: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// `Authorization: Bearer KEY`
    case bearer(key: [UInt8])
    /// `X-API-Key: KEY`
    case apiKey(key: [UInt8])
    /// `Cookie: better-auth.session_token=KEY`
    case cookie(key: [UInt8])

    /// The bytes of the key.
    package var key: [UInt8] {
        switch self {
        case .bearer(let key), .apiKey(let key), .cookie(let key): key
        }
    }

    /// The header field up to the key.
    var fieldStart: StaticString {
        switch self {
        case .bearer: "Authorization: Bearer "
        case .apiKey: "X-API-Key: "
        case .cookie: "Cookie: better-auth.session_token="
        }
    }

    package var description: String { "\(fieldStart)[redacted]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
