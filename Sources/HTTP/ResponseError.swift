/// The reason why a response can't be trusted.
package enum ResponseError: Error, Hashable, Sendable, CaseIterable {
    case framing(FramingError)
    case badStatusLine
    case tooManyInterimResponses
    case switchedProtocols
    case endedEarly

    package static let allCases: [ResponseError] =
        FramingError.allCases.map(ResponseError.framing)
        + [.badStatusLine, .tooManyInterimResponses, .switchedProtocols, .endedEarly]

    /// One plain sentence for a person.
    package var message: String {
        switch self {
        case .framing(let error): error.sentence(about: "response")
        case .badStatusLine: "The response does not begin with an HTTP/1.1 status line."
        case .tooManyInterimResponses: "The server sent too many interim responses."
        case .switchedProtocols: "The server switched to another protocol without a request for it."
        case .endedEarly: "The connection was closed before the response was complete."
        }
    }
}
