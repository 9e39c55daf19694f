/// Flags that print information.
struct HelpFlags: Sendable {
    let showOptions = Flag(
        switch: "show-options", for: [.send, .check, .serve], .other,
        "Print every option with its value and source, and exit.")
    let manual = Flag(
        switch: "man", for: [.help], .other, "Print the manual page, in mdoc.")
    let completions = Flag(
        "completions", .choice(example: Shell.bash), for: [.help], .other,
        "Print the completion script for this shell.")
    let json = Flag(
        switch: "json", for: [.version], .other,
        "Print JSON, with null for a library that is not found.")
}

/// A shell that completes command lines.
enum Shell: String, CaseIterable, Sendable {
    case bash, zsh, fish
}
