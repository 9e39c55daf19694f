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
    /// The longest record, valid or not; nil if there was none.
    var largest: Largest?
    /// The rate for which the time is given; nil if none was.
    var rate: Rate?

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
        var path: String
        var line: UInt64
        /// A sentence that ends with the byte offset.
        var description: String
    }

    struct Largest {
        /// Bytes without the line's end.
        var length: UInt64
        var path: String
        var line: UInt64
    }

    var exitStatus: ExitStatus {
        .gravest(of: [
            invalid > 0 ? .someNotAccepted : .success,
            inputs.contains { $0.refusal != nil } ? .usage : .success,
        ])
    }
}
