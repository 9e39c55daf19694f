import Delivery
import Ledger
import Platform
import Records

/// The files of lines that were not accepted of a merged job, under temporary names.
///
/// Each input has a file of rejected and a file of unknown records, as a run has. A file without a
/// record is not created.
struct UndeliveredCopies: ~Copyable {
    private let plans: [UndeliveredPlan]
    /// The input whose files are open, from 1.
    private var input = 0
    private var rejected: AtomicFile?
    private var unknown: AtomicFile?
    /// The paths of the complete files.
    private(set) var written: [String] = []

    /// - Parameter plans: One for each input, in order. The header rows are given with the records.
    init(_ plans: [UndeliveredPlan]) {
        self.plans = plans
        rejected = nil
        unknown = nil
    }

    /// Copies a record that was not accepted.
    ///
    /// - Parameters:
    ///   - bytes: Its original bytes.
    ///   - header: The header row of its input; empty without one.
    mutating func append(
        _ bytes: UnsafeRawBufferPointer, isUnknown: Bool, input number: Int, header: [UInt8]
    ) throws(SystemError) {
        if number != input {
            try closeFiles()
            input = number
        }
        let plan = plans[number - 1]
        if isUnknown {
            if unknown == nil { unknown = try Self.open(plan.unknownPath, header) }
            try unknown?.append(bytes)
            try unknown?.append([0x0a])
        } else {
            if rejected == nil { rejected = try Self.open(plan.rejectedPath, header) }
            try rejected?.append(bytes)
            try rejected?.append([0x0a])
        }
    }

    /// Syncs the files, which keep their temporary names. Returns their paths.
    consuming func finish() throws(SystemError) -> [String] {
        try closeFiles()
        return written
    }

    private static func open(_ path: String, _ header: [UInt8]) throws(SystemError) -> AtomicFile {
        var file = try AtomicFile(path)
        try file.append(header)
        return file
    }

    private mutating func closeFiles() throws(SystemError) {
        if let file = rejected.take() {
            written.append(file.path)
            try file.finish()
        }
        if let file = unknown.take() {
            written.append(file.path)
            try file.finish()
        }
    }
}
