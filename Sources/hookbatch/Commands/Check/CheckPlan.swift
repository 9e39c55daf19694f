import Delivery
import Records
import Sending

/// The result of `check`: the records, and what a send would do.
struct CheckPlan {
    /// Maximum places to keep for each error.
    static let placesKept = 5

    var inputs: [Input] = []
    /// The positions of the fields.
    var mapping = FieldMapping()
    var valid: UInt64 = 0
    var invalid: UInt64 = 0
    /// Valid records without a payload.
    var withoutPayload: UInt64 = 0
    /// Records skipped by `--skip`, `--only` or `--except`; in no other count.
    var skipped = SkippedRecords()
    /// The flags that select records, with their values.
    var selection: [String] = []
    /// The times of the records to keep; nil without a window.
    var window: TimeWindow?
    var problems: [RecordProblem.Code: Problem] = [:]
    /// Counted over valid records.
    var applications = Tally()
    /// Counted over valid records; decoded.
    var eventTypes = Tally()
    /// The first valid record as it would be sent; nil without one.
    var firstMessage: FirstMessage?
    /// Of all records, valid or not.
    var largest = LargestRecords()
    var rates = Rates()
    /// Of valid records; nil without `--pace recorded`.
    var replay: ReplayPlan?
    /// The records of each shard; nil without `--shards`.
    var shards: ShardPlan?
    /// Valid records that repeat an earlier one; nil without `--duplicates`.
    var duplicates: DuplicateFinder.Found?

    var records: UInt64 { valid + invalid }

    struct Input {
        var path: String
        /// Decompressed bytes.
        var bytes: UInt64 = 0
        var packing: Packing?
        var hasHeader = false
        var records: UInt64 = 0
        var blankLines: UInt64 = 0
        var ignored = IgnoredNames()
        /// Why the input can't be read; nil if it can.
        var refusal: String?
        /// Whether a record is not UTF-8, and may be in Windows-1252.
        var mayBeWindows1252 = false
    }

    /// All records with one error code.
    struct Problem {
        var count: UInt64 = 0
        /// The first `placesKept`.
        var places: [Place] = []
    }

    struct Place {
        var place: RecordPlace
        /// A sentence that ends with the byte offset.
        var description: String
    }

    /// The errors with their records, the most frequent first.
    var orderedProblems: [(code: RecordProblem.Code, problem: Problem)] {
        problems.map { ($0.key, $0.value) }.sorted {
            ($0.problem.count, $1.code.rawValue) > ($1.problem.count, $0.code.rawValue)
        }
    }

    /// Why there are no records, or only lines of text; nil if there are, or an input can't be read.
    var noLines: NoLines? {
        let text = problems[.notJSON]?.count ?? 0
        guard records == 0 || records == text && skipped.unselected > 0,
            inputs.allSatisfy({ $0.refusal == nil })
        else { return nil }
        return NoLines(
            inputs: inputs.count, headers: inputs.count { $0.hasHeader },
            blankLines: inputs.reduce(0) { $0 + $1.blankLines }, skipped: skipped,
            selection: selection, hasText: records > 0)
    }

    /// The names of the ignored members and columns in all inputs.
    var ignored: IgnoredNames { inputs.reduce(into: IgnoredNames()) { $0.add($1.ignored) } }

    /// The field that no record has; nil without one.
    var missingField: MissingField? {
        guard let (code, problem) = orderedProblems.first else { return nil }
        return MissingField(
            code.rawValue, count: problem.count, of: records, mapping, ignored: ignored)
    }

    /// Returns the path of the input of a record.
    func path(of place: RecordPlace) -> String { inputs[place.input].path }

    var exitStatus: ExitStatus {
        .mostSevere(of: [
            invalid > 0 ? .someNotAccepted : .success,
            inputs.contains { $0.refusal != nil } ? .usage : .success,
        ])
    }
}
