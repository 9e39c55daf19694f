/// Reads the body of a message by its framing, keeps the first part of it, and drops the rest.
struct BodyReader {
    /// How the end of a body is found (RFC 9112 §6.3).
    enum Framing {
        case length(Int64)
        case chunked
        case untilClose
    }

    /// How far the body has come.
    enum Progress {
        case needsMore
        case complete
        case failed(FramingError)
    }

    /// Where in the body the next byte stands.
    private enum State {
        case counted, untilClose
        case chunkSize, chunkData, chunkCarriageReturn, chunkLineFeed, trailers
        case complete
    }

    /// The bytes of a chunk-size line that cost none of the head's budget: 16 digits and CRLF.
    /// What goes beyond is an extension, and extensions are bounded together with the head.
    private static let freeChunkLineBytes = 18
    /// Storage above this is let go between messages, so that one large body does not stay
    /// with the connection. Arbitrary; well above the API's answers.
    private static let reusableBytes = 16 * 1024

    /// The body's first bytes, up to the limit.
    private(set) var kept: [UInt8] = []
    /// Whether bytes of the body were dropped.
    private(set) var wasCut = false
    private let keepLimit: Int
    private let readLimit: Int64
    private var readBytes: Int64 = 0
    private var state = State.complete
    /// Bytes to come of the body, or of the chunk.
    private var remaining: Int64 = 0

    init(keepLimit: Int, readLimit: Int) {
        precondition(keepLimit >= 0 && readLimit >= 0, "a limit on a body is never negative")
        self.keepLimit = keepLimit
        self.readLimit = Int64(readLimit)
    }

    /// Whether only the end of the connection can end the body.
    var endsWithConnection: Bool { state == .untilClose }

    /// Whether none of the body's data has come.
    var isUntouched: Bool { readBytes == 0 && state != .complete }

    /// Forgets the former body.
    mutating func reset() {
        kept.removeAll(keepingCapacity: kept.capacity <= Self.reusableBytes)
        wasCut = false
        readBytes = 0
        state = .complete
    }

    /// Begins the body behind a head.
    mutating func begin(_ framing: Framing, lines: inout LineSplitter) {
        switch framing {
        case .length(let length):
            remaining = length
            state = length == 0 ? .complete : .counted
        case .chunked:
            lines.budget += Self.freeChunkLineBytes
            state = .chunkSize
        case .untilClose:
            remaining = .max
            state = .untilClose
        }
    }

    /// Reads on from `position`, and moves it behind what was used.
    mutating func read(
        _ input: UnsafeRawBufferPointer, _ position: inout Int, lines: inout LineSplitter
    ) -> Progress {
        while true {
            switch state {
            case .complete:
                return .complete
            case .counted, .untilClose, .chunkData:
                guard position < input.count else { return .needsMore }
                guard take(input, &position) else { return .failed(.bodyTooLarge) }
                guard remaining == 0 else { continue }
                state = state == .chunkData ? .chunkCarriageReturn : .complete
            case .chunkCarriageReturn, .chunkLineFeed:
                // Nothing but CRLF may follow the data: LF alone is allowed in heads only.
                guard position < input.count else { return .needsMore }
                let isFirst = state == .chunkCarriageReturn
                let expected = isFirst ? ASCII.carriageReturn : ASCII.lineFeed
                guard input[position] == expected else { return .failed(.badChunk) }
                position += 1
                state = isFirst ? .chunkLineFeed : .chunkSize
            case .chunkSize, .trailers:
                guard let problem = readLine(input, &position, &lines) else { continue }
                return problem
            }
        }
    }

    /// Takes what the input has of the bytes that remain; false if that goes above the limit.
    private mutating func take(_ input: UnsafeRawBufferPointer, _ position: inout Int) -> Bool {
        let wanted = Int(min(Int64(input.count - position), remaining))
        let allowed = Int(min(Int64(wanted), readLimit - readBytes))
        let keeps = min(allowed, keepLimit - kept.count)
        if keeps > 0 { kept.append(contentsOf: input.part(position, position + keeps)) }
        if keeps < wanted { wasCut = true }
        position += allowed
        readBytes += Int64(allowed)
        if state != .untilClose { remaining -= Int64(allowed) }
        return allowed == wanted
    }

    /// Reads a chunk's size or a trailer; nil if the state moved on.
    private mutating func readLine(
        _ input: UnsafeRawBufferPointer, _ position: inout Int, _ lines: inout LineSplitter
    ) -> Progress? {
        let problem: FramingError?
        switch lines.next(input, &position) {
        case .line(let start, let end, let endsInCRLF):
            problem = takeLine(input.part(start, end), endsInCRLF, &lines)
        case .buffered(let endsInCRLF):
            let buffered = lines.takeBuffered()
            problem = buffered.withUnsafeBytes { takeLine($0, endsInCRLF, &lines) }
            lines.recycle(buffered)
        case .needsMore: return .needsMore
        case .tooLong: problem = .headTooLarge
        case .bareCarriageReturn:
            problem = state == .trailers ? .bareCarriageReturn : .badChunk
        case .controlByte:
            problem = state == .trailers ? .badHeaderField : .badChunk
        }
        return problem.map { .failed($0) }
    }

    private mutating func takeLine(
        _ line: UnsafeRawBufferPointer, _ endsInCRLF: Bool, _ lines: inout LineSplitter
    ) -> FramingError? {
        if state == .trailers {
            guard !line.isEmpty else {
                state = .complete
                return nil
            }
            // Checked, then dropped: no trailer means anything to us.
            if case .failure(let problem) = FieldLine.parse(line) { return problem }
            return nil
        }
        guard endsInCRLF, let size = Self.chunkSize(line) else { return .badChunk }
        lines.budget += min(line.count + 2, Self.freeChunkLineBytes)
        remaining = size
        state = size == 0 ? .trailers : .chunkData
        return nil
    }

    /// The size in a chunk's first line: 1 to 16 hexadecimal digits, then nothing or an extension
    /// (RFC 9112 §7.1). Signs, spaces and numbers above `Int64.max` are refused.
    private static func chunkSize(_ line: UnsafeRawBufferPointer) -> Int64? {
        var size: UInt64 = 0
        var digits = 0
        while digits < line.count, let digit = hexDigit(line[digits]) {
            guard digits < 16 else { return nil }
            size = size << 4 | UInt64(digit)
            digits += 1
        }
        guard digits > 0, size <= UInt64(Int64.max) else { return nil }
        guard digits == line.count || line[digits] == ASCII.semicolon else { return nil }
        return Int64(size)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: return byte - 0x30
        case 0x41...0x46: return byte - 0x41 + 10
        case 0x61...0x66: return byte - 0x61 + 10
        default: return nil
        }
    }
}
