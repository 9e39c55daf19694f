import HTTP

/// All that a parser says of an answer, so that two readings can be compared.
struct AnswerReading: Equatable {
    var progress: AnswerParser.Progress
    var head: AnswerHead?
    var body: [UInt8]
    var bodyWasCut: Bool
    /// Bytes that belong to the answer; nil after a failure.
    var consumed: Int?

    /// Reads an answer in pieces; `closes` tells the parser of the end behind the last one.
    init(
        _ pieces: [ArraySlice<UInt8>], closes: Bool = false, with parser: inout AnswerParser
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
        bodyWasCut = parser.bodyWasCut
        if case .failed = progress { self.consumed = nil } else { self.consumed = consumed }
    }

    init(_ bytes: [UInt8], closes: Bool = false, limits: AnswerLimits = .init()) {
        var parser = AnswerParser(limits: limits)
        self.init([bytes[...]], closes: closes, with: &parser)
    }

    init(_ text: String, closes: Bool = false, limits: AnswerLimits = .init()) {
        self.init(Array(text.utf8), closes: closes, limits: limits)
    }

    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// A message for a table: `\n` stands for CRLF, so that the tables can be read. Byte by byte,
/// since "\r\n" is one character to a `String`.
func wire(_ text: String) -> String {
    String(decoding: text.utf8.flatMap { $0 == 10 ? [13, 10] : [$0] }, as: UTF8.self)
}
