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
    private var files = UndeliveredFiles()

    /// Bytes per read of a large record; a multiple of the hash's stripe.
    private static let chunkSize = 256 << 10

    /// - Parameters:
    ///   - plans: One for each input, in order.
    ///   - spool: The bytes of records whose rows refer to the spool.
    package init(_ plans: [UndeliveredPlan], spool: (any RecordBytes)?) {
        self.plans = plans
        self.spool = spool
        chunk = .allocate(byteCount: Self.chunkSize, alignment: 16)
    }

    deinit { chunk.deallocate() }

    /// Copies the row's record if it is undelivered. Rows come in the report's order.
    ///
    /// - Throws: `.inputChanged` if the record's bytes do not have the row's hash.
    package mutating func append(_ row: borrowing JournalRow) throws(LedgerError) {
        guard row.fields.outcome != .accepted, !Self.hasNoBytes(row) else { return }
        let line = UndeliveredLine(row)
        precondition(line.input <= plans.count, "a row is of an input of the run")
        let plan = plans[line.input - 1]
        try LedgerError.system { () throws(SystemError) in try files.begin(line) { plan } }
        guard try copy(line, row.location, plan) else {
            throw .inputChanged(path: plan.inputPath, line: row.fields.line)
        }
        try files.end(line)
    }

    /// Syncs the files, which keep their temporary names.
    package consuming func finish() throws(SystemError) {
        _ = try files.finish()
    }

    /// Whether the record is over the size limit or a part of the input that gives no records: its
    /// bytes were never kept.
    private static func hasNoBytes(_ row: borrowing JournalRow) -> Bool {
        guard let error = row.fields.error else { return false }
        let code = row.bytes[error].dropFirst().dropLast()
        return code.elementsEqual(RecordProblem.Code.recordTooLarge.rawValue.utf8)
            || code.elementsEqual(RecordProblem.Code.incompleteInput.rawValue.utf8)
    }

    /// Copies a record. Returns false if its bytes have changed.
    private mutating func copy(
        _ line: UndeliveredLine, _ location: RecordLocation, _ plan: UndeliveredPlan
    ) throws(LedgerError) -> Bool {
        guard let source = location.spool == nil ? plan.originals : spool else {
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
                try files.append(UnsafeRawBufferPointer(piece), of: line)
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
}
