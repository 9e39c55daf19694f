import Records
import Sending

/// The validated options of a shard of a job.
struct ShardOptions: Hashable, Sendable {
    let choice: ShardChoice
    /// The number of shards that run at once, at least 1.
    let atOnce: Int
    /// The path of the job's manifest, `NAME.shards.json`.
    let manifest: String
    /// The name of the report that the job would have without shards, without its folder.
    let report: String
    /// The destination as in `--to`, for the manifest: the same in all shards.
    let destination: String
    /// The flags that read the inputs, as words.
    let flags: [String]

    var shard: Shard { choice.shard }

    /// The place of the shard's name in a path.
    static let placeholder = "{shard}"

    /// Validates the flags of a shard, and what can't be divided. Returns nil without `--shard`.
    ///
    /// - Parameters:
    ///   - report: The report of an unsharded run.
    ///   - input: The options of the inputs.
    init?(
        _ arguments: Arguments, _ environment: Environment, report: ReportPath,
        input: InputOptions
    ) throws(UsageError) {
        let atOnce = try arguments.value(Flags.shards.shardsAtOnce)
        guard let choice = try ShardChoice(arguments, environment) else {
            if atOnce != nil {
                throw UsageError(
                    "\(Flags.shards.shardsAtOnce.declaration.spelling) needs --shard; add it "
                        + "(example: --shard 3/8)")
            }
            return nil
        }
        self.choice = choice
        let count = choice.shard.count
        if let atOnce, atOnce > count {
            throw UsageError(
                "\(Flags.shards.shardsAtOnce.declaration.spelling) \(atOnce) is above the number "
                    + "of shards, \(count); lower it")
        }
        self.atOnce = atOnce ?? count
        manifest = report.manifest
        self.report = report.path.split(separator: "/").last.map(String.init) ?? report.path
        let address = try arguments.defaulted(Flags.destination.to)
        switch address {
        case .store(let path):
            destination = "store:\(path)"
            guard path.holds(Self.placeholder) else {
                throw UsageError(
                    "--to store: each shard needs a store of its own, as two machines can't write "
                        + "one SQLite file safely; put {shard} into the path (example: "
                        + "--to 'store:hook-{shard}.db')")
            }
        case .api(let url): destination = url
        }
        flags = Self.readingFlags(arguments)
        try refuse(arguments, input)
    }

    /// Returns a path with the shard's name, or another text, in place of `{shard}`.
    func path(_ path: String, with name: String? = nil) -> String {
        var text: [UInt8] = []
        for byte in path.utf8 {
            text.append(byte)
            guard text.suffix(Self.placeholder.utf8.count).elementsEqual(Self.placeholder.utf8)
            else { continue }
            text.removeLast(Self.placeholder.utf8.count)
            text += (name ?? shard.name).utf8
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Rejects what each shard would do in another way, so that the job has no one meaning.
    private func refuse(_ arguments: Arguments, _ input: InputOptions) throws(UsageError) {
        if let path = input.paths.first(where: { $0 == .standardInput || $0.isDescriptor }) {
            throw UsageError(
                "--shard: \(Escaping.quoted(path.shown)) can be read only once, and every shard "
                    + "reads all inputs; save it as a file")
        }
        if arguments.isOn(Flags.files.fresh) {
            throw UsageError(
                "--fresh: the shards of a job share its id; for another job choose another "
                    + "--report, or move the files of this one away")
        }
        if arguments.isGiven(Flags.retryOf.report) {
            throw UsageError(
                "--retry-of: the report of a shard has the lines of this shard alone; remove --shard"
            )
        }
        if try arguments.defaulted(Flags.pace.pace) == .recorded {
            throw UsageError(
                "--pace recorded can't be divided into shards: each one would begin with its own "
                    + "first record; remove --pace or --shard")
        }
        for (flag, bound) in [
            (Flags.selection.since.declaration, input.selection.window?.since),
            (Flags.selection.until.declaration, input.selection.window?.until),
        ] {
            guard case .ago? = bound else { continue }
            throw UsageError(
                "\(flag.spelling): the shards start at different times, so a duration would select "
                    + "different records in each; use a time (example: \(flag.spelling) "
                    + "2026-01-31T00:00:00Z)")
        }
        for flag in [Flags.watching.summary.declaration, Flags.watching.metrics.declaration] {
            for path in arguments.texts(of: flag) where !path.holds(Self.placeholder) {
                throw UsageError(
                    "\(flag.spelling): all shards would write \(Escaping.quoted(path)); put "
                        + "{shard} into the path")
            }
        }
    }

    /// Returns the flags that decide which records the inputs have, for a later reading of them.
    private static func readingFlags(_ arguments: Arguments) -> [String] {
        let flags = Flags.taken(by: .check).filter { flag in
            flag.commands.contains(.send)
                && (flag.topic == .input || flag.name == Flags.pace.timeZone.declaration.name)
                && flag.name != Flags.input.filesFrom.declaration.name
        }
        return flags.flatMap { flag in
            arguments.texts(of: flag).map { text in
                flag.takesValue ? "\(flag.spelling)=\(text)" : flag.spelling
            }
        }
    }
}
