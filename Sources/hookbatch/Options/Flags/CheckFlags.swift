/// Flags of `check` that `send` does not have.
struct CheckFlags: Sendable {
    let duplicates = Flag(
        switch: "duplicates", for: [.check], .plan,
        "Find valid lines that repeat an earlier one: the same appId, event type and payload, "
            + "byte for byte. Large inputs need disk space in TMPDIR, 24 bytes per line. "
            + "Duplicates do not change the exit code.")
    let output = Flag(
        "output", .choice(example: OutputFormat.json), default: "text", for: [.check], .plan,
        "The output format; --format is the format of the inputs.")
}

/// `--output` of `check` and `listen`.
enum OutputFormat: String, CaseIterable, Sendable {
    case text, json
}
