/// Incremental parser of the responses to POST requests on one connection (RFC 9112).
///
/// One parser per connection: its storage is reused, and a response that arrives whole costs no
/// allocation. Interim responses (1xx) are skipped. Ambiguous messages (two lengths, folded lines,
/// bare carriage returns) are refused; the connection must then be closed. If only the framing of
/// the body is ambiguous, the head is available all the same.
package struct ResponseParser {
    /// The state of the current response.
    package enum Progress: Equatable, Sendable {
        /// More bytes are needed.
        case needsMore
        /// The response is complete; bytes after it were not consumed.
        case complete
        /// The response is refused; the parser stays in this state until a reset.
        case failed(ResponseError)
    }

    private enum State {
        case statusLine, fields, body
        case ended(Progress)
    }

    /// Maximum number of interim responses before the final one. Arbitrary: one is usual.
    private static let maxInterimResponses = 16

    /// A head that arrived in one piece, and its parsed fields.
    private struct HeadCache {
        var bytes: [UInt8] = []
        var status = 0
        var isHTTP10 = false
        var fields = ResponseFields()
    }

    /// Longer heads are not cached. Arbitrary: most have a few hundred bytes.
    private static let maxCachedHeadBytes = 1024

    private let limits: ResponseLimits
    private var lines: LineSplitter
    private var fields = ResponseFields()
    private var bodyReader: BodyReader
    private var state = State.statusLine
    private var status = 0
    private var isHTTP10 = false
    private var interimResponses = 0
    /// The last head: servers repeat it byte for byte within the second of its `Date`.
    private var cachedHead = HeadCache()
    /// The first error in the fields that frame the body, until the head is complete.
    private var ambiguity: FramingError?
    /// The final head once it is complete; nil before, and if a line of it was refused.
    package private(set) var head: ResponseHead?
    /// Whether any byte was consumed since the last reset.
    package private(set) var hasStarted = false

    package init(limits: ResponseLimits = .init()) {
        self.limits = limits
        lines = LineSplitter(budget: limits.headBytes)
        bodyReader = BodyReader(
            keepLimit: limits.bodyKeptBytes, readLimit: limits.bodyReadBytes)
    }

    /// Resets the parser for the next response on the same connection.
    package mutating func reset() {
        lines.reset(budget: limits.headBytes)
        fields = ResponseFields()
        bodyReader.reset()
        state = .statusLine
        interimResponses = 0
        head = nil
        hasStarted = false
    }

    /// Parses the next bytes. The result does not depend on how the response is split.
    ///
    /// - Returns: the number of bytes that belong to this response (fewer than given only once it
    ///   is complete; meaningless after a failure), and the progress.
    package mutating func consume(
        _ bytes: UnsafeRawBufferPointer
    ) -> (consumed: Int, progress: Progress) {
        if case .ended(let progress) = state { return (0, progress) }
        var position = 0
        let isWholeHead = !hasStarted
        if !bytes.isEmpty { hasStarted = true }
        if isWholeHead { reuseCachedHead(bytes, &position) }
        while true {
            switch state {
            case .statusLine, .fields:
                switch lines.next(bytes, &position) {
                case .line(let start, let end, _):
                    takeLine(bytes.part(start, end))
                    if isWholeHead, case .body = state { cacheHead(bytes.part(0, position)) }
                case .buffered:
                    let buffered = lines.takeBuffered()
                    buffered.withUnsafeBytes { takeLine($0) }
                    lines.recycle(buffered)
                case .needsMore: return (position, .needsMore)
                case .bareCarriageReturn: fail(.framing(.bareCarriageReturn))
                case .tooLong: fail(.framing(.headTooLarge))
                case .controlByte:
                    if case .fields = state {
                        fail(.framing(.badHeaderField))
                    } else {
                        fail(.badStatusLine)
                    }
                }
            case .body:
                switch bodyReader.read(bytes, &position, lines: &lines) {
                case .needsMore: return (position, .needsMore)
                case .complete: state = .ended(.complete)
                case .failed(let problem): fail(.framing(problem))
                }
            case .ended(let progress):
                return (position, progress)
            }
        }
    }

    /// Ends the input after the peer has closed the connection.
    ///
    /// - Returns: `complete` if the response is complete or its body lasts until the close;
    ///   otherwise a failure, `endedEarly` unless it failed before.
    package mutating func endOfStream() -> Progress {
        if case .ended(let progress) = state { return progress }
        let isEnd: Bool
        if case .body = state { isEnd = bodyReader.endsWithConnection } else { isEnd = false }
        let progress: Progress = isEnd ? .complete : .failed(.endedEarly)
        state = .ended(progress)
        return progress
    }

    /// Calls `use` with the kept part of the body. Mutating to avoid a copy of a parser that is a
    /// class's property.
    package mutating func body<R>(_ use: (UnsafeRawBufferPointer) -> R) -> R {
        bodyReader.kept.withUnsafeBytes(use)
    }

    /// Whether bytes of the body were dropped because it exceeds `bodyKeptBytes`.
    package var bodyWasCut: Bool { bodyReader.wasCut }

    private mutating func fail(_ error: ResponseError) {
        state = .ended(.failed(error))
    }

    /// Skips parsing if the input starts with the cached head.
    @inline(__always)
    private mutating func reuseCachedHead(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) {
        let length = cachedHead.bytes.count
        guard length > 0, bytes.count >= length,
            cachedHead.bytes.withUnsafeBytes({ $0.isSame(as: bytes.part(0, length)) })
        else { return }
        position = length
        lines.budget -= length
        status = cachedHead.status
        isHTTP10 = cachedHead.isHTTP10
        fields = cachedHead.fields
        finishHead()
    }

    private mutating func cacheHead(_ head: UnsafeRawBufferPointer) {
        guard interimResponses == 0, head.count <= Self.maxCachedHeadBytes else { return }
        cachedHead.bytes.removeAll(keepingCapacity: true)
        cachedHead.bytes.append(contentsOf: head)
        cachedHead.status = status
        cachedHead.isHTTP10 = isHTTP10
        cachedHead.fields = fields
    }

    private mutating func takeLine(_ line: UnsafeRawBufferPointer) {
        if case .statusLine = state {
            takeStatusLine(line)
        } else if line.isEmpty {
            if let ambiguity { refuseBody(ambiguity) } else { finishHead() }
        } else {
            switch FieldLine.parse(line) {
            case .success(let field):
                if let problem = fields.note(field), ambiguity == nil { ambiguity = problem }
            case .failure(let problem): fail(.framing(problem))
            }
        }
    }

    /// Parses `HTTP/1.x SP 3DIGIT [SP reason]` (RFC 9112 §4). The reason is ignored, and may be
    /// missing together with its space.
    private mutating func takeStatusLine(_ line: UnsafeRawBufferPointer) {
        guard line.count >= 12, let version = HTTPVersion.parse(line.part(0, 8)),
            version.major == 1,
            line[8] == ASCII.space, let code = line.part(9, 12).decimal,
            (100...599).contains(code), line.count == 12 || line[12] == ASCII.space
        else { return fail(.badStatusLine) }
        status = Int(code)
        isHTTP10 = version.minor == 0
        fields = ResponseFields(status: status)
        ambiguity = nil
        state = .fields
    }

    private mutating func finishHead() {
        if let problem = fields.framing.problem(isHTTP10: isHTTP10) { return refuseBody(problem) }
        if status < 200 {
            interimResponses += 1
            if status == 101 { return fail(.switchedProtocols) }
            if interimResponses > Self.maxInterimResponses { return fail(.tooManyInterimResponses) }
            state = .statusLine
            return
        }
        let framing = bodyFraming()
        bodyReader.begin(framing, lines: &lines)
        head = fields.head(
            status: status, isHTTP10: isHTTP10, hasOpenEnd: bodyReader.endsWithConnection)
        state = .body
    }

    /// Ends a response whose body has no certain length. Its status and its fields are certain.
    @inline(never)
    private mutating func refuseBody(_ problem: FramingError) {
        if status >= 200 {
            head = fields.head(status: status, isHTTP10: isHTTP10, hasOpenEnd: true)
        }
        fail(.framing(problem))
    }

    /// The body's framing (RFC 9112 §6.3), for the response to a POST.
    private func bodyFraming() -> BodyReader.Framing {
        if status == 204 || status == 304 { return .length(0) }
        if fields.framing.isChunked { return .chunked }
        if let length = fields.framing.contentLength { return .length(length) }
        return .untilClose
    }
}
