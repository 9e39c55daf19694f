package import Delivery
import Glibc
import Ledger
package import Records
import Time

/// The records of a run's inputs, in order.
package final class RecordSource {
    package enum Next {
        /// The record is in `record`.
        case record
        /// No whole record yet: handle other events, then call again.
        case nothingYet
        /// A stream has no data yet; wait for its descriptor.
        case waits
        /// The next record is incomplete and exceeds the room.
        case needsRoom
        case end
    }

    package struct Input {
        package let file: InputFile
        package let format: InputFormat
        /// The origins of its records; nil unless it is a file of undelivered lines.
        package var origins: InputOrigins?

        /// Whether records are named by their numbers: several may start on one line, or their rows
        /// have the lines of another file.
        package var isNumbered: Bool { format == .json || origins != nil }

        /// The change of the record that journals name by `line`.
        func change(at line: UInt64) -> InputChange { isNumbered ? .record(line) : .line(line) }

        /// The end of the input before that record.
        func end(before line: UInt64) -> InputChange {
            isNumbered ? .endsBeforeRecord(line) : .endsBeforeLine(line)
        }

        package init(file: InputFile, format: InputFormat, origins: InputOrigins? = nil) {
            self.file = file
            self.format = format
            self.origins = origins
        }

        /// Reopens a regular file at its start.
        package func again() throws(SendError) -> Input {
            do {
                return Input(
                    file: try InputFile(again: file), format: format, origins: origins)
            } catch {
                throw .input(error)
            }
        }
    }

    // Properties that every record touches have no exclusivity checks: one thread uses them, and no
    // call during an access touches the same property.

    package let inputs: [Input]
    /// The number of the last record's input, from 1.
    @exclusivity(unchecked) package private(set) var file = 1
    /// The original header rows of the CSV inputs read so far.
    package private(set) var headers: [[UInt8]]
    /// Ignored members and columns of the inputs that were read to their end.
    private var ignoredOfEnded = IgnoredNames()
    /// Records read so far in all inputs, without skipped ones.
    @exclusivity(unchecked) package private(set) var recordsRead: UInt64 = 0
    /// Valid records without a payload, in the records read so far.
    @exclusivity(unchecked) package private(set) var recordsWithoutPayload: UInt64 = 0
    /// The records left out so far.
    package var recordsSkipped: SkippedRecords { filter.skipped }
    /// Blank lines, in the inputs read so far.
    package private(set) var blankLines: UInt64 = 0
    /// Returns whether the end of a stream is the end of the input.
    ///
    /// After a stop signal it is not: the signal may have ended the pipeline within a record.
    package var mayEnd: () -> Bool = { true }
    /// The bytes of all inputs; nil with a stream.
    package let bytesTotal: UInt64?
    /// The bytes of the inputs that were read to their end.
    private var bytesOfEnded: UInt64 = 0
    private let options: ReaderOptions
    @exclusivity(unchecked) private var filter: RecordFilter
    /// The lines to send of a retry; nil for all.
    private let retry: RetryLines?
    @exclusivity(unchecked) private var reader: RecordReader
    @exclusivity(unchecked) private var hasEnded = false
    /// Whether the current input's records are named by their numbers.
    @exclusivity(unchecked) private var isNumbered: Bool

    /// The last record that was read.
    package var record: Record { reader.record }

    /// When the last record was recorded, in nanoseconds since 1970, if the options ask for it.
    package var time: Int64? { reader.time?.nanoseconds }

    /// The name of the last record, from which its idempotency key is made.
    package var id: LineID {
        LineID(file: file, line: isNumbered ? reader.record.ordinal : reader.record.line.value)
    }

    /// Maximum bytes that `next` reads without a record.
    private static let maxStretch: UInt64 = 4 << 20

    /// - Parameters:
    ///   - skip: The number of records to skip, from the first input on.
    ///   - retry: The lines to send; nil for all.
    init(_ inputs: [Input], options: ReaderOptions, skip: UInt64 = 0, retry: RetryLines?) {
        precondition(!inputs.isEmpty, "a run has inputs")
        self.inputs = inputs
        self.options = options
        self.retry = retry
        filter = RecordFilter(
            skip: skip, options.selection, shard: options.shard,
            isNeverOpen: retry != nil || inputs.contains { ($0.origins?.leftOut ?? 0) > 0 })
        let sizes = inputs.compactMap(\.file.size)
        bytesTotal = sizes.count == inputs.count ? sizes.reduce(0, +) : nil
        headers = Array(repeating: [], count: inputs.count)
        reader = RecordReader(format: inputs[0].format, options: options)
        isNumbered = inputs[0].isNumbered
    }

    /// Creates the source of all records, after the first ones to skip.
    package convenience init(_ inputs: [Input], options: ReaderOptions, skip: UInt64 = 0) {
        self.init(inputs, options: options, skip: skip, retry: nil)
    }

    /// A smaller record is read without regard to the room, in bytes.
    private static let alwaysRead = 128 << 10

    /// Reads the next record. Its bytes are valid until the next call.
    ///
    /// - Parameter room: Maximum bytes to buffer, including the bytes of an incomplete record.
    package func next(room: Int = .max) throws(SendError) -> Next {
        var stretch: UInt64 = 0
        while !hasEnded {
            switch reader.next() {
            case .record:
                if !filter.isOpen { guard try keeps() else { continue } }
                recordsRead += 1
                if reader.lacksPayload { recordsWithoutPayload += 1 }
                return .record
            case .needsInput:
                if reader.incompleteBytes > max(room, Self.alwaysRead) { return .needsRoom }
                guard stretch < Self.maxStretch else { return .nothingYet }
                let input = inputs[file - 1].file
                if mustWait(for: input) { return .waits }
                let before = reader.bytesRead
                guard try fill(from: input) else { return .nothingYet }
                stretch += reader.bytesRead - before
            case .refused(let refusal):
                throw .refused(
                    path: inputs[file - 1].file.path.shown, reader.explained(refusal))
            case .end:
                try endInput()
            }
        }
        return .end
    }

    /// Returns whether the last record is kept.
    private func keeps() throws(SendError) -> Bool {
        guard let retry else {
            guard filter.keeps(&reader) else { return false }
            return try !isLeftOut()
        }
        let isRetried = try retry.selects(reader.record, of: file, isNumbered: isNumbered)
        // It counts records of all inputs, as in the first run.
        return filter.keeps(&reader) && isRetried
    }

    /// Returns whether another run has sent the last record.
    private func isLeftOut() throws(SendError) -> Bool {
        guard let origins = inputs[file - 1].origins else { return false }
        do { return try origins.isLeftOut(reader.record.ordinal) } catch { throw .origins(error) }
    }

    /// Whether the last record may have arrived in an earlier run.
    var mayHaveArrived: Bool { retry?.mayHaveArrived ?? false }

    /// Whether the last record, which is valid, is one of the selection's arrivals, or has their fields.
    func isArrived() -> Bool { reader.isArrived() }
    func hasFieldOfArrivals() -> Bool { reader.hasFieldOfArrivals() }

    /// Counts an input that was read to its end, and begins the next.
    @inline(never)
    private func endInput() throws(SendError) {
        try retry?.checkEnd(of: file)
        headers[file - 1] = reader.csvHeader
        ignoredOfEnded.add(reader.ignored)
        blankLines += reader.blankLines
        bytesOfEnded += inputs[file - 1].file.size ?? reader.bytesRead
        if file == inputs.count {
            hasEnded = true
        } else {
            file += 1
            reader = RecordReader(format: inputs[file - 1].format, options: options)
            isNumbered = inputs[file - 1].isNumbered
        }
    }

    /// Returns whether an input is a stream that has no data yet.
    @inline(never)
    private func mustWait(for input: InputFile) -> Bool {
        guard !input.isRegularFile, !input.hasPendingBytes else { return false }
        switch Self.state(of: input.descriptor) {
        case .hasNothing: return true
        case .hasEnded: return !mayEnd()
        case .isReadable: return false
        }
    }

    /// Reads far enough to detect an unreadable input, and its header.
    package func readStart() throws(SendError) {
        while reader.bytesRead <= UInt64(options.maxRecordBytes) + Self.maxStretch,
            case .nothingYet = try next()
        {}
    }

    /// Fills the reader. Returns false if there are no usable bytes yet.
    private func fill(from input: InputFile) throws(SendError) -> Bool {
        do {
            return try reader.fill { (buffer) throws(InputError) in
                try input.read(into: buffer)
            } != nil
        } catch {
            throw .input(error)
        }
    }

    /// Returns the bytes of a range of the last record.
    package func bytes(_ range: ByteRange) -> UnsafeRawBufferPointer { reader.bytes(range) }

    /// The bytes of an optional range.
    package func bytes(_ range: ByteRange?) -> UnsafeRawBufferPointer? {
        guard let range else { return nil }
        return reader.bytes(range)
    }

    /// The approximate bytes of the payload as sent; see `RecordReader.preparedCount`.
    package var preparedCount: Int { reader.preparedCount }

    /// Prepares the payload for sending; see `RecordReader.preparePayload`.
    package func preparePayload() -> PayloadChange? { reader.preparePayload() }

    /// Transfers the memory of the last record; see `RecordReader.detachMemory`.
    package func giveAway() -> (input: RecordMemory, decoded: RecordMemory?) {
        reader.detachMemory()
    }

    /// Returns the message for a problem of the last record.
    package func describe(_ problem: RecordProblem) -> String { reader.describe(problem) }

    /// Ignored members and columns in the records read so far.
    package var ignored: IgnoredNames {
        var all = ignoredOfEnded
        if !hasEnded { all.add(reader.ignored) }
        return all
    }

    /// Removes the last record from the count: it was only inspected.
    package func uncountLast() {
        recordsRead -= 1
        if reader.lacksPayload { recordsWithoutPayload -= 1 }
    }

    /// Returns bytes of a stream that are not in a record yet; none for a file.
    package func unreadBytes() -> [UInt8] {
        let input = inputs[file - 1].file
        guard !input.isRegularFile else { return [] }
        return reader.withUnconsumed { Array($0) } + input.takenBytes()
    }

    /// Where the unread bytes of a JSON input begin.
    var jsonPlace: RecordReader.JSONPlace { reader.jsonPlace }

    /// Returns the original header row of the current input.
    package func header() -> [UInt8] { reader.csvHeader }

    /// Bytes of the inputs up to the end of the last record; approximate for a compressed input.
    package var bytesTaken: UInt64 {
        guard !hasEnded else { return bytesOfEnded }
        let taken = reader.bytesRead - UInt64(reader.withUnconsumed { $0.count })
        let input = inputs[file - 1].file
        guard input.isPacked, reader.bytesRead > 0 else { return bytesOfEnded + taken }
        return bytesOfEnded
            + UInt64(Double(input.position) * (Double(taken) / Double(reader.bytesRead)))
    }

    /// The descriptor to watch after `waits`.
    package var descriptor: Int32 { inputs[file - 1].file.descriptor }

    private enum StreamState { case hasNothing, isReadable, hasEnded }

    private static func state(of descriptor: Int32) -> StreamState {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, 0) != 0 else { return .hasNothing }
        // The read reports an error.
        return wanted.revents == Int16(POLLHUP) ? .hasEnded : .isReadable
    }
}
