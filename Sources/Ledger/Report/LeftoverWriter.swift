import Delivery
package import Platform
import Records

/// Writes the original bytes of records that did not arrive, or may not have, to a file of each
/// kind for each input, under temporary names. A file without a record is not made.
package struct LeftoverWriter: ~Copyable {
    private let plans: [LeftoverPlan]
    private let spool: (any RecordBytes)?
    private let chunk: UnsafeMutableRawBufferPointer
    /// The input whose files are open, from 1.
    private var input = 0
    private var rejected: AtomicFile?
    private var unknown: AtomicFile?

    /// A large record is copied in pieces of this size, of whole stripes of its hash.
    private static let chunkSize = 256 << 10

    /// - Parameters:
    ///   - plans: One for each input, in order.
    ///   - spool: The bytes of records whose rows refer to the spool.
    package init(_ plans: [LeftoverPlan], spool: (any RecordBytes)?) {
        self.plans = plans
        self.spool = spool
        chunk = .allocate(byteCount: Self.chunkSize, alignment: 16)
        rejected = nil
        unknown = nil
    }

    deinit { chunk.deallocate() }

    /// Takes a row, in the order of the report, and copies its record if it is left over.
    ///
    /// - Throws: `.inputChanged` if the bytes are not those that were read at first.
    package mutating func append(_ row: borrowing JournalRow) throws(LedgerError) {
        guard row.fields.outcome != .accepted, !Self.isTooLarge(row) else { return }
        if row.place.input != input {
            try LedgerError.system { () throws(SystemError) in try closeFiles() }
            input = row.place.input
            precondition(input <= plans.count, "a row is of an input of the run")
        }
        if row.fields.outcome == .unknown {
            if unknown == nil { unknown = try open(plans[input - 1].unknownPath) }
        } else {
            if rejected == nil { rejected = try open(plans[input - 1].rejectedPath) }
        }
        guard try copy(row) else {
            throw .inputChanged(path: plans[input - 1].inputPath, line: row.fields.line)
        }
    }

    /// Syncs the files, which stay under their temporary names.
    package consuming func finish() throws(SystemError) {
        try closeFiles()
    }

    /// A record over the size limit was never held: its row says so, and it is left out.
    private static func isTooLarge(_ row: borrowing JournalRow) -> Bool {
        guard let error = row.fields.error else { return false }
        let code = row.bytes[error].dropFirst().dropLast()
        return code.elementsEqual(RecordProblem.Code.recordTooLarge.rawValue.utf8)
    }

    private func open(_ path: String) throws(LedgerError) -> AtomicFile {
        let header = plans[input - 1].header
        return try LedgerError.system { () throws(SystemError) in
            var file = try AtomicFile(path)
            try file.append(header)
            return file
        }
    }

    /// Copies a record and ends it with a line feed; false if its bytes are not what they were.
    private mutating func copy(_ row: borrowing JournalRow) throws(LedgerError) -> Bool {
        let isUnknown = row.fields.outcome == .unknown
        let place = row.place
        guard let source = place.spool == nil ? plans[input - 1].originals : spool else {
            return false
        }
        return try LedgerError.system { () throws(SystemError) in
            var hash = XXH64()
            var offset = place.spool ?? place.offset
            var left = place.length
            while true {
                let wanted = Int(min(left, UInt64(chunk.count)))
                let piece = UnsafeMutableRawBufferPointer(rebasing: chunk[..<wanted])
                guard try source.read(into: piece, at: offset) == wanted else { return false }
                try append(UnsafeRawBufferPointer(piece), toUnknown: isUnknown)
                left -= UInt64(wanted)
                offset &+= UInt64(wanted)
                if left == 0 {
                    guard hash.finish(UnsafeRawBufferPointer(piece)) == place.hash else {
                        return false
                    }
                    break
                }
                hash.update(UnsafeRawBufferPointer(piece))
            }
            try withUnsafeBytes(of: UInt8(0x0a)) { (lineFeed) throws(SystemError) in
                try append(lineFeed, toUnknown: isUnknown)
            }
            return true
        }
    }

    private mutating func append(
        _ bytes: UnsafeRawBufferPointer, toUnknown: Bool
    ) throws(SystemError) {
        if toUnknown { try unknown?.append(bytes) } else { try rejected?.append(bytes) }
    }

    private mutating func closeFiles() throws(SystemError) {
        if let file = rejected.take() { try file.finish() }
        if let file = unknown.take() { try file.finish() }
    }
}
