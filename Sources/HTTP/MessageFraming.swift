/// What the fields of a head say about the length of the body and the life of the connection
/// (RFC 9112 §6 and §9.3).
struct MessageFraming {
    /// `Content-Length` in bytes; the same number said twice is one (RFC 9112 §6.3).
    private(set) var contentLength: Int64?
    /// Whether the body is chunked.
    private(set) var isChunked = false
    /// Whether `Connection` lists `close`.
    private(set) var saysClose = false
    /// Whether `Connection` lists `keep-alive`.
    private(set) var saysKeepAlive = false

    /// Takes one field of the head; other fields are let pass.
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

    /// What is wrong with the head as a whole, now that its last field is known.
    ///
    /// A length beside a transfer encoding is how requests are smuggled; and HTTP/1.0 has no
    /// transfer encodings (RFC 9112 §6.1).
    func problem(isHTTP10: Bool) -> FramingError? {
        guard isChunked else { return nil }
        if contentLength != nil { return .lengthBesideTransferEncoding }
        return isHTTP10 ? .badTransferEncoding : nil
    }

    /// Whether the connection stays open behind this message, if its length is known.
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

    /// Only `chunked`, alone and once, is a coding that we read.
    private mutating func noteTransferEncoding(
        _ value: UnsafeRawBufferPointer
    ) -> FramingError? {
        guard !isChunked else { return .badTransferEncoding }
        guard value.equalsIgnoringCase("chunked") else { return .unsupportedTransferEncoding }
        isChunked = true
        return nil
    }
}
