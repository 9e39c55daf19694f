/// An error in the fields or the body of an HTTP/1.1 message, request or response.
package enum FramingError: Error, Hashable, Sendable, CaseIterable {
    case badHeaderField
    case obsoleteLineFolding
    case bareCarriageReturn
    case conflictingLength
    case badLength
    case lengthBesideTransferEncoding
    case badTransferEncoding
    case unsupportedTransferEncoding
    case badChunk
    case headTooLarge
    case bodyTooLarge

    /// One plain sentence for a person. `message`: "request" or "response".
    func sentence(about message: String) -> String {
        switch self {
        case .badHeaderField: "A header field of the \(message) is malformed."
        case .obsoleteLineFolding: "A header field of the \(message) spans several lines."
        case .bareCarriageReturn:
            "The \(message)'s head contains a carriage return without a line feed."
        case .conflictingLength: "The \(message) has two different Content-Lengths."
        case .badLength: "The \(message)'s Content-Length is not a number of bytes."
        case .lengthBesideTransferEncoding:
            "The \(message) has both a Content-Length and a Transfer-Encoding."
        case .badTransferEncoding:
            "The \(message) repeats Transfer-Encoding, or has one in HTTP/1.0."
        case .unsupportedTransferEncoding:
            "The \(message)'s Transfer-Encoding is not 'chunked' alone."
        case .badChunk: "The \(message)'s chunked body is malformed."
        case .headTooLarge: "The \(message)'s head is larger than the limit."
        case .bodyTooLarge: "The \(message)'s body is larger than the limit."
        }
    }
}
