package import Ledger
import Platform

/// The origins of the records of a file of undelivered lines, which may have been edited.
package final class InputOrigins: RecordOrigins {
    /// The file of origins of one input.
    struct File {
        /// The number of the input, from 1.
        var input: Int
        var path: String
        /// Its attributes when it was matched.
        var status: FileStatus
    }

    private let run: RunOrigins
    private let file: File
    /// The index of the first record in `run`.
    private let first: UInt64
    /// Whether the messages of unchanged lines are those of the earlier run.
    private let makesSameMessages: Bool
    /// The number of the run's first name in rows.
    let firstName: Int
    /// The records without an origin.
    package let unmatched: UInt64
    /// All records.
    package let count: UInt64
    /// The lines in its file of origins.
    package let known: UInt64
    package let unmatchedMayHaveArrived: Bool

    /// Keeps what the records of an input need once they are matched.
    init(
        _ matching: OriginMatching, input: Int, of run: RunOrigins, unmatched: UInt64,
        makesSameMessages: Bool, firstName: Int
    ) throws(SendError) {
        let origins = matching.origins
        self.run = run
        file = File(input: input, path: origins.path, status: origins.reader.status)
        first = run.count
        count = matching.lines.count
        known = origins.count
        unmatchedMayHaveArrived = origins.mayHaveArrived
        self.unmatched = unmatched
        self.makesSameMessages = makesSameMessages
        self.firstName = firstName
        let progress = matching.progress
        progress?.begin(.keeping)
        progress?.beginPass(steps: count)
        for record in 0..<count {
            try progress?.step()
            let line = try matching.lines.number(at: record)
            try SendError.system { () throws(SystemError) in
                try run.append(
                    line > 0 ? OriginPlace(number: origins.places.number(at: line - 1)) : nil)
            }
        }
    }

    package func origin(
        of record: UInt64, hash: UInt64
    ) throws(OriginsError) -> RecordOrigin? {
        guard record >= 1, record <= count,
            var origin = try run.origin(ofRecord: first + record - 1, in: file)
        else { return nil }
        origin.keepsKey = origin.hash == hash && makesSameMessages
        return origin
    }
}
