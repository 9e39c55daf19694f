import Glibc
import Records

/// The records of a run's inputs, one after the other.
final class RecordSource {
    enum Next {
        /// The record is in `record`.
        case record
        /// Much was read and holds no whole record, or what came can't be unpacked yet: ask again,
        /// after a look at what else there is to hear.
        case nothingYet
        /// A stream has nothing yet; its descriptor says when.
        case waits
        /// The next record is not complete and larger than the room there is.
        case needsRoom
        case end
    }

    struct Input {
        let file: InputFile
        let format: InputFormat
    }

    let inputs: [Input]
    /// Which input the last record came from, from 1.
    private(set) var file = 1
    /// The original header row of each CSV input, as far as it was read.
    private(set) var headers: [[UInt8]]
    /// Members and columns that were ignored, in the inputs read so far.
    private(set) var ignoredMembers: UInt64 = 0
    /// Records read so far, in all inputs, without those that were skipped.
    private(set) var recordsRead: UInt64 = 0
    /// Records left out at the start, as it was asked for.
    private(set) var recordsSkipped: UInt64 = 0
    /// Blank lines, in the inputs read so far.
    private(set) var blankLines: UInt64 = 0
    /// Asked before the end of a stream is taken for the end of the input: a signal that stops a
    /// whole pipeline also ends the program that feeds it, maybe within a record.
    var mayEnd: () -> Bool = { true }
    /// Bytes of all inputs; nil if one is a stream, whose end nobody knows.
    let bytesTotal: UInt64?
    /// Bytes of the inputs that are read to their end.
    private var bytesOfEnded: UInt64 = 0
    private let options: ReaderOptions
    private let skip: UInt64
    /// Unchecked, since it is used for every record: filling it does not come back to it.
    @exclusivity(unchecked) private var reader: RecordReader
    private var hasEnded = false

    /// The last record that was read.
    var record: Record { reader.record }

    /// What `next` reads at most before it gives a record, in bytes.
    private static let longestStretch: UInt64 = 4 << 20

    /// - Parameter skip: how many records are left out, of the first input on.
    init(_ inputs: [Input], options: ReaderOptions, skip: UInt64 = 0) {
        precondition(!inputs.isEmpty, "a run has inputs")
        self.inputs = inputs
        self.options = options
        self.skip = skip
        let sizes = inputs.compactMap(\.file.size)
        bytesTotal = sizes.count == inputs.count ? sizes.reduce(0, +) : nil
        headers = Array(repeating: [], count: inputs.count)
        reader = RecordReader(format: inputs[0].format, options: options)
    }

    /// A record that is smaller is read whatever room there is.
    private static let alwaysRead = 128 << 10

    /// Reads the next record, whose bytes are good until the next call. `room` is how many bytes may be
    /// held in all; what is read of a large record counts, so that reading one does not come on top.
    func next(room: Int = .max) throws(SendError) -> Next {
        var stretch: UInt64 = 0
        while !hasEnded {
            switch reader.next() {
            case .record:
                guard recordsSkipped == skip else {
                    recordsSkipped += 1
                    continue
                }
                recordsRead += 1
                return .record
            case .needsInput:
                if reader.incompleteBytes > max(room, Self.alwaysRead) { return .needsRoom }
                guard stretch < Self.longestStretch else { return .nothingYet }
                let input = inputs[file - 1].file
                if !input.isRegularFile, !input.hasPendingBytes {
                    switch Self.state(of: input.descriptor) {
                    case .hasNothing: return .waits
                    case .hasEnded where !mayEnd(): return .waits
                    case .hasEnded, .isReadable: break
                    }
                }
                let before = reader.bytesRead
                guard try fill(from: input) else { return .nothingYet }
                stretch += reader.bytesRead - before
            case .refused(let refusal):
                throw .refused(path: inputs[file - 1].file.path.shown, refusal)
            case .end:
                headers[file - 1] = reader.csvHeader
                ignoredMembers += reader.ignoredMembers
                blankLines += reader.blankLines
                bytesOfEnded += inputs[file - 1].file.size ?? reader.bytesRead
                if file == inputs.count {
                    hasEnded = true
                } else {
                    file += 1
                    reader = RecordReader(format: inputs[file - 1].format, options: options)
                }
            }
        }
        return .end
    }

    /// Reads as far as what makes an input unreadable as a whole shows, and its header.
    func readStart() throws(SendError) {
        while reader.bytesRead <= UInt64(options.maxRecordBytes) + Self.longestStretch,
            case .nothingYet = try next()
        {}
    }

    /// False if what came can't be given to the reader yet.
    private func fill(from input: InputFile) throws(SendError) -> Bool {
        do {
            return try reader.fill { (buffer) throws(InputError) in
                try input.read(into: buffer)
            } != nil
        } catch {
            throw .input(error)
        }
    }

    /// The bytes of a range of the last record.
    func bytes(_ range: ByteRange) -> UnsafeRawBufferPointer { reader.bytes(range) }

    /// About how many bytes the payload has as it is sent: see `RecordReader.preparedCount`.
    var preparedCount: Int { reader.preparedCount }

    /// Makes of the payload what is sent: see `RecordReader.preparePayload`.
    func preparePayload() -> PayloadChange? { reader.preparePayload() }

    /// Gives away the memory of the last record: see `RecordReader.detachMemory`.
    func giveAway() -> (input: RecordMemory, decoded: RecordMemory?) { reader.detachMemory() }

    /// What is wrong with the last record, in plain words.
    func describe(_ problem: RecordProblem) -> String { reader.describe(problem) }

    /// Leaves the last record out of the count: it was only looked at.
    func uncountLast() { recordsRead -= 1 }

    /// What was read of a stream and is in no record yet; none of a file, which can be read again.
    func unreadBytes() -> [UInt8] {
        let input = inputs[file - 1].file
        guard !input.isRegularFile else { return [] }
        return reader.withUnconsumed { Array($0) } + input.takenBytes()
    }

    /// The original header row of the present input.
    func header() -> [UInt8] { reader.csvHeader }

    /// Bytes of the inputs up to the end of the last record; of a packed one, packed bytes, about.
    var bytesTaken: UInt64 {
        guard !hasEnded else { return bytesOfEnded }
        let taken = reader.bytesRead - UInt64(reader.withUnconsumed { $0.count })
        let input = inputs[file - 1].file
        guard input.isPacked, reader.bytesRead > 0 else { return bytesOfEnded + taken }
        return bytesOfEnded
            + UInt64(Double(input.position) * (Double(taken) / Double(reader.bytesRead)))
    }

    /// The descriptor to watch while `next` says `waits`.
    var descriptor: Int32 { inputs[file - 1].file.descriptor }

    private enum StreamState { case hasNothing, isReadable, hasEnded }

    private static func state(of descriptor: Int32) -> StreamState {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, 0) != 0 else { return .hasNothing }
        // An error is for the read to find.
        return wanted.revents == Int16(POLLHUP) ? .hasEnded : .isReadable
    }
}
