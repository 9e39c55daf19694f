import Records

/// The shard of a process, and where its number comes from.
struct ShardChoice: Hashable, Sendable {
    let shard: Shard
    /// The first index of the batch system's array; nil if the shard was typed.
    let base: Int?
    /// The batch system; nil if the shard was typed.
    let system: String?
    /// The sentence about the variable that was used; nil if the shard was typed.
    let source: String?
    /// The batch system's number of this attempt; nil without one.
    let attempt: String?

    private static let flag = Flags.shards.shard.declaration.spelling
    private static let baseFlag = Flags.shards.shardBase.declaration.spelling

    /// Returns nil without `--shard`.
    init?(_ arguments: Arguments, _ environment: Environment) throws(UsageError) {
        let base = try arguments.value(Flags.shards.shardBase)
        switch try arguments.value(Flags.shards.shard) {
        case nil:
            if base != nil { throw UsageError("\(Self.baseFlag) needs \(Self.flag) auto; add it") }
            return nil
        case .fixed(let shard):
            if base != nil {
                throw UsageError(
                    "\(Self.baseFlag) applies to \(Self.flag) auto, but \(Self.flag) is "
                        + "\(shard.text); remove one")
            }
            self.init(
                shard: shard, base: nil, system: nil, source: nil, attempt: nil)
        case .automatic(let count):
            try self.init(count: count, base: base, environment)
        }
    }

    private init(
        shard: Shard, base: Int?, system: String?, source: String?, attempt: String?
    ) {
        self.shard = shard
        self.base = base
        self.system = system
        self.source = source
        self.attempt = attempt
    }

    private init(
        count given: Int?, base givenBase: Int?, _ environment: Environment
    ) throws(UsageError) {
        let system = try Self.system(environment)
        let base = try Self.base(of: system, given: givenBase)
        let count = try Self.count(of: system, given: given, environment)
        let text = environment.batchVariables[system.index] ?? ""
        // SGE sets "undefined" and LSF 0 outside an array.
        guard let index = WholeNumber.parse(text, in: 0...Int.max - 1),
            let shard = Shard(index - base + 1, of: count)
        else {
            throw UsageError(
                "\(Self.flag) auto: \(system.index) is \(Escaping.quoted(text)), which is not an "
                    + "index from \(base) to \(count - 1 + base) of \(count) shards; start the job "
                    + "as an array of these indexes, or use \(Self.flag) K/\(count)")
        }
        self.init(
            shard: shard, base: base, system: system.name,
            source: "shard \(shard.number) of \(count), from \(system.index)=\(index) "
                + "(\(system.name))",
            attempt: system.attempt.flatMap { environment.batchVariables[$0] })
    }

    /// Returns the batch system whose variable is set.
    private static func system(_ environment: Environment) throws(UsageError) -> BatchSystem {
        let found = BatchSystem.all.filter { environment.batchVariables[$0.index] != nil }
        guard let first = found.first else {
            throw UsageError(
                "\(flag) auto: no variable of a batch system is set, such as "
                    + "SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX; use \(flag) K/N")
        }
        guard found.count == 1 else {
            throw UsageError(
                "\(flag) auto: variables of several batch systems are set: "
                    + found.map { "\($0.index) (\($0.name))" }.joined(separator: ", ")
                    + "; unset all but one, or use \(flag) K/N")
        }
        return first
    }

    private static func base(of system: BatchSystem, given: Int?) throws(UsageError) -> Int {
        guard let base = system.base else {
            if let given { return given }
            throw UsageError(
                "\(flag) auto: an array of \(system.name) may begin at 0 or 1; add \(baseFlag) 0 "
                    + "for an array from 0, or \(baseFlag) 1")
        }
        if let given, given != base {
            throw UsageError(
                "\(baseFlag): \(system.name) counts from \(base), not from \(given); remove it")
        }
        return base
    }

    private static func count(
        of system: BatchSystem, given: Int?, _ environment: Environment
    ) throws(UsageError) -> Int {
        let text = system.count.flatMap { environment.batchVariables[$0] }
        let said = text.flatMap { WholeNumber.parse($0, in: 1...Shard.maxCount) }
        guard let given else {
            if let said { return said }
            if let variable = system.count {
                throw UsageError(
                    "\(flag) auto: \(variable) is "
                        + (text.map { Escaping.quoted($0) } ?? "not set")
                        + ", not a number of shards up to \(Shard.maxCount); use \(flag) auto/N")
            }
            throw UsageError(
                "\(flag) auto: \(system.name) has no variable with the number of all shards of a "
                    + "job; use \(flag) auto/N (example: \(flag) auto/8)")
        }
        if let said, said != given {
            throw UsageError(
                "\(flag) auto/\(given): \(system.count ?? "") is \(said); use \(flag) auto")
        }
        return given
    }
}
