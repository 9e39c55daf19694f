// sources: Sources/HTTP Tests/Fuzzing/FuzzInput.swift
#if canImport(HTTP)
    import HTTP
#endif

/// Checks that pieces do not matter, that the limits are kept, and that a reset parser reads as a
/// new one.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzResponse(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    guard let input = FuzzInput(data, size) else { return 0 }
    let bytes = input.text
    let isSmall = input.choice & 1 == 1
    let limits =
        isSmall
        ? ResponseLimits(headBytes: 80, bodyKeptBytes: 5, bodyReadBytes: 12) : ResponseLimits()

    var parser = ResponseParser(limits: limits)
    let whole = read(bytes, piece: max(bytes.count, 1), &parser)
    for piece in [1, 2, 7, 64] {
        parser.reset()
        precondition(!parser.hasStarted && parser.head == nil && !parser.bodyWasCut)
        precondition(read(bytes, piece: piece, &parser) == whole, "pieces of \(piece) differ")
    }
    precondition(whole.body.count <= limits.bodyKeptBytes, "too much of a body was kept")
    if let head = whole.head {
        precondition((200...599).contains(head.status), "a status that is none")
        precondition((head.retryAfterSeconds ?? 0) >= 0, "a negative wait")
    }
    return 0
}

/// The observable results of reading a response.
private struct Reading: Equatable {
    var progress: ResponseParser.Progress
    var progressAtEnd: ResponseParser.Progress
    var head: ResponseHead?
    var body: [UInt8]
    var bodyWasCut: Bool
    var consumed: Int?
}

private func read(
    _ bytes: UnsafeRawBufferPointer, piece: Int, _ parser: inout ResponseParser
) -> Reading {
    var position = 0
    var progress = ResponseParser.Progress.needsMore
    while position < bytes.count, progress == .needsMore {
        let end = min(position + piece, bytes.count)
        let part = UnsafeRawBufferPointer(rebasing: bytes[position..<end])
        let step = parser.consume(part)
        precondition(step.consumed <= part.count, "consumed more than there was")
        if step.progress == .needsMore {
            precondition(step.consumed == part.count, "bytes were left over within an answer")
        }
        position += step.consumed
        progress = step.progress
    }
    var consumed: Int? = position
    if case .failed = progress { consumed = nil }
    let atEnd = parser.endOfStream()
    precondition(atEnd != .needsMore, "the end of the stream is the end")
    return Reading(
        progress: progress, progressAtEnd: atEnd, head: parser.head,
        body: parser.body { [UInt8]($0) }, bodyWasCut: parser.bodyWasCut, consumed: consumed)
}
