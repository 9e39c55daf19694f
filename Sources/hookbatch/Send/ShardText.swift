import Ledger
import Platform
import Records
import Sending

extension ShardManifest.Problem {
    /// The rest of a sentence after the path.
    var text: String {
        switch self {
        case .file(let error): "can't be used: \(Escaping.escaped(error.message))"
        case .invalid: "is damaged, or not the manifest of a job"
        case .version(let version): "has version \(version), which this program can't read"
        }
    }
}

extension ShardManifest.Difference {
    /// A clause that names what differs, with the job's value first.
    var text: String {
        switch self {
        case .count(let then, let now): "it has \(then) shards, not \(now)"
        case .rule(let then):
            "it assigns records to shards by another rule (\(Escaping.escaped(then)))"
        case .base(let then, let now): "its --shard-base is \(then), not \(now)"
        case .report(let then, let now):
            "its --report is \(Escaping.quoted(then)), not \(Escaping.quoted(now))"
        case .destination(let then, let now):
            "its --to is \(Escaping.quoted(then)), not \(Escaping.quoted(now))"
        case .inputCount(let then, let now): "it has \(then) inputs, not \(now)"
        case .inputName(let then, let now):
            "its input is \(Escaping.quoted(then)), not \(Escaping.quoted(now))"
        case .content(let path):
            "\(Escaping.quoted(path)) has other content than when the job began"
        case .option(let flag, let then):
            then.isEmpty
                ? "its \(flag) is not given"
                : "its \(flag) is \(Escaping.escaped(RecordedOption.typed(flag, then)))"
        }
    }
}

extension SendError {
    /// The message of a shard, which can't use `--fresh`.
    var messageInShard: String {
        let advice: String? =
            switch self {
            case .otherRun(_, .inputs): "use the paths of that run"
            case .otherRun(_, .job): self.advice
            case .otherRun: "choose another --report for a new job"
            case .changed: "restore it, or choose another --report for a new job"
            case .ledger(.damaged): "restore it from a copy"
            default: self.advice
            }
        return [cause, advice].compactMap(\.self).joined(separator: "; ")
    }
}
