/// Incremental parser of the requests on one connection (RFC 9112), as strict as `ResponseParser`.
///
/// Bytes after a complete request are not consumed: they belong to the next request, after
/// `reset()`. After a failure the error's status must be sent and the connection closed.
package struct RequestParser {
    /// The state of the current request.
    package enum Progress: Equatable, Sendable {
        /// More bytes are needed.
        case needsMore
        /// The request is complete; bytes after it were not consumed.
        case complete
        /// The request is refused; the parser stays in this state until a reset.
        case failed(RequestError)
    }

    private enum State {
        case requestLine, fields, body
        case ended(Progress)
    }

    private let limits: RequestLimits
    private var lines: LineSplitter
    private var framing = MessageFraming()
    private var bodyReader: BodyReader
    private var collectedHead = RequestHead()
    private var headIsComplete = false
    private var state = State.requestLine
    /// Whether any byte was consumed since the last reset.
    package private(set) var hasStarted = false

    package init(limits: RequestLimits = .init()) {
        self.limits = limits
        lines = LineSplitter(budget: limits.headBytes)
        bodyReader = BodyReader(keepLimit: limits.bodyBytes, readLimit: limits.bodyBytes)
    }

    /// The head once it is complete; nil before, and if the head itself was refused.
    package var head: RequestHead? { headIsComplete ? collectedHead : nil }

    /// Resets the parser for the next request on the same connection.
    package mutating func reset() {
        lines.reset(budget: limits.headBytes)
        framing = MessageFraming()
        bodyReader.reset()
        collectedHead.reset()
        headIsComplete = false
        state = .requestLine
        hasStarted = false
    }

    /// Parses the next bytes. The result does not depend on how the request is split.
    ///
    /// - Returns: the number of bytes that belong to this request (fewer than given only once it
    ///   is complete; meaningless after a failure), and the progress.
    package mutating func consume(
        _ bytes: UnsafeRawBufferPointer
    ) -> (consumed: Int, progress: Progress) {
        if case .ended(let progress) = state { return (0, progress) }
        if !bytes.isEmpty { hasStarted = true }
        var position = 0
        while true {
            switch state {
            case .requestLine, .fields:
                switch lines.next(bytes, &position) {
                case .line(let start, let end, _): takeLine(bytes.part(start, end))
                case .buffered:
                    let buffered = lines.takeBuffered()
                    buffered.withUnsafeBytes { takeLine($0) }
                    lines.recycle(buffered)
                case .needsMore: return (position, .needsMore)
                case .bareCarriageReturn: fail(.framing(.bareCarriageReturn))
                case .tooLong: fail(isInFields ? .framing(.headTooLarge) : .targetTooLong)
                case .controlByte: fail(isInFields ? .framing(.badHeaderField) : .badRequestLine)
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

    /// Ends the input: a request that is not complete fails.
    package mutating func endOfStream() -> Progress {
        if case .ended(let progress) = state { return progress }
        fail(.endedEarly)
        return .failed(.endedEarly)
    }

    /// Calls `use` with the body.
    package func body<R, E: Error>(
        _ use: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try bodyReader.kept.withUnsafeBufferPointer { kept throws(E) in
            try use(UnsafeRawBufferPointer(kept))
        }
    }

    /// Whether the client waits for 100 Continue: the head is complete and expects it, and no byte
    /// of the body has arrived. The caller sends it once.
    package var awaitsContinue: Bool {
        guard case .body = state else { return false }
        return bodyReader.isUntouched && collectedHead.expectsContinue
    }

    private var isInFields: Bool {
        if case .fields = state { true } else { false }
    }

    private mutating func fail(_ error: RequestError) {
        state = .ended(.failed(error))
    }

    private mutating func takeLine(_ line: UnsafeRawBufferPointer) {
        guard isInFields else { return takeRequestLine(line) }
        guard !line.isEmpty else { return finishHead() }
        switch FieldLine.parse(line) {
        case .failure(let problem): fail(.framing(problem))
        case .success(let field):
            guard let known = field.known else { return }
            if let problem = framing.note(known, field.value) {
                return fail(.framing(problem))
            }
            guard let kept = RequestHead.Field(known) else { return }
            // Recipients differ in which of two keys or hosts they use: refused.
            if !collectedHead.note(kept, field.value) {
                fail(kept == .host ? .badHost : .repeatedField)
            }
        }
    }

    private mutating func takeRequestLine(_ line: UnsafeRawBufferPointer) {
        // Some clients send an extra line end after a body (RFC 9112 §2.2).
        guard !line.isEmpty else { return }
        switch RequestLine.parse(line) {
        case .failure(let error): fail(error)
        case .success(let requestLine):
            collectedHead.note(requestLine, in: line)
            state = .fields
        }
    }

    private mutating func finishHead() {
        let isHTTP10 = collectedHead.isHTTP10
        if let problem = framing.problem(isHTTP10: isHTTP10) {
            return fail(.framing(problem))
        }
        let hostIsGood = collectedHead.withValue(of: .host) { Self.isHost($0) }
        guard hostIsGood ?? isHTTP10 else { return fail(.badHost) }
        collectedHead.keepsAlive = framing.keepsAlive(isHTTP10: isHTTP10)
        collectedHead.contentLength = framing.contentLength
        headIsComplete = true
        let length = framing.contentLength ?? 0
        // Refused early, so that the client can skip the body.
        guard length <= Int64(limits.bodyBytes) else { return fail(.framing(.bodyTooLarge)) }
        bodyReader.begin(framing.isChunked ? .chunked : .length(length), lines: &lines)
        state = .body
    }

    /// Whether the bytes may be a host with a port: no space, list, path or user.
    private static func isHost(_ value: UnsafeRawBufferPointer) -> Bool {
        value.allSatisfy { byte in
            switch byte {
            case 0x2C, 0x2F, 0x3F, 0x40, 0x23, 0x5C: false
            default: byte > ASCII.space && byte < ASCII.delete
            }
        }
    }
}
