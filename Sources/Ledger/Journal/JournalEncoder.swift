package import Delivery

/// An encoder of journal rows to memory.
///
/// A row is a JSON object and a line feed. Its last member is `crc`: the CRC-32C of the row's bytes
/// before `,"crc":`, in eight lower-case hexadecimal digits. The encoder has no file, so that a
/// simulator can use it, and does not allocate per row.
package struct JournalEncoder: ~Copyable {
    var buffer: RowBuffer
    /// The inputs' names as concatenated JSON literals, and the end of each.
    private let names: RowBuffer
    private let nameEnds: [Int]
    /// Whether `sent` rows have the hashes of the records.
    private let hasSentHashes: Bool
    /// Whether outcome rows have the members of a replay.
    let isScheduled: Bool
    /// The start of the open `sent` row, which further lines can join.
    private var openSentRow: Int?
    private var openSentFile = 0
    private var openSentCount = 0

    /// The `owner` row of a shard's process, to repeat; empty without one.
    private let ownerRow: [UInt8]
    /// The end of the last `owner` row in the buffer; negative if it was removed.
    private var ownerEnd = 0

    /// Bytes after which the `owner` row is repeated, so that a reader from the journal's end finds
    /// it soon.
    package static let ownerInterval = 256 << 10
    /// Maximum lines of a `sent` row, which bounds a reader's memory.
    static let maxSentLines = 4096
    /// Maximum bytes of a server's text (`message_id`, `detail`).
    static let maxTextBytes = 400

    /// - Parameters:
    ///   - header: The identity of the run, which the rows must fit.
    ///   - origins: The names of further files in rows, which are numbered after the inputs.
    ///   - ownerRow: The journal's last `owner` row with its line feed; empty without one.
    package init(_ header: JournalHeader, origins: [String] = [], ownerRow: [UInt8] = []) {
        self.ownerRow = ownerRow
        hasSentHashes = header.hasSentHashes
        isScheduled = header.isReplay
        buffer = RowBuffer(capacity: 64 << 10)
        var names = RowBuffer(capacity: 256)
        var ends: [Int] = []
        for name in header.inputs.map(\.path) + origins {
            names.append(text: name)
            ends.append(names.count)
        }
        self.names = names
        nameEnds = ends
    }

    /// Bytes of the rows so far.
    package var count: Int { buffer.count }

    /// All rows so far, complete; valid until the next change.
    package mutating func rows() -> UnsafeRawBufferPointer {
        seal()
        return buffer.bytes
    }

    /// Calls `body` with all rows so far.
    package mutating func withBytes<R: ~Copyable, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        seal()
        return try body(buffer.bytes)
    }

    /// Removes all rows, and frees their memory unless `keepingCapacity`.
    package mutating func removeAll(keepingCapacity: Bool) {
        openSentRow = nil
        ownerEnd -= buffer.count
        if keepingCapacity { buffer.removeAll() } else { buffer = RowBuffer(capacity: 64 << 10) }
    }

    /// Appends the journal's first row.
    package mutating func appendRun(_ header: JournalHeader) {
        seal()
        let start = buffer.count
        buffer.append("{\"kind\":\"run\",\"version\":")
        buffer.append(decimal: header.version)
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
        buffer.close(rowFrom: start)
    }

    /// Appends the start of a process.
    ///
    /// - Parameter milliseconds: The time in milliseconds since 1970.
    package mutating func appendStart(bootID: String, pid: Int, at milliseconds: Int64) {
        seal()
        let start = buffer.count
        buffer.append("{\"kind\":\"start\",\"boot_id\":")
        buffer.append(text: bootID)
        buffer.append(",\"pid\":")
        buffer.append(decimal: pid)
        buffer.append(",\"at\":")
        buffer.append(timestamp: milliseconds)
        buffer.close(rowFrom: start)
    }

    /// Appends what identifies the process of the `start` row before, as the owner of a shard.
    package mutating func appendOwner(_ owner: JournalOwner) {
        seal()
        let start = buffer.count
        buffer.append("{\"kind\":\"owner\",\"host\":")
        buffer.append(optional: owner.host)
        buffer.append(",\"process_start\":")
        buffer.append(optional: owner.processStart)
        buffer.append(",\"attempt\":")
        buffer.append(optional: owner.attempt)
        if let inode = owner.inode {
            buffer.append(",\"inode\":")
            buffer.append(decimal: inode)
        }
        buffer.close(rowFrom: start)
    }

    /// Repeats the `owner` row after some rows.
    private mutating func repeatOwner() {
        guard !ownerRow.isEmpty, buffer.count - ownerEnd >= Self.ownerInterval else {
            return
        }
        buffer.append(ownerRow)
        ownerEnd = buffer.count
    }

    /// Appends how far all records have their outcomes.
    ///
    /// - Parameters:
    ///   - position: The position after the last record that was read.
    ///   - open: The records before it without an outcome row.
    package mutating func appendCheckpoint(_ position: ReportPosition, open: [ReportPosition]) {
        seal()
        let start = buffer.count
        buffer.append("{\"kind\":\"checkpoint\",\"file\":")
        buffer.append(decimal: position.input)
        buffer.append(",\"record\":")
        buffer.append(decimal: position.record)
        buffer.append(",\"open\":[")
        for (index, record) in open.enumerated() {
            if index > 0 { buffer.append(byte: 0x2c) }
            buffer.append(byte: 0x5b)
            buffer.append(decimal: record.input)
            buffer.append(byte: 0x2c)
            buffer.append(decimal: record.record)
            buffer.append(byte: 0x5d)
        }
        buffer.append(byte: 0x5d)
        buffer.close(rowFrom: start)
        repeatOwner()
    }

    /// Appends a lease: lines up to `line` may be sent once this row is synced.
    ///
    /// - Parameter synced: Bytes of the journal that are known to be synced.
    package mutating func appendLease(_ line: LineID, synced: UInt64) {
        seal()
        let start = buffer.count
        buffer.append("{\"kind\":\"lease\"")
        append(line)
        buffer.append(",\"synced\":")
        buffer.append(decimal: synced)
        buffer.close(rowFrom: start)
        repeatOwner()
    }

    /// Appends a line whose request is sent after the row is written.
    ///
    /// Consecutive lines of one file share a row.
    ///
    /// - Parameter hash: XXH64 of the record.
    package mutating func appendSent(_ line: LineID, hash: UInt64) {
        if openSentRow != nil, openSentFile == line.file, openSentCount < Self.maxSentLines {
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
        if hasSentHashes {
            buffer.append(byte: 0x5b)
            buffer.append(decimal: line.line)
            buffer.append(",\"")
            buffer.append(hex: hash)
            buffer.append("\"]")
        } else {
            buffer.append(decimal: line.line)
        }
        openSentCount += 1
    }

    /// Closes the open `sent` row.
    package mutating func seal() {
        guard let start = openSentRow else { return }
        openSentRow = nil
        buffer.append(byte: 0x5d)
        buffer.close(rowFrom: start)
    }

    /// Appends the end of an attempt that is not the line's last.
    ///
    /// - Parameters:
    ///   - attempt: The number of the attempt, from 1.
    ///   - status: The response's status code; nil without one.
    ///   - failure: The reason why there is no complete response; nil if there is one.
    ///   - isCounted: Whether the attempt counts against `--retries`.
    ///   - retryAt: The earliest time of the next attempt, in milliseconds since 1970.
    package mutating func appendAttempt(
        _ line: LineID, attempt: Int, fate: Fate, status: Int?, failure: TransportFailure?,
        isCounted: Bool, retryAt: Int64?
    ) {
        seal()
        let start = buffer.count
        buffer.append("{\"kind\":\"attempt\"")
        append(line)
        buffer.append(",\"attempt\":")
        buffer.append(decimal: attempt)
        buffer.append(",\"fate\":\"")
        append(fate)
        buffer.append("\",\"status\":")
        buffer.append(optional: status)
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
        buffer.append(optional: retryAt.map { Int($0) })
        buffer.close(rowFrom: start)
    }

    /// Appends the journal's last row: every record has its outcome.
    package mutating func appendFinished() {
        seal()
        let start = buffer.count
        buffer.append("{\"kind\":\"finished\"")
        buffer.close(rowFrom: start)
    }

    /// Returns the literal of the name of file `file`, from 1: an input, or an origin after them.
    @inline(__always)
    func nameLiteral(of file: Int) -> UnsafeRawBufferPointer {
        precondition(file >= 1 && file <= nameEnds.count, "a row is of an input of the run")
        let start = file == 1 ? 0 : nameEnds[file - 2]
        return UnsafeRawBufferPointer(rebasing: names.bytes[start..<nameEnds[file - 1]])
    }

    private mutating func append(_ line: LineID) {
        buffer.append(",\"file\":")
        buffer.append(decimal: line.file)
        buffer.append(",\"line\":")
        buffer.append(decimal: line.line)
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
