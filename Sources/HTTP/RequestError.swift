/// The reason why a request is refused.
package enum RequestError: Error, Hashable, Sendable, CaseIterable {
    case framing(FramingError)
    case badRequestLine
    case badHost
    case repeatedField
    case endedEarly
    case targetTooLong
    case unsupportedVersion

    package static let allCases: [RequestError] =
        FramingError.allCases.map(RequestError.framing)
        + [
            .badRequestLine, .badHost, .repeatedField, .endedEarly, .targetTooLong,
            .unsupportedVersion,
        ]

    /// The status code of the response, after which the connection must be closed.
    package var status: Int {
        switch self {
        case .framing(.bodyTooLarge): 413
        case .framing(.headTooLarge): 431
        case .framing(.unsupportedTransferEncoding): 501
        case .framing, .badRequestLine, .badHost, .repeatedField, .endedEarly: 400
        case .targetTooLong: 414
        case .unsupportedVersion: 505
        }
    }

    /// One plain sentence for a person.
    package var message: String {
        switch self {
        case .framing(let error): error.sentence(about: "request")
        case .badRequestLine: "The request does not begin with an HTTP/1.1 request line."
        case .badHost: "The request must name its host exactly once."
        case .repeatedField: "A header field that is allowed once is repeated."
        case .endedEarly: "The connection was closed before the request was complete."
        case .targetTooLong: "The request line is longer than the limit."
        case .unsupportedVersion: "The HTTP version is not supported; use HTTP/1.1 or HTTP/1.0."
        }
    }
}
