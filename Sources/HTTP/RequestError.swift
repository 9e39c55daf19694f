/// Why a request is refused. The raw value is a stable fact for logs and tests.
package enum RequestError: String, Error, Hashable, Sendable, CaseIterable {
    case badRequestLine
    case badHost
    case repeatedField
    case badHeaderField
    case obsoleteLineFolding
    case bareCarriageReturn
    case conflictingLength
    case badLength
    case lengthBesideTransferEncoding
    case badTransferEncoding
    case badChunk
    case endedEarly
    case bodyTooLarge
    case targetTooLong
    case headTooLarge
    case unsupportedTransferEncoding
    case unsupportedVersion

    /// The status code to answer with, after which the connection must be closed.
    package var status: Int {
        switch self {
        case .badRequestLine, .badHost, .repeatedField, .badHeaderField, .obsoleteLineFolding,
            .bareCarriageReturn, .conflictingLength, .badLength, .lengthBesideTransferEncoding,
            .badTransferEncoding, .badChunk, .endedEarly:
            400
        case .bodyTooLarge: 413
        case .targetTooLong: 414
        case .headTooLarge: 431
        case .unsupportedTransferEncoding: 501
        case .unsupportedVersion: 505
        }
    }

    /// One plain sentence for a person.
    package var message: String {
        switch self {
        case .badRequestLine: "The request does not begin with an HTTP/1.1 request line."
        case .badHost: "The request must name its host exactly once."
        case .repeatedField: "A header field that may stand once stands twice."
        case .badHeaderField: "A header field is malformed."
        case .obsoleteLineFolding: "A header field goes over several lines."
        case .bareCarriageReturn: "The head holds a carriage return without a line feed."
        case .conflictingLength: "The request states two different lengths of its body."
        case .badLength: "Content-Length is not a number of bytes."
        case .lengthBesideTransferEncoding:
            "The request has both a Content-Length and a Transfer-Encoding."
        case .badTransferEncoding: "Transfer-Encoding stands twice, or in an HTTP/1.0 request."
        case .badChunk: "The chunked body is malformed."
        case .endedEarly: "The connection was closed before the request was complete."
        case .bodyTooLarge: "The body is larger than the limit."
        case .targetTooLong: "The request line is longer than the limit."
        case .headTooLarge: "The head is larger than the limit."
        case .unsupportedTransferEncoding: "The only Transfer-Encoding that is read is 'chunked'."
        case .unsupportedVersion: "The only versions that are spoken are HTTP/1.1 and HTTP/1.0."
        }
    }

    init(_ problem: FramingError) {
        switch problem {
        case .badHeaderField: self = .badHeaderField
        case .obsoleteLineFolding: self = .obsoleteLineFolding
        case .bareCarriageReturn: self = .bareCarriageReturn
        case .conflictingLength: self = .conflictingLength
        case .badLength: self = .badLength
        case .lengthBesideTransferEncoding: self = .lengthBesideTransferEncoding
        case .badTransferEncoding: self = .badTransferEncoding
        case .unsupportedTransferEncoding: self = .unsupportedTransferEncoding
        case .badChunk: self = .badChunk
        case .headTooLarge: self = .headTooLarge
        case .bodyTooLarge: self = .bodyTooLarge
        }
    }
}
