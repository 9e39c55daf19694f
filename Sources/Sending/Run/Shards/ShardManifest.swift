package import Ledger
package import Platform
import Records

/// A job of which several processes each send a shard: the content of `NAME.shards.json`.
///
/// All shards of a job share its id, from which the idempotency keys come. So two copies of a shard
/// send the same keys.
package struct ShardManifest: Hashable, Sendable {
    /// The version of the file.
    package static let version: UInt64 = 1

    package var jobID: RunID
    /// The number of shards.
    package var count: Int
    /// The name of the rule that assigns records to shards.
    package var rule: String
    /// The first index of the engine that starts the shards, 0 or 1; nil if the first shard was typed.
    package var base: Int?
    /// The batch system that started the first shard; nil if that was typed. It is not compared.
    package var system: String?
    /// The report that the job would have without shards, in the manifest's folder.
    package var report: String
    /// The destination as in `--to`.
    package var destination: String
    package var inputs: [Input]
    /// The options that a resume must share, by flag.
    package var options: [String: String]
    /// The flags that read the inputs, as words of a command line.
    package var flags: [String]
    /// The flags that also apply to lines that were not accepted, as words; no password.
    package var lastingFlags: [String]
    /// The variables that set further flags.
    package var variables: [String]

    /// An input of the job.
    package struct Input: Hashable, Sendable {
        /// The last step of its path: each machine may have the file in another folder.
        package var name: String
        /// The path of the first shard.
        package var path: String
        /// Bytes.
        package var size: UInt64
        /// See `InputFingerprint`.
        package var fingerprint: String

        package init(name: String, path: String, size: UInt64, fingerprint: String) {
            self.name = name
            self.path = path
            self.size = size
            self.fingerprint = fingerprint
        }
    }

    package init(
        jobID: RunID, count: Int, rule: String = Shard.rule, base: Int?, system: String?,
        report: String, destination: String, inputs: [Input], options: [String: String],
        flags: [String], lastingFlags: [String], variables: [String]
    ) {
        self.jobID = jobID
        self.count = count
        self.rule = rule
        self.base = base
        self.destination = destination
        self.inputs = inputs
        self.options = options
        self.flags = flags
        self.system = system
        self.report = report
        self.lastingFlags = lastingFlags
        self.variables = variables
    }

    /// What differs between a job and the command that would join it.
    package enum Difference: Hashable, Sendable {
        case count(Int, now: Int)
        case rule(String)
        case base(Int, now: Int)
        case report(String, now: String)
        case destination(String, now: String)
        case inputCount(Int, now: Int)
        case inputName(String, now: String)
        /// The path of the input that has other content.
        case content(String)
        /// The flag, and its value in the job; empty if it was not given.
        case option(String, String)
    }

    /// Returns the first difference between this job and a shard that would join it; nil if it can.
    package func difference(to shard: ShardManifest) -> Difference? {
        if count != shard.count { return .count(count, now: shard.count) }
        if rule != shard.rule { return .rule(rule) }
        if let base, let other = shard.base, base != other { return .base(base, now: other) }
        if report != shard.report { return .report(report, now: shard.report) }
        if destination != shard.destination {
            return .destination(destination, now: shard.destination)
        }
        if inputs.count != shard.inputs.count {
            return .inputCount(inputs.count, now: shard.inputs.count)
        }
        for (then, now) in zip(inputs, shard.inputs) {
            if then.name != now.name { return .inputName(then.name, now: now.name) }
            if then.size != now.size || then.fingerprint != now.fingerprint {
                return .content(now.path)
            }
        }
        let flags = Set(options.keys).union(shard.options.keys).sorted()
        return flags.first { options[$0] ?? "" != shard.options[$0] ?? "" }
            .map { .option($0, options[$0] ?? "") }
    }
}

extension ShardManifest {
    /// Why a file is not the manifest of a job.
    package enum Problem: Error, Hashable, Sendable {
        case file(SystemError)
        /// The file is damaged, or not a manifest.
        case invalid
        /// The file has a later version.
        case version(UInt64)
    }

    /// Reads a manifest; nil if there is no file.
    package static func read(_ path: String) throws(Problem) -> ShardManifest? {
        let found: JSONFields?
        do {
            guard try FileStatus.of(path) != nil else { return nil }
            found = try JSONFields(readFrom: path)
        } catch {
            throw .file(error)
        }
        guard let fields = found, let version = fields.number("version") else { throw .invalid }
        guard version == Self.version else { throw .version(version) }
        guard let manifest = ShardManifest(fields) else { throw .invalid }
        return manifest
    }

    private init?(_ fields: JSONFields) {
        guard let id = fields.string("job_id"), let jobID = RunID(id),
            let count = fields.number("shards").flatMap({ Int(exactly: $0) }),
            Shard(1, of: count) != nil, let rule = fields.string("rule"),
            let report = fields.string("report"), ReportPath(text: report) != nil,
            !report.utf8.contains(UInt8(ascii: "/")), let destination = fields.string("to")
        else { return nil }
        let inputs = fields.elements("inputs")
        let parsed: [Input] = inputs.compactMap { input in
            guard let name = input.string("name"), let path = input.string("path"),
                let size = input.number("size"), let fingerprint = input.string("fingerprint")
            else { return nil }
            return Input(name: name, path: path, size: size, fingerprint: fingerprint)
        }
        guard !inputs.isEmpty, parsed.count == inputs.count else { return nil }
        var options: [String: String] = [:]
        for option in fields.elements("options") {
            guard let flag = option.string("flag"), let value = option.string("value") else {
                return nil
            }
            options[flag] = value
        }
        func words(_ name: String) -> [String] {
            fields.elements(name).compactMap { $0.string() }
        }
        self.init(
            jobID: jobID, count: count, rule: rule,
            base: fields.number("base").flatMap { Int(exactly: $0) },
            system: fields.string("system"), report: report, destination: destination,
            inputs: parsed, options: options, flags: words("flags"),
            lastingFlags: words("lasting_flags"), variables: words("variables"))
    }
}
