import Destinations
import Glibc
import Ledger
import Platform
import Records
import Sending

extension SendError {
    /// The message: what happened, where, and what to do next.
    var message: String { [cause, advice].compactMap(\.self).joined(separator: "; ") }

    /// What happened, and where.
    var cause: String {
        switch self {
        case .input(let error): error.message
        case .refused(let path, let refusal):
            "\(Escaping.quoted(path)): \(refusal.message(for: path))"
        case .file(let error): Escaping.escaped(error.message)
        case .ledger(let error): Escaping.escaped(error.message)
        case .destination(let error): error.cause
        case .changed(let path, let change):
            "\(InputError.named(path)) has changed since the run started: \(change.text)"
        case .manifest(let path, let problem): "\(Escaping.quoted(path)) \(problem.text)"
        case .otherJob(let path, let difference):
            "\(Escaping.quoted(path)) is the manifest of another job: \(difference.text)"
        case .streamInShard(let path):
            "\(InputError.named(path)) is not a regular file, and every shard reads all inputs from "
                + "their starts"
        case .unsharedFolder(let path, let point, .localLocks(let option)):
            "the folder \(Escaping.quoted(path)) is on \(Escaping.quoted(point)), where each machine "
                + "has locks of its own (\(Escaping.escaped(option))), so two copies of a shard could "
                + "both send"
        case .unsharedFolder(let path, let point, .objectStore(let type)):
            "the folder \(Escaping.quoted(path)) is on \(Escaping.quoted(point)), an object store "
                + "(\(Escaping.escaped(type))), where a journal can't be appended to safely"
        case .noManifest(let path, let journal):
            "\(Escaping.quoted(path)) is missing, but the shard has the journal "
                + Escaping.quoted(journal)
        case .otherRun(let path, let difference): "\(Escaping.quoted(path)) \(difference.text)"
        case .retry(let report, let problem): problem.text(of: Escaping.quoted(report))
        case .origins(.system(let error)): Escaping.escaped(error.message)
        case .origins(.damaged(let path)):
            "\(Escaping.quoted(path)) is damaged or of a later version"
        }
    }

    /// The exit status. Errors that are detected before the first message are usage errors.
    var exitStatus: ExitStatus {
        switch self {
        case .input(let error): ExitStatus(error)
        case .refused, .changed, .otherRun, .otherJob, .streamInShard, .noManifest,
            .unsharedFolder:
            .usage
        case .manifest(_, .file): .fileError
        case .manifest: .usage
        case .retry(_, .report(.system)): .fileError
        case .retry: .usage
        case .origins(.system): .fileError
        case .origins(.damaged): .usage
        case .file: .fileError
        case .ledger(.lost): .busy
        case .ledger(.locked), .ledger(.damaged), .ledger(.sameFile): .usage
        case .ledger(.interrupted(signal: let number)): ExitStatus(signal: number)
        case .ledger: .fileError
        case .destination(.notAStore), .destination(.unsafeFile), .destination(.libcurl),
            .destination(.sqliteLibrary), .destination(.setting):
            .usage
        case .destination(.system(let call, ENOENT)) where call.hasPrefix("open("): .usage
        case .destination: .fileError
        }
    }
}

extension DestinationError {
    /// What happened, and where.
    fileprivate var cause: String {
        switch self {
        case .system(let call, ENOENT) where call.hasPrefix("open("):
            "the folder of the store \(Escaping.quoted(String(call.dropFirst(5).dropLast()))) does "
                + "not exist"
        case .system(let call, let number):
            "\(Escaping.escaped(call)): \(SystemError.text(of: number))"
        case .report(let error): Escaping.escaped(error.message)
        case .sqlite(let path, let code, _) where SQLiteResult(code) == .locked:
            "the store \(Escaping.quoted(path)) is locked by another process (SQLite error \(code))"
        case .sqlite(let path, let code, let message):
            "the store \(Escaping.quoted(path)): \(Escaping.escaped(message)) (SQLite error \(code))"
        case .notAStore(let path, let reason):
            "\(Escaping.quoted(path)) can't be used as a store: it is \(Escaping.escaped(reason))"
        case .unsafeFile(let path, let hazard): "\(Escaping.quoted(path)) \(hazard.text)"
        case .sqliteLibrary(let reason): "SQLite can't be used: \(Escaping.escaped(reason))"
        case .libcurl(let reason): "libcurl can't be used: \(reason)"
        case .setting(let flag, let reason): "\(flag): \(Escaping.escaped(reason))"
        }
    }
}

extension InputChange {
    fileprivate var text: String {
        switch self {
        case .line(let line): "line \(line) differs"
        case .record(let record): "record \(record) differs"
        case .moved(let line, let now): "line \(line) is now line \(now)"
        case .endsBeforeLine(let line): "it ends before line \(line)"
        case .endsBeforeRecord(let record): "it ends before finished record \(record)"
        case .size(let size, let before):
            "it has \(WholeNumber.shown(size, "byte")) instead of \(WholeNumber.shown(before)); "
                + "the finished lines are unchanged"
        }
    }
}

extension RetryProblem {
    /// - Parameter report: The report of the retried run, quoted.
    fileprivate func text(of report: String) -> String {
        switch self {
        case .inputChanged(let path):
            "\(InputError.named(path)) has changed since the run of \(report): its size or its time "
                + "of modification differs"
        case .run(let difference): "\(report) \(difference.text)"
        case .otherRows: "\(report) is not the report of the run in its summary, or it was changed"
        case .report(let error): error.text
        case .missingLine(let path, let line):
            "\(InputError.named(path)) has no record at line \(WholeNumber.shown(line)), which "
                + "\(report) has"
        case .maybeSent(let path, let count):
            "\(WholeNumber.shown(count, "line")) of \(InputError.named(path)) can't be told from lines that "
                + "\(report) has sent, since lines were removed or added"
        }
    }

    /// - Parameter report: The path of the report of the retried run.
    func advice(_ report: String) -> String? {
        switch self {
        case .inputChanged:
            UndeliveredAdvice.text(of: report, after: "restore it, also its time (touch -d)")
        case .run: "use the same value as in that run"
        case .otherRows: "restore the report and its summary"
        case .report: nil
        case .missingLine: UndeliveredAdvice.text(of: report, after: "restore it")
        case .maybeSent:
            "put the removed lines back as they were: those that were sent are left out, or "
                + (UndeliveredAdvice.text(
                    (ReportPath(text: report).map(UndeliveredAdvice.files) ?? []))
                    ?? "use --fresh to send all as new lines")
        }
    }
}

extension RunDifference {
    fileprivate var text: String {
        switch self {
        case .destination(let then, let now):
            return "was created with a different --to (\(Escaping.quoted(then)), "
                + "not \(Escaping.quoted(now)))"
        case .inputs(let then, let now) where Self.areSameFiles(then, now):
            return "belongs to the same input under another name (\(Self.list(then)), "
                + "not \(Self.list(now)))"
        case .inputs(let then, let now):
            return "belongs to different input files (\(Self.list(then)), not \(Self.list(now)))"
        case .inputFiles: return "belongs to different input files"
        case .option(RetriedRun.linesOption, _):
            return "was created when another file of origins, or none, was beside the input"
        case .option(let flag, _) where flag.hasPrefix(RetriedRun.option + " ("):
            return "is a retry of an earlier run with the same report"
        case .option(let flag, let value):
            let shown =
                value.flatMap { value in
                    value.isEmpty ? nil : Escaping.escaped(RecordedOption.typed(flag, value))
                } ?? "not given"
            return "was created with a different \(flag) (\(shown))"
        case .job(let then, let now):
            return "belongs to the job \(Escaping.escaped(then)), not to \(now)"
        case .formats:
            return "was created when the inputs looked like another format"
        case .noSummary: return "exists without its summary, so its run is unknown"
        case .unknown: return "belongs to another run, or its report or journal is missing"
        }
    }

    /// Whether the paths name the same files, in the same order.
    static func areSameFiles(_ paths: [String], _ others: [String]) -> Bool {
        paths.count == others.count
            && zip(paths, others).allSatisfy { FileStatus.areSame($0, $1) }
    }

    private static func list(_ paths: [String]) -> String {
        let shown = paths.prefix(5).map(Escaping.quoted).joined(separator: " ")
        let more = paths.count - 5
        return more > 0 ? "\(shown) and \(WholeNumber.shown(UInt64(more))) more" : shown
    }
}
