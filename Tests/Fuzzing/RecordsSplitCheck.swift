#if canImport(Records)
    import Records
#endif

/// The parts of a record that must not depend on the sizes of the reads.
private struct Seen: Equatable {
    var facts: [UInt64]
    var fields: [[UInt8]?]
    var problem: RecordProblem?
}

/// Traps unless any sizes of the reads give the same, consistent records.
func checkSplits(
    of text: UnsafeRawBufferPointer, _ format: InputFormat, _ options: ReaderOptions
) {
    let whole = seen(in: text, format, options, chunk: .max)
    // Under the sanitizer, reading byte by byte is too slow for large inputs.
    for chunk in text.count <= 512 ? [1, 7] : [61] {
        precondition(
            whole == seen(in: text, format, options, chunk: chunk),
            "the records depend on the sizes of the reads")
    }
}

private func seen(
    in text: UnsafeRawBufferPointer, _ format: InputFormat, _ options: ReaderOptions, chunk: Int
) -> [Seen] {
    var options = options
    options.bufferBytes = 128 << 10
    // One reader copies payloads to change them, the other changes them in place.
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

/// Checks that reverting the change of the payload restores the original record.
private func check(
    _ record: Record, revertedBy change: PayloadChange?, of text: UnsafeRawBufferPointer,
    _ reader: borrowing RecordReader, _ options: ReaderOptions
) {
    precondition(record.offset.value + record.length <= UInt64(text.count))
    precondition(
        record.problem?.offset.value ?? 0 <= UInt64(text.count),
        "a problem is past the end of the input")
    guard let range = record.bytes else { return }
    let bytes = UnsafeMutableRawBufferPointer(mutating: reader.bytes(range))
    change?.revert(in: bytes)
    let start = Int(record.offset.value)
    precondition(
        bytes.elementsEqual(text[start..<start + bytes.count]),
        "a record's bytes differ from the input")
    precondition(bytes.count <= options.maxRecordBytes)
}

/// Checks the fields of a record.
private func check(
    _ record: Record, _ reader: borrowing RecordReader, _ options: ReaderOptions
) {
    if let appID = record.appID {
        precondition(AppID.isValid(reader.bytes(appID)), "an appId is invalid")
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
