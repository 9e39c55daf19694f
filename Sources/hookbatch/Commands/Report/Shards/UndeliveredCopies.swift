import Delivery
import Ledger
import Platform
import Records

/// The files of lines that were not accepted of a merged job, under temporary names.
///
/// Each input has a file of rejected and a file of unknown records, as a run has. A file without a
/// record is not created.
struct UndeliveredCopies: ~Copyable {
    /// The input whose files are open, from 1.
    private var input = 0
    private var rejected: UndeliveredFile?
    private var unknown: UndeliveredFile?
    /// The paths of the complete files.
    private(set) var written: [String] = []

    init() {
        rejected = nil
        unknown = nil
    }

    /// Copies a record that was not accepted.
    ///
    /// - Parameters:
    ///   - bytes: Its original bytes.
    ///   - plan: The input's, with the header row and the origins.
    mutating func append(
        _ bytes: UnsafeRawBufferPointer, _ row: UndeliveredLine, isUnknown: Bool,
        input number: Int, _ plan: () -> UndeliveredPlan
    ) throws(LedgerError) {
        do throws(SystemError) {
            if number != input {
                try closeFiles()
                input = number
            }
            if isUnknown {
                if unknown == nil {
                    let plan = plan()
                    unknown = try UndeliveredFile.create(plan.unknownPath, plan, kind: "unknown")
                }
                try unknown?.append(bytes)
            } else {
                if rejected == nil {
                    let plan = plan()
                    rejected = try UndeliveredFile.create(plan.rejectedPath, plan, kind: "rejected")
                }
                try rejected?.append(bytes)
            }
        } catch {
            throw .system(error)
        }
        if isUnknown { try unknown?.end(row) } else { try rejected?.end(row) }
    }

    /// Syncs the files, which keep their temporary names. Returns their paths.
    consuming func finish() throws(SystemError) -> [String] {
        try closeFiles()
        return written
    }

    private mutating func closeFiles() throws(SystemError) {
        if let file = rejected.take() {
            written += [file.path, file.path + OriginsHeader.pathExtension]
            try file.finish()
        }
        if let file = unknown.take() {
            written += [file.path, file.path + OriginsHeader.pathExtension]
            try file.finish()
        }
    }
}
