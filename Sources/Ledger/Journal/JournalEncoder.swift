package import Delivery

/// Writes the journal's rows to memory, in the order in which they are to stand in the file.
///
/// Every row is one JSON object and a line feed. Its last member is `crc`: the CRC-32C of all the
/// row's bytes before `,"crc":`, in eight lower-case hexadecimal digits. It has no files, so that
/// a simulator can run on it; it does not allocate per row.
package struct JournalEncoder: ~Copyable {
    var buffer: RowBuffer
    /// Each input's name as a JSON literal, one after the other, and where each of them ends.
    private let names: RowBuffer
    private let nameEnds: [Int]
    /// Where the `sent` row begins that further lines of the same file may join.
    private var openSentRow: Int?
    private var openSentFile = 0
    private var openSentCount = 0

    /// A `sent` row takes at most this many lines, which bounds what a reader has to hold.
    static let maximumSentLines = 4096
    /// Texts of a server (`message_id`, `detail`) are recorded up to this many bytes.
    static let maximumTextBytes = 400

    /// For rows of inputs of these names, the first of which is file 1.
    package init(inputNames: [String]) {
        buffer = RowBuffer(capacity: 64 << 10)
        var names = RowBuffer(capacity: 256)
        var ends: [Int] = []
        for name in inputNames {
            names.append(text: name)
            ends.append(names.count)
        }
        self.names = names
        nameEnds = ends
    }

    /// Bytes of the rows so far.
    package var count: Int { buffer.count }

    /// Calls `body` with all rows so far, whole.
    package mutating func withBytes<R: ~Copyable, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        seal()
        return try body(buffer.bytes)
    }

    /// Forgets the rows so far, and gives back their memory unless `keepingCapacity`.
    package mutating func removeAll(keepingCapacity: Bool) {
        openSentRow = nil
        if keepingCapacity { buffer.removeAll() } else { buffer = RowBuffer(capacity: 64 << 10) }
    }

    /// The first row, once in a journal.
    package mutating func appendRun(_ header: JournalHeader) {
        seal()
        let start = buffer.count
        buffer.append("{\"kind\":\"run\",\"version\":")
        buffer.append(decimal: JournalHeader.version)
        buffer.append(",\"run_id\":")
        buffer.append(text: header.runID.description)
        buffer.append(",\"to\":")
        buffer.append(text: header.destination)
        buffer.append(",\"inputs\":[")
        for (index, input) in header.inputs.enumerated() {
            if index > 0 { buffer.append(",") }
            buffer.append("{\"path\":")
            buffer.append(text: input.path)
            buffer.append(",\"size\":")
            buffer.append(decimal: input.size)
            buffer.append(",\"modified_ns\":")
            buffer.append(decimal: Int(input.modifiedNanoseconds))
            buffer.append(",\"stream\":")
            buffer.append(input.isStream ? "true}" : "false}")
        }
        buffer.append("],\"options\":{")
        for (index, option) in header.options.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { buffer.append(",") }
            buffer.append(text: option.key)
            buffer.append(":")
            buffer.append(text: option.value)
        }
        buffer.append("}")
        close(rowFrom: start)
    }

    /// A process begins its work: `milliseconds` since 1970.
    package mutating func appendStart(bootID: String, pid: Int, at milliseconds: Int64) {
        seal()
        let start = buffer.count
        buffer.append("{\"kind\":\"start\",\"boot_id\":")
        buffer.append(text: bootID)
        buffer.append(",\"pid\":")
        buffer.append(decimal: pid)
        buffer.append(",\"at\":")
        buffer.append(timestamp: milliseconds)
        close(rowFrom: start)
    }

    /// Lines up to `line` may be started once this row is synced; the journal's first `synced`
    /// bytes are known to be.
    package mutating func appendLease(_ line: LineID, synced: UInt64) {
        seal()
        let start = buffer.count
        buffer.append("{\"kind\":\"lease\",\"file\":")
        buffer.append(decimal: line.file)
        buffer.append(",\"line\":")
        buffer.append(decimal: line.line)
        buffer.append(",\"synced\":")
        buffer.append(decimal: synced)
        close(rowFrom: start)
    }

    /// An attempt at `line` begins once this row is written. Calls in a row for lines of one file
    /// share a row.
    package mutating func appendSent(_ line: LineID) {
        if openSentRow != nil, openSentFile == line.file, openSentCount < Self.maximumSentLines {
            buffer.append(byte: 0x2c)
        } else {
            seal()
            openSentRow = buffer.count
            openSentFile = line.file
            openSentCount = 0
            buffer.append("{\"kind\":\"sent\",\"file\":")
            buffer.append(decimal: line.file)
            buffer.append(",\"lines\":[")
        }
        buffer.append(decimal: line.line)
        openSentCount += 1
    }

    /// Ends the `sent` row that further lines might have joined.
    package mutating func seal() {
        guard let start = openSentRow else { return }
        openSentRow = nil
        buffer.append(byte: 0x5d)
        close(rowFrom: start)
    }

    /// An attempt has ended, and there will be another one.
    ///
    /// - Parameters:
    ///   - attempt: Which attempt at the line it was, from 1.
    ///   - status: The status code that came, if one did.
    ///   - failure: Why there was no complete answer, if there was none.
    ///   - isCounted: Whether it counts against `--retries`.
    ///   - retryAt: The earliest time of the next one, in milliseconds since 1970.
    package mutating func appendAttempt(
        _ line: LineID, attempt: Int, fate: Fate, status: Int?, failure: TransportFailure?,
        isCounted: Bool, retryAt: Int64?
    ) {
        seal()
        let start = buffer.count
        buffer.append("{\"kind\":\"attempt\",\"file\":")
        buffer.append(decimal: line.file)
        buffer.append(",\"line\":")
        buffer.append(decimal: line.line)
        buffer.append(",\"attempt\":")
        buffer.append(decimal: attempt)
        buffer.append(",\"fate\":\"")
        append(fate)
        buffer.append("\",\"status\":")
        append(optional: status)
        buffer.append(",\"error\":")
        if let failure {
            append(.transport(failure))
        } else if let status {
            append(.status(status))
        } else {
            buffer.append("null")
        }
        buffer.append(",\"counted\":")
        buffer.append(isCounted ? "true" : "false")
        buffer.append(",\"retry_at\":")
        append(optional: retryAt.map { Int($0) })
        close(rowFrom: start)
    }

    /// The run is at its end: every line has its outcome.
    package mutating func appendFinished() {
        seal()
        let start = buffer.count
        buffer.append("{\"kind\":\"finished\"")
        close(rowFrom: start)
    }

    /// Calls `body` with the literal of the name of input `file`, from 1.
    @inline(__always)
    func nameLiteral(of file: Int) -> UnsafeRawBufferPointer {
        precondition(file >= 1 && file <= nameEnds.count, "a row is of an input of the run")
        let start = file == 1 ? 0 : nameEnds[file - 2]
        return UnsafeRawBufferPointer(rebasing: names.bytes[start..<nameEnds[file - 1]])
    }

    /// Ends the row that began at `start` with its checksum.
    @inline(__always)
    mutating func close(rowFrom start: Int) {
        let row = UnsafeRawBufferPointer(start: buffer.base + start, count: buffer.count - start)
        let checksum = CRC32C.of(row)
        buffer.append(",\"crc\":\"")
        buffer.append(hex: checksum)
        buffer.append("\"}\n")
    }

    @inline(__always)
    mutating func append(optional value: Int?) {
        if let value { buffer.append(decimal: value) } else { buffer.append("null") }
    }

    private mutating func append(_ fate: Fate) {
        switch fate {
        case .accepted: buffer.append("accepted")
        case .refused: buffer.append("refused")
        case .unsent: buffer.append("unsent")
        case .uncertain: buffer.append("uncertain")
        }
    }
}
