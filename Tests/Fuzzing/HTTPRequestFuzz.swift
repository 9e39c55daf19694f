// sources: Sources/HTTP Tests/Fuzzing/FuzzInput.swift
#if canImport(HTTP)
    import HTTP
#endif

/// Checks that pieces do not matter, that the limits are kept, and that pipelined requests are
/// read one by one.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzRequest(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    guard let input = FuzzInput(data, size) else { return 0 }
    let bytes = input.text
    let isSmall = input.choice & 1 == 1
    let limits = isSmall ? RequestLimits(headBytes: 80, bodyBytes: 12) : RequestLimits()

    var parser = RequestParser(limits: limits)
    let whole = readAll(bytes, piece: max(bytes.count, 1), &parser)
    for piece in [1, 2, 7, 64] {
        parser.reset()
        precondition(!parser.hasStarted && parser.head == nil && !parser.awaitsContinue)
        precondition(readAll(bytes, piece: piece, &parser) == whole, "pieces of \(piece) differ")
    }
    for reading in whole {
        precondition(reading.body.count <= limits.bodyBytes, "too much of a body was kept")
        guard let head = reading.head else { continue }
        precondition(!head.method.isEmpty && !head.target.isEmpty, "a head without its first line")
        for field in RequestHead.Field.allCases {
            let isClean = head.withValue(of: field) { value in
                value.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
            }
            precondition(isClean ?? true, "a control byte in a field's value")
        }
    }
    return 0
}

/// The observable results of reading a request.
private struct Reading: Equatable {
    var progress: RequestParser.Progress
    var head: RequestHead?
    var body: [UInt8]
}

/// Reads request after request until the bytes are used up or one fails.
private func readAll(
    _ bytes: UnsafeRawBufferPointer, piece: Int, _ parser: inout RequestParser
) -> [Reading] {
    var readings: [Reading] = []
    var position = 0
    var progress = RequestParser.Progress.needsMore
    while position < bytes.count {
        let end = min(position + piece, bytes.count)
        let part = UnsafeRawBufferPointer(rebasing: bytes[position..<end])
        let step = parser.consume(part)
        precondition(step.consumed <= part.count, "consumed more than there was")
        position += step.consumed
        progress = step.progress
        if progress == .needsMore {
            precondition(step.consumed == part.count, "bytes were left over within a request")
            continue
        }
        readings.append(reading(of: parser, progress))
        guard progress == .complete else { return readings }
        precondition(step.consumed > 0, "a request of no bytes")
        parser.reset()
    }
    readings.append(reading(of: parser, parser.endOfStream()))
    return readings
}

private func reading(
    of parser: RequestParser, _ progress: RequestParser.Progress
) -> Reading {
    Reading(progress: progress, head: parser.head, body: parser.body { [UInt8]($0) })
}
