/// The framing of a message body and the connection's persistence (RFC 9112 §6 and §9.3).
struct MessageFraming {
    /// `Content-Length` in bytes; identical repetitions count once (RFC 9112 §6.3).
    private(set) var contentLength: Int64?
    /// Whether the body is chunked.
    private(set) var isChunked = false
    /// Whether `Connection` lists `close`.
    private(set) var saysClose = false
    /// Whether `Connection` lists `keep-alive`.
    private(set) var saysKeepAlive = false

    /// Adds one field of the head; fields without effect on framing are ignored.
    mutating func note(_ field: KnownField, _ value: UnsafeRawBufferPointer) -> FramingError? {
        switch field {
        case .contentLength: return noteLength(value)
        case .transferEncoding: return noteTransferEncoding(value)
        case .connection:
            for option in ListMembers(value) {
                if option.equalsIgnoringCase("close") { saysClose = true }
                if option.equalsIgnoringCase("keep-alive") { saysKeepAlive = true }
            }
            return nil
        default: return nil
        }
    }

    /// The error in the head as a whole, after its last field.
    ///
    /// A length beside a transfer encoding allows request smuggling; HTTP/1.0 has no transfer
    /// encodings (RFC 9112 §6.1).
    func problem(isHTTP10: Bool) -> FramingError? {
        guard isChunked else { return nil }
        if contentLength != nil { return .lengthBesideTransferEncoding }
        return isHTTP10 ? .badTransferEncoding : nil
    }

    /// Whether the connection persists after a message of known length.
    func keepsAlive(isHTTP10: Bool) -> Bool {
        !saysClose && (!isHTTP10 || saysKeepAlive)
    }

    private mutating func noteLength(_ value: UnsafeRawBufferPointer) -> FramingError? {
        for member in ListMembers(value) {
            guard let length = member.decimal else { return .badLength }
            if let contentLength, contentLength != length { return .conflictingLength }
            contentLength = length
        }
        return nil
    }

    /// Accepts only `chunked`, alone and once.
    private mutating func noteTransferEncoding(
        _ value: UnsafeRawBufferPointer
    ) -> FramingError? {
        guard !isChunked else { return .badTransferEncoding }
        guard value.equalsIgnoringCase("chunked") else { return .unsupportedTransferEncoding }
        isChunked = true
        return nil
    }
}
