/// Reader of a message body by its framing: keeps the first part and drops the rest.
struct BodyReader {
    /// The framing of a body (RFC 9112 §6.3).
    enum Framing {
        case length(Int64)
        case chunked
        case untilClose
    }

    /// The state of the current body.
    enum Progress {
        case needsMore
        case complete
        case failed(FramingError)
    }

    /// The position of the next byte in the body's framing.
    private enum State {
        case counted, untilClose
        case chunkSize, chunkData, chunkCarriageReturn, chunkLineFeed, trailers
        case complete
    }

    /// The bytes of a chunk-size line outside the head's budget: 16 digits and CRLF. Longer lines
    /// have an extension, which counts towards the head limit.
    private static let freeChunkLineBytes = 18
    /// Larger storage is released between messages. Arbitrary; well above the API's responses.
    private static let reusableBytes = 16 * 1024

    /// The body's first bytes, up to the limit.
    private(set) var kept: [UInt8] = []
    /// Whether bytes of the body were dropped.
    private(set) var wasCut = false
    private let keepLimit: Int
    private let readLimit: Int64
    private var readBytes: Int64 = 0
    private var state = State.complete
    /// Remaining bytes of the body or the chunk.
    private var remaining: Int64 = 0

    init(keepLimit: Int, readLimit: Int) {
        precondition(keepLimit >= 0 && readLimit >= 0, "a limit on a body is never negative")
        self.keepLimit = keepLimit
        self.readLimit = Int64(readLimit)
    }

    /// Whether the body lasts until the connection closes.
    var endsWithConnection: Bool { state == .untilClose }

    /// Whether no byte of the body has arrived.
    var isUntouched: Bool { readBytes == 0 && state != .complete }

    /// Discards the last body.
    mutating func reset() {
        kept.removeAll(keepingCapacity: kept.capacity <= Self.reusableBytes)
        wasCut = false
        readBytes = 0
        state = .complete
    }

    /// Starts a body with the framing from the head.
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

    /// Reads the input from `position`, and moves it after the bytes used.
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
                // Only CRLF may follow the data: bare LF is allowed in heads only.
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

    /// Reads the remaining bytes that the input has; false if they exceed the limit.
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

    /// Reads a chunk size or a trailer; nil if the state advanced.
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
            // Trailers are validated, then ignored.
            if case .failure(let problem) = FieldLine.parse(line) { return problem }
            return nil
        }
        guard endsInCRLF, let size = Self.chunkSize(line) else { return .badChunk }
        lines.budget += min(line.count + 2, Self.freeChunkLineBytes)
        remaining = size
        state = size == 0 ? .trailers : .chunkData
        return nil
    }

    /// The chunk size: 1 to 16 hexadecimal digits, then an optional extension (RFC 9112 §7.1).
    /// Signs, spaces and numbers above `Int64.max` are refused.
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
