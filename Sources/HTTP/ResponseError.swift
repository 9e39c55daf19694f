/// Why an answer can't be trusted. The raw value is a stable fact for logs and tests.
package enum ResponseError: String, Error, Hashable, Sendable, CaseIterable {
    case badStatusLine
    case badHeaderField
    case obsoleteLineFolding
    case bareCarriageReturn
    case conflictingLength
    case badLength
    case lengthBesideTransferEncoding
    case badTransferEncoding
    case badChunk
    case headTooLarge
    case bodyTooLarge
    case tooManyInterimResponses
    case switchedProtocols
    case endedEarly

    /// One plain sentence for a person.
    package var message: String {
        switch self {
        case .badStatusLine: "The answer does not begin with an HTTP/1.1 status line."
        case .badHeaderField: "A header field of the answer is malformed."
        case .obsoleteLineFolding: "A header field of the answer goes over several lines."
        case .bareCarriageReturn: "The answer's head holds a carriage return without a line feed."
        case .conflictingLength: "The answer states two different lengths of its body."
        case .badLength: "The answer's Content-Length is not a number of bytes."
        case .lengthBesideTransferEncoding:
            "The answer has both a Content-Length and a Transfer-Encoding."
        case .badTransferEncoding: "The answer's Transfer-Encoding is not 'chunked' alone."
        case .badChunk: "The answer's chunked body is malformed."
        case .headTooLarge: "The answer's head is larger than the limit."
        case .bodyTooLarge: "The answer's body is larger than the limit."
        case .tooManyInterimResponses: "The server sent too many interim answers."
        case .switchedProtocols: "The server switched to another protocol, unasked."
        case .endedEarly: "The connection was closed before the answer was complete."
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
        case .badTransferEncoding, .unsupportedTransferEncoding: self = .badTransferEncoding
        case .badChunk: self = .badChunk
        case .headTooLarge: self = .headTooLarge
        case .bodyTooLarge: self = .bodyTooLarge
        }
    }
}
