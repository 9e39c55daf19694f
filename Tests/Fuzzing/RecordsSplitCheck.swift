#if canImport(Records)
    import Records
#endif

/// One record as it was seen: everything that must not depend on how the input was cut.
private struct Seen: Equatable {
    var facts: [UInt64]
    var fields: [[UInt8]?]
    var problem: RecordProblem?
}

/// Traps unless reading the input in one piece and in small pieces gives the same records, and each
/// valid record keeps the promises of a valid one.
func checkSplits(
    of text: UnsafeRawBufferPointer, _ format: InputFormat, _ options: ReaderOptions
) {
    let whole = seen(in: text, format, options, chunk: .max)
    // Reading byte by byte is slow under the sanitizer: large inputs get larger pieces.
    for chunk in text.count <= 512 ? [1, 7] : [61] {
        precondition(whole == seen(in: text, format, options, chunk: chunk), "a split matters")
    }
}

private func seen(
    in text: UnsafeRawBufferPointer, _ format: InputFormat, _ options: ReaderOptions, chunk: Int
) -> [Seen] {
    var options = options
    options.bufferBytes = 128 << 10
    // The one copies payloads to change them, the other changes them where they stand.
    options.largePayloadBytes = chunk == .max ? .max : 0
    var reader = RecordReader(format: format, options: options)
    var all: [Seen] = []
    var given = 0
    while true {
        switch reader.next() {
        case .record:
            let bytes = reader.record.bytes.map { Array(reader.bytes($0)) }
            let change = reader.preparePayload()
            let record = reader.record
            all.append(
                Seen(
                    facts: [
                        record.ordinal, record.line.value, record.offset.value, record.length,
                        record.hash,
                    ],
                    fields: [bytes]
                        + [
                            record.appID, record.eventType, record.payload, record.idempotencyKey,
                        ].map { $0.map { Array(reader.bytes($0)) } },
                    problem: record.problem))
            check(record, reader, options)
            check(record, revertedBy: change, of: text, reader, options)
        case .needsInput:
            reader.fill { space in
                let count = min(chunk, space.count, text.count - given)
                space.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: text[given..<given + count]))
                given += count
                return count
            }
        case .end: return all
        case .refused(let refusal):
            precondition(!refusal.message.isEmpty)
            return all
        }
    }
}

/// What was done to the payload is taken back, and the record is that of the input again.
private func check(
    _ record: Record, revertedBy change: PayloadChange?, of text: UnsafeRawBufferPointer,
    _ reader: borrowing RecordReader, _ options: ReaderOptions
) {
    precondition(record.offset.value + record.length <= UInt64(text.count))
    precondition(
        record.problem?.offset.value ?? 0 <= UInt64(text.count), "a problem lies beyond the input")
    guard let range = record.bytes else { return }
    let bytes = UnsafeMutableRawBufferPointer(mutating: reader.bytes(range))
    change?.revert(in: bytes)
    let start = Int(record.offset.value)
    precondition(
        bytes.elementsEqual(text[start..<start + bytes.count]),
        "a record's bytes are not those of the input")
    precondition(bytes.count <= options.maxRecordBytes)
}

private func check(
    _ record: Record, _ reader: borrowing RecordReader, _ options: ReaderOptions
) {
    if let appID = record.appID {
        precondition(AppID.isValid(reader.bytes(appID)), "an appId is not one")
    }
    if let eventType = record.eventType {
        let literal = reader.bytes(eventType)
        precondition(literal.first == 0x22 && JSONDocument.isValid(literal))
    }
    if let payload = record.payload {
        precondition(JSONDocument.isValid(reader.bytes(payload)), "a payload is not JSON")
    }
    guard let problem = record.problem else {
        precondition(record.appID != nil && record.eventType != nil && record.bytes != nil)
        precondition(options.idempotencyKeyFrom == nil || record.idempotencyKey != nil)
        return
    }
    precondition(problem.describe().hasSuffix("at byte \(problem.offset.value)"))
}
