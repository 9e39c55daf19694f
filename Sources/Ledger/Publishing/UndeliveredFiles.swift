package import Platform

/// The files of the rejected and of the unknown lines of one input after the other, under temporary
/// names. A file without a line is not created.
package struct UndeliveredFiles: ~Copyable {
    /// The input whose files are open, from 1.
    private var input = 0
    private var rejected: UndeliveredFile?
    private var unknown: UndeliveredFile?
    /// The paths of the complete files, and of their origins.
    private var written: [String] = []

    package init() {
        rejected = nil
        unknown = nil
    }

    /// Opens the file of a line, whose bytes follow. Lines come in the order of the inputs.
    ///
    /// - Parameter plan: Returns the plan of the line's input.
    package mutating func begin(
        _ row: UndeliveredLine, _ plan: () -> UndeliveredPlan
    ) throws(SystemError) {
        if row.input != input {
            try closeFiles()
            input = row.input
        }
        if row.isUnknown {
            if unknown == nil {
                let plan = plan()
                unknown = try UndeliveredFile.create(plan.unknownPath, plan, kind: "unknown")
            }
        } else if rejected == nil {
            let plan = plan()
            rejected = try UndeliveredFile.create(plan.rejectedPath, plan, kind: "rejected")
        }
    }

    /// Appends a part of the line.
    package mutating func append(
        _ bytes: UnsafeRawBufferPointer, of row: UndeliveredLine
    ) throws(SystemError) {
        if row.isUnknown { try unknown?.append(bytes) } else { try rejected?.append(bytes) }
    }

    /// Appends the line feed of the line, and its origin.
    package mutating func end(_ row: UndeliveredLine) throws(LedgerError) {
        if row.isUnknown { try unknown?.end(row) } else { try rejected?.end(row) }
    }

    /// Syncs the files, which keep their temporary names. Returns their paths.
    package mutating func finish() throws(SystemError) -> [String] {
        try closeFiles()
        return written
    }

    private mutating func closeFiles() throws(SystemError) {
        if let file = rejected.take() { written += try file.finish() }
        if let file = unknown.take() { written += try file.finish() }
    }
}
