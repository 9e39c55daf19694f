import Delivery
import Ledger
import Platform
import Records
import Sending

/// A run that sends lines of an earlier run again, as its summary or its journal says: by
/// `--retry-of`, or from files of undelivered lines.
struct RetryRun {
    let report: ReportPath
    let isFinished: Bool
    /// The run whose lines it sends.
    let retriedID: String
    /// The first run of these lines.
    let firstID: String?
    let id: String
    /// The paths of its inputs.
    let inputs: [String]
    /// The same with their sizes and times; empty of a run that is not finished.
    private let pastInputs: [PastInput]
    /// The lines that it sends again, as its options have them.
    let selection: [String]
    /// The other runs whose lines it leaves out.
    let sentBy: [SentRun]
    /// Its lines, and those that it leaves out; 0 of a run that is not finished.
    let read: UInt64
    /// RFC 3339; nil of a run that is not finished.
    let startedAt: String?
    /// The lines that it reads of files of undelivered lines, such as `1.rejected`; empty for those
    /// that `--retry-of` selects from the inputs.
    private let lines: Set<String>
    /// The outcomes that `--retry-of` selects; empty if it has other conditions too.
    private let outcomes: Set<Outcome>

    /// Maximum files in a folder to read.
    private static let maxCandidates = 500

    /// Returns nil for a report without files, and for one of another run.
    init?(_ report: ReportPath) {
        guard let files = try? report.files.find() else { return nil }
        let options: (String) -> String?
        var pastInputs: [PastInput] = []
        var read: UInt64 = 0
        let inputs: [String]
        let id: String?
        let startedAt: String?
        if files.journal != .absent {
            let header = (try? Journal.header(of: report.journal)) ?? nil
            options = { header?.options[$0] }
            id = header?.runID.description
            inputs = header?.inputs.map(\.path) ?? []
            startedAt = nil
        } else if files.report != .absent,
            let summary = (try? JSONFields(readFrom: report.summary)) ?? nil
        {
            options = { summary.string("options", $0) }
            id = summary.string("run_id")
            pastInputs = PastInput.all(in: summary)
            read = summary.number("counts", "read") ?? 0
            inputs = pastInputs.map(\.path)
            startedAt = summary.string("started_at")
        } else {
            return nil
        }
        guard let id, let retriedID = options(RetriedRun.runOption) else { return nil }
        self.report = report
        isFinished = files.journal == .absent
        self.id = id
        self.retriedID = retriedID
        firstID = options(RetriedRun.firstRunOption)
        self.inputs = inputs
        self.pastInputs = pastInputs
        self.read = read + (options(RetriedRun.leftOutOption).flatMap { UInt64($0) } ?? 0)
        selection = Self.selection(options)
        sentBy = RetriedRun.sentBy(options(RetriedRun.sentByOption) ?? "")
        self.startedAt = startedAt
        func list(_ flag: String) -> Set<String> {
            Set((options(flag) ?? "").split(separator: ",").map(String.init))
        }
        lines = list(RetriedRun.linesOption)
        let hasErrors = !list(Flags.retryOf.errors.declaration.spelling).isEmpty
        outcomes =
            hasErrors
            ? []
            : Set(
                list(Flags.retryOf.outcomes.declaration.spelling)
                    .compactMap { Outcome(rawValue: $0) })
    }

    /// The run as one whose lines are left out by others.
    var asSent: SentRun {
        SentRun(id: id, report: report.path, sendsUnchanged: lines.isEmpty)
    }

    /// Returns the lines that a run sends again.
    ///
    /// - Parameter options: Returns the option of a name.
    static func selection(_ options: (String) -> String?) -> [String] {
        [
            RetriedRun.linesOption, Flags.retryOf.outcomes.declaration.spelling,
            Flags.retryOf.errors.declaration.spelling,
        ].map { options($0) ?? "" }
    }

    /// Whether it read these files as they are now. A run that is not finished is compared when it is
    /// resumed.
    func isUnchanged(_ paths: [InputPath]) -> Bool {
        guard inputs == paths.map(\.shown) else { return false }
        guard isFinished else { return true }
        return zip(pastInputs, paths).allSatisfy { past, path in
            guard case .file(let name) = path,
                let status = (try? FileStatus.of(name, followingLinks: true)) ?? nil
            else { return true }
            return past.isUnchanged(
                InputIdentity(
                    path: name, size: status.size,
                    modifiedNanoseconds: status.modifiedNanoseconds, isStream: false))
        }
    }

    /// The files of a kind, `rejected` or `unknown`, whose lines it sends.
    func filesSent(_ kind: Outcome) -> Set<String> {
        lines.filter { $0.hasSuffix(".\(kind.rawValue)") }
    }

    /// Whether it sends all lines with some outcomes by `--retry-of`.
    func selects(_ all: Set<Outcome>) -> Bool { lines.isEmpty && all.isSubset(of: outcomes) }

    /// Returns the reports in the folder of a report whose names begin as that of a retry would, and
    /// in an outbox those of the files of its lines.
    static func candidates(beside report: ReportPath) -> [ReportPath] {
        let folder = Directory.parent(of: report.path)
        let prefix = report.path.contains("/") ? (folder == "/" ? "/" : folder + "/") : ""
        let stem = String(decoding: report.stem.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        // Each source has its own limit: none hides another.
        var found = reports(in: folder, prefix, beginningWith: stem).suffix(maxCandidates)
        for folder in OutboxPlace(of: report)?.related(upTo: maxCandidates) ?? [] {
            found += reports(in: folder, folder + "/", beginningWith: "").suffix(maxCandidates)
        }
        return found.filter { $0.path != report.path }
    }

    /// - Parameter prefix: The start of the paths in the folder.
    private static func reports(
        in folder: String, _ prefix: String, beginningWith stem: String
    ) -> [ReportPath] {
        let journal = ".journal"
        let names = ((try? Directory.names(in: folder)) ?? [])
            .compactMap { String(validating: $0, as: UTF8.self) }.filter { $0.hasPrefix(stem) }
        return names.sorted().compactMap { name in
            let isJournal = name.hasSuffix(journal)
            guard isJournal || name.hasSuffix(".report.ndjson") || name.hasSuffix(".report.csv")
            else { return nil }
            return ReportPath(
                text: prefix + (isJournal ? String(name.dropLast(journal.count)) : name))
        }
    }
}
