import Ledger
import Platform
import Records
import Sending

/// The state of one shard of a job, from its files.
enum ShardState {
    /// It has a report. The members of its summary are in the second value.
    case finished(JSONFields)
    /// It has a journal, and the summary of its last stop if it stopped.
    case unfinished(JSONFields?)
    /// It has no file.
    case missing
    /// Its files are not those of a shard of this job: the rest of a sentence after the path.
    case foreign(path: String, reason: String)

    /// Reads the state of a shard from the files of its report.
    init(_ shard: Shard, of job: ShardManifest, at report: ReportPath) throws(ReportFailure) {
        do throws(SystemError) {
            let hasReport = try FileStatus.of(report.path) != nil
            let hasJournal = try FileStatus.of(report.journal) != nil
            guard hasReport || hasJournal else {
                self = .missing
                return
            }
            let summary = try JSONFields(readFrom: report.summary)
            if let summary, let reason = Self.difference(summary, shard, job) {
                self = .foreign(path: report.summary, reason: reason)
            } else if !hasReport {
                self = .unfinished(summary)
            } else if let summary, summary.value("finished") == "true" {
                self = .finished(summary)
            } else {
                self = .foreign(
                    path: report.summary, reason: "is not the summary of the finished shard")
            }
        } catch {
            throw .system(error)
        }
    }

    /// Returns why a summary is not that of a shard of the job; nil if it is.
    private static func difference(
        _ summary: JSONFields, _ shard: Shard, _ job: ShardManifest
    ) -> String? {
        let text = summary.string("options", Flags.shards.shard.declaration.spelling) ?? ""
        if text != shard.text {
            return text.isEmpty
                ? "is of a run without shards" : "is of shard \(Escaping.escaped(text))"
        }
        let id = summary.string("run_id") ?? ""
        if id != job.jobID.description {
            return "is of the job \(Escaping.escaped(id)), not of \(job.jobID)"
        }
        let paths = summary.elements("inputs").map { $0.string("path") ?? "" }
        if let (other, own) = zip(paths, job.inputs.map(\.path)).first(where: { $0 != $1 }) {
            return "has rows with the input path \(Escaping.quoted(other)), and the job has "
                + Escaping.quoted(own)
        }
        return nil
    }
}

/// The shards of a job with their states.
struct ShardSet {
    let manifest: ShardManifest
    /// The report that the job would have without shards.
    let report: ReportPath
    /// From shard 1 on.
    let states: [ShardState]

    /// Reads the manifest at `path` and the states of all shards beside it.
    init(_ path: String) throws(ReportFailure) {
        let found: ShardManifest?
        do { found = try ShardManifest.read(path) } catch { throw .manifest(path: path, error) }
        guard let manifest = found else { throw .noManifest(path: path) }
        guard manifest.rule == Shard.rule else {
            throw .otherRule(path: path, rule: manifest.rule)
        }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        guard let report = ReportPath(text: folder + manifest.report) else {
            throw .manifest(path: path, .invalid)
        }
        var states: [ShardState] = []
        for shard in Self.shards(manifest.count) {
            states.append(try ShardState(shard, of: manifest, at: report.of(shard)))
        }
        self.manifest = manifest
        self.report = report
        self.states = states
    }

    /// The shards from 1 on.
    static func shards(_ count: Int) -> [Shard] {
        (1...count).compactMap { Shard($0, of: count) }
    }

    var shards: [Shard] { Self.shards(states.count) }

    /// The paths of the reports of finished shards; nil for the others.
    var paths: [String?] {
        zip(shards, states).map { shard, state in
            guard case .finished = state else { return nil }
            return report.of(shard).path
        }
    }

    /// The summaries of the finished shards.
    var summaries: [JSONFields] {
        states.compactMap { if case .finished(let summary) = $0 { summary } else { nil } }
    }

    /// The numbers of the shards that are missing or not finished.
    var unfinished: [Int] {
        states.indices.filter {
            switch states[$0] {
            case .missing, .unfinished: true
            case .finished, .foreign: false
            }
        }.map { $0 + 1 }
    }

    /// One sentence for each shard whose files are not of this job.
    var refusals: [String] {
        states.enumerated().compactMap { index, state in
            guard case .foreign(let path, let reason) = state else { return nil }
            return "shard \(index + 1): \(Escaping.quoted(path)) \(reason)"
        }
    }

    /// What to run again for the unfinished shards, in the words of the batch system; empty if all
    /// are finished.
    var rerun: String {
        let numbers = unfinished
        guard let first = numbers.first else { return "" }
        let typed = "--shard \(first)/\(states.count)" + (numbers.count > 1 ? " and so on" : "")
        guard let base = manifest.base else { return typed }
        let indexes = Self.ranges(numbers.map { $0 - 1 + base })
        guard let system = manifest.system else { return typed }
        return system == "Slurm"
            ? "--array=\(indexes)"
            : "the indexes \(indexes) (\(Escaping.escaped(system))) or \(typed)"
    }

    /// Formats ascending numbers as `2,5-7`, as Slurm reads them.
    static func ranges(_ numbers: [Int]) -> String {
        var parts: [String] = []
        var start: Int?
        for (index, number) in numbers.enumerated() {
            let isLast = index == numbers.count - 1 || numbers[index + 1] != number + 1
            guard isLast else {
                start = start ?? number
                continue
            }
            parts.append(start.map { "\($0)-\(number)" } ?? "\(number)")
            start = nil
        }
        return parts.joined(separator: ",")
    }
}
