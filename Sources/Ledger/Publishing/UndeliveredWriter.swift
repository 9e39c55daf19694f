import Delivery
package import Platform
import Records

/// A writer of undelivered records' original bytes, under temporary names.
///
/// Each input has a file of rejected and a file of unknown records. A file without a record is not
/// created.
package struct UndeliveredWriter: ~Copyable {
    private let plans: [UndeliveredPlan]
    private let spool: (any RecordBytes)?
    private let chunk: UnsafeMutableRawBufferPointer
    /// The input whose files are open, from 1.
    private var input = 0
    private var rejected: UndeliveredFile?
    private var unknown: UndeliveredFile?

    /// Bytes per read of a large record; a multiple of the hash's stripe.
    private static let chunkSize = 256 << 10

    /// - Parameters:
    ///   - plans: One for each input, in order.
    ///   - spool: The bytes of records whose rows refer to the spool.
    package init(_ plans: [UndeliveredPlan], spool: (any RecordBytes)?) {
        self.plans = plans
        self.spool = spool
        chunk = .allocate(byteCount: Self.chunkSize, alignment: 16)
        rejected = nil
        unknown = nil
    }

    deinit { chunk.deallocate() }

    /// Copies the row's record if it is undelivered. Rows come in the report's order.
    ///
    /// - Throws: `.inputChanged` if the record's bytes do not have the row's hash.
    package mutating func append(_ row: borrowing JournalRow) throws(LedgerError) {
        guard row.fields.outcome != .accepted, !Self.hasNoBytes(row) else { return }
        if row.location.input != input {
            try LedgerError.system { () throws(SystemError) in try closeFiles() }
            input = row.location.input
            precondition(input <= plans.count, "a row is of an input of the run")
        }
        if row.fields.outcome == .unknown {
            if unknown == nil { unknown = try open(plans[input - 1].unknownPath, "unknown") }
        } else {
            if rejected == nil { rejected = try open(plans[input - 1].rejectedPath, "rejected") }
        }
        guard try copy(row) else {
            throw .inputChanged(path: plans[input - 1].inputPath, line: row.fields.line)
        }
        if row.fields.outcome == .unknown {
            try unknown?.end(UndeliveredLine(row))
        } else {
            try rejected?.end(UndeliveredLine(row))
        }
    }

    /// Syncs the files, which keep their temporary names.
    package consuming func finish() throws(SystemError) {
        try closeFiles()
    }

    /// Whether the record is over the size limit or a part of the input that gives no records: its
    /// bytes were never kept.
    private static func hasNoBytes(_ row: borrowing JournalRow) -> Bool {
        guard let error = row.fields.error else { return false }
        let code = row.bytes[error].dropFirst().dropLast()
        return code.elementsEqual(RecordProblem.Code.recordTooLarge.rawValue.utf8)
            || code.elementsEqual(RecordProblem.Code.incompleteInput.rawValue.utf8)
    }

    private func open(_ path: String, _ kind: String) throws(LedgerError) -> UndeliveredFile {
        let plan = plans[input - 1]
        return try LedgerError.system { () throws(SystemError) in
            try UndeliveredFile.create(path, plan, kind: kind)
        }
    }

    /// Copies a record. Returns false if its bytes have changed.
    private mutating func copy(_ row: borrowing JournalRow) throws(LedgerError) -> Bool {
        let isUnknown = row.fields.outcome == .unknown
        let location = row.location
        guard let source = location.spool == nil ? plans[input - 1].originals : spool else {
            return false
        }
        return try LedgerError.system { () throws(SystemError) in
            var hash = XXH64()
            var offset = location.spool ?? location.offset
            var left = location.length
            while true {
                let wanted = Int(min(left, UInt64(chunk.count)))
                let piece = UnsafeMutableRawBufferPointer(rebasing: chunk[..<wanted])
                guard try source.read(into: piece, at: offset) == wanted else { return false }
                try append(UnsafeRawBufferPointer(piece), toUnknown: isUnknown)
                left -= UInt64(wanted)
                offset &+= UInt64(wanted)
                if left == 0 {
                    guard hash.finish(UnsafeRawBufferPointer(piece)) == location.hash else {
                        return false
                    }
                    break
                }
                hash.update(UnsafeRawBufferPointer(piece))
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
