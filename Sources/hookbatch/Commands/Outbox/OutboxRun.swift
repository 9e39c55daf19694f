import Delivery
import Platform
import Records
import Sending

/// The result of a file's run, from its summary.
struct OutboxRun {
    var isFinished: Bool
    var exitCode: Int32
    var runID: String
    var stop: Stop?
    var totals: RunTotals
    /// Lines.
    var read: UInt64
    /// Records before the first one, of other shards, or not selected.
    var skipped: UInt64
    /// The bytes of the file when the run opened it, which it read; nil if that is unknown.
    var inputSize: UInt64?
    struct Stop: Equatable {
        /// The stable name of the cause.
        var cause: String
        var detail: String
        var advice: String?
    }

    /// Whether it stopped since its compressed file is damaged or cut off.
    var isOfDamagedFile: Bool { stop?.detail.holds(InputError.unpackingFailed) ?? false }

    /// Maximum bytes of a summary.
    static let maxBytes = 16 << 20

    /// Reads a summary; nil if it is missing or invalid.
    init?(summaryAt path: String) {
        guard let text = try? SmallFile.read(path, upTo: Self.maxBytes) else { return nil }
        self.init(summary: text)
    }

    init?(summary text: [UInt8]) {
        let summary = JSONFields(text: text)
        guard let finished = summary.value("finished"), let runID = summary.string("run_id"),
            let exitCode = summary.value("exit_code").flatMap({ Int32($0) })
        else { return nil }
        func count(_ name: String) -> UInt64 {
            summary.value("counts", name).flatMap { UInt64($0) } ?? 0
        }
        isFinished = finished == "true"
        self.runID = runID
        self.exitCode = exitCode
        stop = summary.string("stop", "cause").map { cause in
            Stop(
                cause: cause, detail: summary.string("stop", "detail") ?? cause,
                advice: summary.string("stop", "advice"))
        }
        var counts = Counts()
        for outcome in Outcome.allCases { counts[outcome] = count(outcome.rawValue) }
        totals = RunTotals(
            counts: counts, retries: count("retries"),
            possibleDuplicates: count("possible_duplicates"))
        read = count("read")
        skipped = count("skipped")
        let inputs = summary.elements("inputs")
        inputSize = inputs.count == 1 ? inputs[0].number("size") : nil
    }
}
