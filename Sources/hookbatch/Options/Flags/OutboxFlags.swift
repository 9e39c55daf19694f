/// Flags of `outbox`, beside those of `send`.
struct OutboxFlags: Sendable {
    let settle = Flag(
        "settle", .duration(to: .seconds(86_400), example: "10s"), default: "10s", for: [.outbox],
        .input, "Leave a file that changed within this time for a later round.")

    /// The flags of `send` that are of a single run, or that a round sets itself.
    private static let ofOneRun: Set<String> = [
        "files-from", "report", "fresh", "summary", "limit", "progress", "progress-every",
        "retry-of", "outcome", "error", "arrived",
        "shard", "shard-base", "shards-at-once", "finished-exit",
    ]

    /// Returns the commands of a flag: one of `send` is also one of `outbox`, with few exceptions.
    static func with(_ commands: Set<Command>, flag name: String) -> Set<Command> {
        guard commands.contains(.send), !ofOneRun.contains(name) else { return commands }
        return commands.union([.outbox])
    }
}
