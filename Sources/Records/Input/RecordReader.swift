package import Time

/// A parser from an input's bytes to validated records.
///
/// It does no I/O itself. Call `fill` whenever `next` returns `needsInput`:
///
///     while true {
///         switch reader.next() {
///         case .record:
///             reader.preparePayload() // converts the payload to the JSON to send
///             use(reader.record) // valid until the next call of these functions
///         case .needsInput: _ = try reader.fill { try file.read(into: $0) }
///         case .end: return
///         case .refused(let refusal): throw Refused(refusal.message)
///         }
///     }
///
/// The records do not depend on the sizes of the reads. Memory is bounded by
/// `ReaderOptions.maxRecordBytes` for any input, except by a prepared payload: as JSON, a CSV text
/// of control characters is six times as long, and members may repeat a value.
package struct RecordReader: ~Copyable {
    /// The result of `next`.
    package enum Next {
        /// `record` contains the next record.
        case record
        /// The next record needs more bytes: call `fill`.
        case needsInput
        /// The end of the input. Permanent.
        case end
        /// The whole input is refused. Permanent.
        indirect case refused(InputRefusal)
    }

    /// The last record from `next`, valid until the next call.
    ///
    /// Not part of the result of `next`, because it is large and would be copied.
    package internal(set) var record = Record()
    /// The time of the last record, if the selection has a window.
    package internal(set) var time: Timestamp?

    /// Never set: an existential makes the compiler (Swift 6.3) pass `self` by address.
    ///
    /// Without it, each call of a nonmutating function copies 800 bytes, as the instructions per
    /// line show.
    private let pin: (any Sendable)? = nil

    let format: InputFormat
    let options: ReaderOptions
    /// Further positions that are used, so that their members are not ignored.
    let otherUses: [JSONPointer]
    let names = FieldNames()
    /// Whether `options.mapping` differs from the API's names, or the CSV dialect needs its slow path.
    let isMapped: Bool
    var buffer: ReadBuffer
    var scratch = Scratch()

    /// The number of unconsumed bytes without a line feed, from the first on.
    var searchedCount = 0
    var isAtEnd = false
    var hasStarted = false
    var refusal: InputRefusal?
    var lastOrdinal: UInt64 = 0
    var lineNumber: UInt64 = 1
    /// The record over the size limit that is being skipped.
    var oversized: OversizedRecord?

    var csv: CSVState
    var json = JSONStreamState()
    /// Empty unless the payload is of members.
    var members = PayloadMembers()

    /// The number of blank lines or CSV rows so far, which are not records.
    package internal(set) var blankLines: UInt64 = 0
    /// The ignored members of valid JSON objects, or the ignored CSV columns.
    package internal(set) var ignored = IgnoredNames()
    /// Their number.
    package var ignoredMembers: UInt64 { ignored.total }
    /// The original bytes of a line `sep=` and of the CSV header with their line ends, or empty.
    package var csvHeader: [UInt8] { csv.header }

    /// Creates a reader at the start of an input.
    package init(format: InputFormat, options: ReaderOptions = ReaderOptions()) {
        precondition(
            options.maxRecordBytes > 0 && options.maxRecordBytes < 1 << 40,
            "maxRecordBytes is out of range")
        precondition(
            options.bufferBytes >= 2 * ReadBuffer.minSpace, "bufferBytes is below 128 KiB")
        precondition(options.idempotencyKeyFrom?.count != 0, "a key can't be the whole record")
        self.format = format
        self.options = options
        otherUses = options.otherUses
        buffer = ReadBuffer(
            normalCapacity: options.bufferBytes, maxPending: options.maxLineBytes)
        let dialect = if case .csv(let dialect) = format { dialect } else { CSVDialect() }
        csv = CSVState(dialect)
        isMapped = options.mapping != FieldMapping() || csv.hasOtherCells
        if case .csv = format {
            if !options.hasHeader { useColumnsWithoutHeader() }
        } else if isMapped {
            useMembersOfJSON()
        }
    }

    /// The physical line of the first unconsumed byte.
    package var line: LineNumber { LineNumber(lineNumber) }

    /// The number of bytes that were read so far, including unconsumed bytes.
    package var bytesRead: UInt64 { buffer.bytesRead }

    /// The current capacity of the input buffer, in bytes.
    package var bufferCapacity: Int { buffer.capacity }

    /// Calls `read` with at least 64 KiB of free space, and returns its result.
    ///
    /// `read` returns the number of bytes that it wrote: 0 at the end of the input, nil if no bytes
    /// are available yet. It is not called again after the end. Invalidates the ranges of earlier
    /// records.
    @discardableResult
    package mutating func fill<E>(
        _ read: (UnsafeMutableRawBufferPointer) throws(E) -> Int?
    ) throws(E) -> Int? {
        guard !isAtEnd else { return 0 }
        guard let count = try read(buffer.tailSpace()) else { return nil }
        buffer.extend(by: count)
        if count == 0 { isAtEnd = true }
        return count
    }

    /// Reads the next record. Invalidates the ranges of earlier records.
    package mutating func next() -> Next {
        if let refusal { return .refused(refusal) }
        if !hasStarted {
            guard canStart() else { return .needsInput }
            start()
            if let refusal { return .refused(refusal) }
        }
        switch format {
        case .ndjson: return nextLine()
        case .csv: return nextRow()
        case .json: return nextValue()
        }
    }

    /// Whether the last record is valid and has no payload.
    package var lacksPayload: Bool { record.payload == nil && record.problem == nil }

    mutating func refuse(_ refusal: InputRefusal) -> Next {
        self.refusal = refusal
        return .refused(refusal)
    }

    /// Calls `use` with the unconsumed bytes.
    package func withUnconsumed<R>(_ use: (UnsafeRawBufferPointer) -> R) -> R {
        use(UnsafeRawBufferPointer(start: buffer.bytes + buffer.head, count: buffer.available))
    }

    /// The message for a problem of this reader's records.
    package func describe(_ problem: RecordProblem) -> String {
        problem.describe(options.mapping)
    }

    /// The bytes of a range of the last record.
    ///
    /// Valid until the next call of `next`, `fill` or `preparePayload`.
    package func bytes(_ range: ByteRange) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: pointer(to: range), count: range.count)
    }

    @inline(__always)
    func pointer(to range: ByteRange) -> UnsafePointer<UInt8> {
        if range.start >= 0 {
            precondition(
                range.start + range.count <= buffer.tail, "the range is not of this record")
            return UnsafePointer(buffer.bytes + range.start)
        }
        precondition(~range.start + range.count <= scratch.count, "the range is not of this record")
        return UnsafePointer(scratch.bytes + ~range.start)
    }

    /// The unconsumed bytes.
    private var first: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: buffer.bytes + buffer.head, count: buffer.available)
    }

    /// Whether the first bytes decide what the input is.
    private mutating func canStart() -> Bool {
        isAtEnd
            || buffer.available >= TextEncoding.sampleSize && TarHeader.isAtStart(of: first) != nil
                && hasCSVStart()
    }

    private mutating func start() {
        hasStarted = true
        searchedCount = 0
        if TarHeader.isAtStart(of: first) == true {
            refusal = .tarArchive
        } else if let encoding = TextEncoding(firstBytes: first) {
            refusal = .encoding(encoding)
        } else if first.starts(with: [0x1F, 0x8B]) || first.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            refusal = .compressed
        } else if first.starts(with: TextEncoding.utf8Mark) {
            buffer.head += TextEncoding.utf8Mark.count
        }
        if refusal == nil, case .csv(let dialect) = format { startCSV(dialect) }
    }
}
