/// What `check` takes besides the flags that it shares with `send`.
extension Flags {
    static let checking: [FlagDeclaration] = [duplicates.declaration, output.declaration]

    static let duplicates = Flag(
        switch: "duplicates", for: [.check], .plan,
        "Look for valid lines that repeat an earlier one: the same appId, event type and payload, "
            + "byte for byte. Large inputs need disk space in TMPDIR, 24 bytes a line. The exit "
            + "code does not depend on what is found.")
    static let output = Flag(
        "output", .choice(example: PlanFormat.json), default: "text", for: [.check], .plan,
        "How the result is written; --format says what the inputs are.")
}

/// `--output`.
enum PlanFormat: String, CaseIterable, Sendable {
    case text, json
}
