import Glibc
import Records

/// The records of a run's inputs, one after the other.
final class RecordSource {
    enum Next {
        case record(Record)
        /// A stream has nothing yet; its descriptor says when.
        case waits
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
    /// Records read so far, in all inputs.
    private(set) var recordsRead: UInt64 = 0
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
    private var reader: RecordReader
    private var hasEnded = false

    init(_ inputs: [Input], options: ReaderOptions) {
        precondition(!inputs.isEmpty, "a run has inputs")
        self.inputs = inputs
        self.options = options
        let sizes = inputs.compactMap(\.file.size)
        bytesTotal = sizes.count == inputs.count ? sizes.reduce(0, +) : nil
        headers = Array(repeating: [], count: inputs.count)
        reader = RecordReader(format: inputs[0].format, options: options)
    }

    /// The next record, whose bytes are good until the next call.
    func next() throws(SendError) -> Next {
        while !hasEnded {
            switch reader.next() {
            case .record(let record):
                recordsRead += 1
                return .record(record)
            case .needsInput:
                let input = inputs[file - 1].file
                if !input.isRegularFile, !input.hasPendingBytes {
                    switch Self.state(of: input.descriptor) {
                    case .hasNothing: return .waits
                    case .hasEnded where !mayEnd(): return .waits
                    case .hasEnded, .isReadable: break
                    }
                }
                try fill(from: input)
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

    private func fill(from input: InputFile) throws(SendError) {
        do {
            try reader.fill { (buffer) throws(InputError) in try input.read(into: buffer) }
        } catch {
            throw .input(error)
        }
    }

    /// The bytes of a range of the last record.
    func bytes(_ range: ByteRange) -> UnsafeRawBufferPointer { reader.bytes(range) }

    /// Leaves the last record out of the count: it was only looked at.
    func uncountLast() { recordsRead -= 1 }

    /// What was read of a stream and is in no record yet; none of a file, which can be read again.
    func unreadBytes() -> [UInt8] {
        guard !inputs[file - 1].file.isRegularFile else { return [] }
        return reader.withUnconsumed { Array($0) }
    }

    /// The original header row of the present input.
    func header() -> [UInt8] { reader.csvHeader }

    /// Bytes of the inputs up to the end of the last record.
    var bytesTaken: UInt64 {
        guard !hasEnded else { return bytesOfEnded }
        return bytesOfEnded + reader.bytesRead - UInt64(reader.withUnconsumed { $0.count })
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
