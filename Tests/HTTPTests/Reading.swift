import HTTP

/// All that a parser says of a message, so that two readings can be compared.
struct Reading<Parser: MessageParser>: Equatable {
    var progress: Parser.Progress
    var head: Parser.Head?
    var body: [UInt8]
    var bodyWasCut: Bool
    /// Bytes that belong to the message; nil after a failure.
    var consumed: Int?

    /// Reads a message in pieces; `closes` tells the parser of the end after the last one.
    init(_ pieces: [ArraySlice<UInt8>], closes: Bool = false, with parser: inout Parser) {
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
        body = parser.keptBody
        bodyWasCut = parser.bodyWasCut
        self.consumed = progress == .needsMore || progress == .complete ? consumed : nil
    }

    init(_ bytes: [UInt8], closes: Bool = false, limits: Parser.Limits = Parser.usualLimits) {
        var parser = Parser(limits: limits)
        self.init([bytes[...]], closes: closes, with: &parser)
    }

    init(_ text: String, closes: Bool = false, limits: Parser.Limits = Parser.usualLimits) {
        self.init(Array(text.utf8), closes: closes, limits: limits)
    }

    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }
}

typealias ResponseReading = Reading<ResponseParser>
typealias RequestReading = Reading<RequestParser>

/// What the parsers of responses and of requests have in common.
protocol MessageParser {
    associatedtype Limits
    associatedtype Head: Equatable
    associatedtype Progress: MessageProgress

    static var usualLimits: Limits { get }
    var head: Head? { get }
    var bodyWasCut: Bool { get }

    init(limits: Limits)
    mutating func consume(
        _ bytes: UnsafeRawBufferPointer
    ) -> (consumed: Int, progress: Progress)
    mutating func endOfStream() -> Progress
    var keptBody: [UInt8] { mutating get }
}

/// How far a message has come; what is neither of these is a failure.
protocol MessageProgress: Equatable {
    static var needsMore: Self { get }
    static var complete: Self { get }
}

extension ResponseParser.Progress: MessageProgress {}
extension RequestParser.Progress: MessageProgress {}

extension ResponseParser: MessageParser {
    static var usualLimits: ResponseLimits { ResponseLimits() }
    var keptBody: [UInt8] { mutating get { body { [UInt8]($0) } } }
}

extension RequestParser: MessageParser {
    static var usualLimits: RequestLimits { RequestLimits() }
    var keptBody: [UInt8] { body { [UInt8]($0) } }
    /// A body that is too long is refused instead.
    var bodyWasCut: Bool { false }
}

/// A message for a table: `\n` stands for CRLF, so that the tables can be read. Byte by byte,
/// since "\r\n" is one character to a `String`.
func wire(_ text: String) -> String {
    String(decoding: text.utf8.flatMap { $0 == 10 ? [13, 10] : [$0] }, as: UTF8.self)
}
