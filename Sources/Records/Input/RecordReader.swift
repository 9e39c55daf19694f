/// Reads an input's bytes into validated records.
///
/// It does no I/O of its own. Give it bytes with `fill` whenever `next` asks for them:
///
///     while true {
///         switch reader.next() {
///         case .record:
///             reader.preparePayload() // if it is wanted as it is sent
///             use(reader.record) // which holds until the next call of any of these
///         case .needsInput: _ = try reader.fill { try file.read(into: $0) }
///         case .end: return
///         case .refused(let refusal): throw Refused(refusal.message)
///         }
///     }
///
/// The records do not depend on how the input is cut into reads. Memory is bounded by
/// `ReaderOptions.maxRecordBytes`, whatever the input is, until a payload is prepared: a CSV text of
/// control characters takes six times its length as JSON.
package struct RecordReader: ~Copyable {
    /// What `next` found.
    package enum Next {
        /// The record is in `record`.
        case record
        /// Nothing more without `fill`.
        case needsInput
        /// The input is used up; stays so.
        case end
        /// The input can't be read at all; stays so.
        indirect case refused(InputRefusal)
    }

    /// The record that `next` has found, until it is called again. It stays here since it is large
    /// and would be moved from hand to hand.
    package internal(set) var record = Record()

    /// Never set. An existential can't be passed in registers, so the compiler (Swift 6.3) passes the
    /// whole by its address; without it, it copies it, 800 bytes, for each call that only reads. The
    /// budget of instructions a line shows the difference.
    private let pin: (any Sendable)? = nil

    let format: InputFormat
    let options: ReaderOptions
    let names = FieldNames()
    /// Whether the fields stand elsewhere than under their own names.
    let isMapped: Bool
    var buffer: ReadBuffer
    var scratch = Scratch()

    /// How many of the unconsumed bytes are known to hold no line feed.
    var searched = 0
    var isAtEnd = false
    var hasStarted = false
    var refusal: InputRefusal?
    var lastOrdinal: UInt64 = 0
    var lineNumber: UInt64 = 1
    /// The record over the size limit whose rest is being skipped.
    var oversized: OversizedRecord?

    var row: CSVRowScanner
    var columns = CSVColumns()
    /// What is still to be done to the payload of the present row.
    var unprepared: UnpreparedPayload?

    /// Blank lines (and blank CSV rows) so far, which are no records.
    package internal(set) var blankLines: UInt64 = 0
    /// Members of valid NDJSON objects that were ignored so far, each time they stood; for CSV, the
    /// columns of the header that are ignored.
    package internal(set) var ignoredMembers: UInt64 = 0
    /// The original bytes of the CSV header row, line terminator included; empty without one.
    package internal(set) var csvHeader: [UInt8] = []

    /// The CSV delimiter must be an ASCII byte other than a quote, CR or LF.
    package init(format: InputFormat, options: ReaderOptions = ReaderOptions()) {
        precondition(
            options.maxRecordBytes > 0 && options.maxRecordBytes < 1 << 40,
            "maxRecordBytes is out of range")
        precondition(
            options.bufferBytes >= 2 * ReadBuffer.minimumSpace, "bufferBytes is below 128 KiB")
        precondition(options.idempotencyKeyFrom?.count != 0, "a key can't be the whole record")
        self.format = format
        self.options = options
        isMapped = options.mapping != FieldMapping()
        // A CR LF may follow the longest record that is taken.
        buffer = ReadBuffer(
            normalCapacity: options.bufferBytes, maximumPending: options.maxRecordBytes + 2)
        if case .csv(let delimiter) = format {
            row = CSVRowScanner(delimiter: delimiter)
            if !options.hasHeader { useColumnsWithoutHeader() }
        } else {
            row = CSVRowScanner(delimiter: Byte.comma)
        }
    }

    /// The physical line on which the first byte not yet consumed stands.
    package var line: LineNumber { LineNumber(lineNumber) }

    /// How many bytes were read so far, those of lines not yet returned included.
    package var bytesRead: UInt64 { buffer.bytesRead }

    /// The bytes of memory that the buffer of the input takes now.
    package var bufferCapacity: Int { buffer.capacity }

    /// Gives `read` the free end of the buffer, at least 64 KiB, to write to; `read` returns how
    /// many bytes it wrote, 0 at the end of the input, and nil if there are none yet. Returns the
    /// same. After the end `read` is not called again. The ranges of earlier records are void.
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

    /// The next record, or what stands in its way. Makes the ranges of earlier records void.
    package mutating func next() -> Next {
        if let refusal { return .refused(refusal) }
        if !hasStarted {
            guard buffer.available >= TextEncoding.sampleSize || isAtEnd else { return .needsInput }
            start()
            if let refusal { return .refused(refusal) }
        }
        if format == .ndjson { return nextLine() }
        return nextRow()
    }

    /// Calls `use` with the bytes that were read and are in no record yet.
    package func withUnconsumed<R>(_ use: (UnsafeRawBufferPointer) -> R) -> R {
        use(UnsafeRawBufferPointer(start: buffer.bytes + buffer.head, count: buffer.available))
    }

    /// What is wrong with a record that it has read, as `RecordProblem.describe` says it, and where
    /// the field was looked for if it was not under its own name.
    package func describe(_ problem: RecordProblem) -> String {
        problem.describe(options.mapping)
    }

    /// The bytes of a range that came with the last record; borrowed until the next call of
    /// `next`, `fill` or `preparePayload`.
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

    private mutating func start() {
        hasStarted = true
        let first = UnsafeRawBufferPointer(
            start: buffer.bytes + buffer.head, count: buffer.available)
        if let encoding = TextEncoding(firstBytes: first) {
            refusal = .encoding(encoding)
        } else if first.starts(with: [0x1F, 0x8B]) {
            refusal = .compressed
        } else if first.starts(with: TextEncoding.utf8Mark) {
            buffer.head += TextEncoding.utf8Mark.count
        }
    }
}
