import Delivery
import Records

/// What `check` found, and what a send would do.
struct CheckPlan {
    /// The most places that are kept of each kind of problem.
    static let placesKept = 5

    var inputs: [Input] = []
    var valid: UInt64 = 0
    var invalid: UInt64 = 0
    /// Valid records in which nothing stands where `--map` says the payload does.
    var withoutPayload: UInt64 = 0
    /// Records left out on purpose; in no other count.
    var skipped: UInt64 = 0
    var problems: [RecordProblem.Code: Problem] = [:]
    /// Counted over valid records.
    var applications = Tally()
    /// Counted over valid records; decoded.
    var eventTypes = Tally()
    /// Of all records, valid or not.
    var largest = LargestRecords()
    var rates = Rates()
    /// Valid records that repeat an earlier one; nil if nobody asked.
    var duplicates: DuplicateFinder.Found?

    var records: UInt64 { valid + invalid }

    struct Input {
        var path: String
        /// Unpacked, if it is packed.
        var bytes: UInt64 = 0
        var isPacked = false
        var records: UInt64 = 0
        var blankLines: UInt64 = 0
        var ignoredMembers: UInt64 = 0
        /// Why it can't be read as what it should be; nil if it can.
        var refusal: String?
    }

    /// All records with one kind of problem.
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

    /// The kinds of problem with their records, the most frequent first.
    var orderedProblems: [(code: RecordProblem.Code, problem: Problem)] {
        problems.map { ($0.key, $0.value) }.sorted {
            ($0.problem.count, $1.code.rawValue) > ($1.problem.count, $0.code.rawValue)
        }
    }

    /// The path of the input in which a record stands.
    func path(of place: RecordPlace) -> String { inputs[place.input].path }

    var exitStatus: ExitStatus {
        .mostSevere(of: [
            invalid > 0 ? .someNotAccepted : .success,
            inputs.contains { $0.refusal != nil } ? .usage : .success,
        ])
    }
}
