import Destinations
import Glibc
import Ledger
import Platform
import Sending

extension SendError {
    /// What to do before the same command runs again; nil if the cause says it.
    var advice: String? {
        switch self {
        case .input(.system): "check the file"
        case .input(.shrank), .input(.replaced): "restore the file"
        case .input, .refused: nil
        case .file(let error), .ledger(.system(let error)): error.advice
        case .ledger(.locked):
            "wait until that process ends, then run the same command again"
        case .ledger(.lost(_, nil)): "run the same command again to find out"
        case .ledger(.exists): "choose another --report"
        case .ledger(.damaged):
            "restore it from a copy, or use --fresh to start over from the first line"
        case .ledger(.inputChanged): "restore the file"
        case .ledger(.sameFile): "choose another --report"
        case .ledger(.lost), .ledger(.vanished), .ledger(.replaced), .ledger(.interrupted): nil
        case .destination(let error): error.advice
        case .changed: "restore it, or use --fresh to start over from the first line"
        case .manifest(_, .file(let error)): error.advice
        case .manifest(_, .invalid): "restore it from a copy"
        case .manifest(_, .version): "use the version that began the job"
        case .otherJob: "use the same value in all shards, or choose another --report for a new job"
        case .streamInShard: "save it as a file"
        case .unsharedFolder: "choose a --report on a shared file system with locks, such as NFS 4"
        case .noManifest: "restore it, since it has the job's idempotency keys"
        case .otherRun(_, let difference): difference.advice
        case .retry(let report, let problem): problem.advice(report)
        case .origins(.system(let error)): error.advice
        case .origins(.damaged):
            "restore it from a copy, or remove it: the rows then have the names and lines of the "
                + "files that are sent"
        }
    }
}

extension SystemError {
    fileprivate var advice: String? { Self.advice(on: code) }

    /// Returns the advice on an error number; nil if the system's message says enough.
    fileprivate static func advice(on number: Int32) -> String? {
        switch number {
        case ENOSPC: "free disk space"
        case EDQUOT: "free space in the disk quota"
        case EFBIG: "raise the limit of the file size (ulimit -f)"
        case EACCES, EPERM: "check the permissions of the file and its folder"
        case EROFS: "mount it for writing, or choose another folder"
        case EIO: "check the disk"
        case ENOENT: "check that the folder exists"
        default: nil
        }
    }
}

extension DestinationError {
    fileprivate var advice: String? {
        switch self {
        case .system(let call, ENOENT) where call.hasPrefix("open("):
            "create it, or choose another with --to store:PATH"
        case .system(_, let number): SystemError.advice(on: number)
        case .report(let error): SystemError.advice(on: error.code)
        case .sqlite(_, let code, _):
            switch SQLiteResult(code) {
            case .locked: "wait until that process ends, or end it"
            case .full: "free disk space"
            case .readOnly: "check the permissions of the file and its folder"
            case .inputOutput: "check the disk, its free space and ulimit -f"
            case .damaged:
                "restore it from a copy, or start over with --fresh and another --to store:PATH"
            case nil: nil
            }
        case .notAStore: "choose another with --to store:PATH"
        case .unsafeFile: nil
        case .sqliteLibrary, .libcurl, .setting: nil
        }
    }
}

extension RunDifference {
    fileprivate var advice: String {
        let others = "choose another --report, or use --fresh to archive these files and send "
        switch self {
        case .option(RetriedRun.linesOption, _):
            return "restore that file, " + others + "everything again"
        case .destination, .option:
            return "use the same value for that run, " + others + "everything again"
        case .job: return "use the --report of that job, or choose another one for a new job"
        case .formats: return "use --format, " + others + "everything again"
        case .inputs(let then, let now) where Self.areSameFiles(then, now):
            return "give it by the name of that run, or " + others + "everything again"
        case .inputs, .inputFiles, .noSummary, .unknown: return others + "everything again"
        }
    }
}
