import HTTP

/// All that a parser says of a request, so that two readings can be compared.
struct RequestReading: Equatable {
    var progress: RequestParser.Progress
    var head: RequestHead?
    var body: [UInt8]
    /// Bytes that belong to the request; nil after a failure.
    var consumed: Int?

    /// Reads a request in pieces; `closes` tells the parser of the end behind the last one.
    init(
        _ pieces: [ArraySlice<UInt8>], closes: Bool = false, with parser: inout RequestParser
    ) {
        var consumed = 0
        progress = .needsMore
        for piece in pieces {
            let step = piece.withUnsafeBytes { parser.consume($0) }
            consumed += step.consumed
            progress = step.progress
            guard progress == .needsMore else { break }
        }
        if closes, progress == .needsMore { progress = parser.endOfStream() }
        head = parser.head
        body = parser.body { [UInt8]($0) }
        if case .failed = progress { self.consumed = nil } else { self.consumed = consumed }
    }

    init(_ bytes: [UInt8], closes: Bool = false, limits: RequestLimits = .init()) {
        var parser = RequestParser(limits: limits)
        self.init([bytes[...]], closes: closes, with: &parser)
    }

    init(_ text: String, closes: Bool = false, limits: RequestLimits = .init()) {
        self.init(Array(text.utf8), closes: closes, limits: limits)
    }

    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }
}
