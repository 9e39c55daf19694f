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
    /// The lines in its file of origins that no record is known to be, if there are records without an
    /// origin: some of these were edited while others were removed or added.
    package let missing: Missing
    /// The records that are left out, since other runs have sent them.
    package let leftOut: UInt64
    package let unmatchedMayHaveArrived: Bool

    /// Lines of which no record is known.
    package struct Missing: Sendable {
        package var count: UInt64 = 0
        /// The file and the line of the first ones.
        package var first: [(file: String, line: UInt64)] = []

        /// Maximum lines to name.
        static let maxNamed = 3
    }

    /// Keeps what the records of an input need once they are matched.
    ///
    /// - Parameter sent: 1 for each line that is left out; nil if none is.
    init(
        _ matching: OriginMatching, input: Int, of run: RunOrigins, unmatched: UInt64,
        without sent: MatchNumbers?, makesSameMessages: Bool, firstName: Int
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
        var missing = Missing()
        if unmatched > 0 {
            for line in 0..<origins.count where try matching.records.number(at: line) == 0 {
                missing.count += 1
                guard missing.first.count < Missing.maxNamed else { continue }
                do throws(OriginsError) {
                    let origin = try origins.origin(at: line)
                    missing.first.append((run.names.texts[origin.name], origin.line))
                } catch {
                    throw .origins(error)
                }
            }
        }
        self.missing = missing
        let progress = matching.progress
        progress?.begin(.keeping)
        progress?.beginPass(steps: count)
        var leftOut: UInt64 = 0
        for record in 0..<count {
            try progress?.step()
            let line = try matching.lines.number(at: record)
            var isSent = false
            if let sent, line > 0 { isSent = try sent.number(at: line - 1) == 1 }
            if isSent { leftOut += 1 }
            try SendError.system { () throws(SystemError) in
                guard !isSent else { return try run.appendLeftOut() }
                try run.append(
                    line > 0 ? OriginPlace(number: origins.places.number(at: line - 1)) : nil)
            }
        }
        self.leftOut = leftOut
    }

    /// Returns whether a record, counted from 1, is left out.
    func isLeftOut(_ record: UInt64) throws(OriginsError) -> Bool {
        guard leftOut > 0, record >= 1, record <= count else { return false }
        return try run.isLeftOut(first + record - 1)
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
