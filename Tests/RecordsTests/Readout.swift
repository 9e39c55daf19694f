import Records

/// A record with resolved ranges, which outlives its reader.
struct SeenRecord: Equatable {
    var ordinal: UInt64
    var line: UInt64
    var offset: UInt64
    var length: UInt64
    var hash: UInt64
    var bytes: [UInt8]?
    var appID: String?
    var eventType: String?
    var payload: String?
    var idempotencyKey: String?
    var problem: RecordProblem?

    var code: RecordProblem.Code? { problem?.code }
}

/// A record in memory that was detached from its reader.
struct DetachedRecord {
    let index: Int
    private let memory: (input: RecordMemory, decoded: RecordMemory?)
    private let payloadBytes: UnsafeRawBufferPointer?
    private let recordBytes: UnsafeRawBufferPointer?
    private let change: PayloadChange?

    init(_ reader: inout RecordReader, _ change: PayloadChange?) {
        let record = reader.record
        index = Int(record.ordinal) - 1
        payloadBytes = record.payload.map { reader.bytes($0) }
        recordBytes = record.bytes.map { reader.bytes($0) }
        self.change = change
        memory = reader.detachMemory()
    }

    var payload: String? { payloadBytes.map { String(decoding: $0, as: UTF8.self) } }

    /// The original bytes of the record. Restoring them destroys the payload.
    consuming func restored() -> [UInt8]? {
        if let recordBytes, let change {
            change.revert(in: UnsafeMutableRawBufferPointer(mutating: recordBytes))
        }
        return recordBytes.map { Array($0) }
    }
}

/// A value that comparisons ignore.
struct Uncompared: Equatable {
    var value: Int

    init(_ value: Int) { self.value = value }

    static func == (a: Uncompared, b: Uncompared) -> Bool { true }
}

/// All results of reading an input.
struct Readout: Equatable {
    var records: [SeenRecord] = []
    var refusal: InputRefusal?
    var line: UInt64 = 0
    var bytesRead: UInt64 = 0
    var blankLines: UInt64 = 0
    var ignoredMembers: UInt64 = 0
    /// `name: count`, in order.
    var ignoredNames: [String] = []
    var csvHeader: [UInt8] = []
    /// The maximum buffer size in bytes, which depends on the sizes of the reads.
    var maxBufferBytes = Uncompared(0)

    var codes: [RecordProblem.Code?] { records.map(\.code) }
    var lines: [UInt64] { records.map(\.line) }
    var payloads: [String?] { records.map(\.payload) }
}

extension ReaderOptions {
    init(_ change: (inout ReaderOptions) -> Void) {
        self.init()
        change(&self)
    }
}

let commas = InputFormat.csv(delimiter: UInt8(ascii: ","))

/// Reads all of `input`, in reads of the sizes from `chunk`.
///
/// - Parameter preparesPayloads: Whether payloads are converted to the JSON that is sent.
func read(
    _ input: [UInt8], _ format: InputFormat = .ndjson, _ options: ReaderOptions = ReaderOptions(),
    preparesPayloads: Bool = true, chunk: () -> Int = { .max },
    onRecord: (inout RecordReader, PayloadChange?) -> Void = { _, _ in }
) -> Readout {
    var reader = RecordReader(format: format, options: options)
    var seen = Readout()
    var given = 0
    func text(_ range: ByteRange?) -> String? {
        range.map { String(decoding: reader.bytes($0), as: UTF8.self) }
    }
    reading: while true {
        switch reader.next() {
        case .record:
            let bytes = reader.record.bytes.map { Array(reader.bytes($0)) }
            let change = preparesPayloads ? reader.preparePayload() : nil
            let record = reader.record
            seen.records.append(
                SeenRecord(
                    ordinal: record.ordinal, line: record.line.value, offset: record.offset.value,
                    length: record.length, hash: record.hash,
                    bytes: bytes,
                    appID: text(record.appID), eventType: text(record.eventType),
                    payload: text(record.payload), idempotencyKey: text(record.idempotencyKey),
                    problem: record.problem))
            onRecord(&reader, change)
        case .needsInput:
            let size = max(1, chunk())
            reader.fill { space in
                let count = min(size, space.count, input.count - given)
                space.copyBytes(from: input[given..<given + count])
                given += count
                return count
            }
            seen.maxBufferBytes.value = max(seen.maxBufferBytes.value, reader.bufferCapacity)
        case .end:
            guard case .end = reader.next() else { preconditionFailure("the end is not permanent") }
            break reading
        case .refused(let refusal):
            seen.refusal = refusal
            break reading
        }
    }
    seen.line = reader.line.value
    // The bytes read before a refusal depend on the sizes of the reads.
    seen.bytesRead = seen.refusal == nil ? reader.bytesRead : 0
    seen.blankLines = reader.blankLines
    seen.ignoredMembers = reader.ignoredMembers
    seen.ignoredNames = reader.ignored.entries.map { "\($0.name): \($0.count)" }
    seen.csvHeader = reader.csvHeader
    return seen
}

func read(
    _ input: String, _ format: InputFormat = .ndjson, _ options: ReaderOptions = ReaderOptions()
) -> Readout {
    read(Array(input.utf8), format, options)
}

/// An NDJSON line with these fields as JSON text; nil omits a field.
func event(
    appID: String? = #""app_1""#, eventType: String? = #""user.created""#, payload: String? = "{}"
) -> String {
    let members = [("appId", appID), ("event_type", eventType), ("payload", payload)]
    return "{"
        + members.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }
        .joined(separator: ",") + "}"
}
