/// The help from the tables of commands and flags. A line exceeds the width only for a long word.
struct HelpText {
    /// The width in columns.
    private let width: Int
    /// Whether headings are styled.
    private let isStyled: Bool

    /// Clamps the width to 20 to 80 columns.
    init(width: Int = 80, isStyled: Bool = false) {
        self.width = min(80, max(20, width))
        self.isStyled = isStyled
    }

    /// The output of `hookbatch help` on 80 columns.
    static var overview: String { HelpText().overview }

    /// Returns the output of `hookbatch help COMMAND` on 80 columns.
    static func text(for command: Command) -> String { HelpText().text(for: command) }

    /// The output of `hookbatch` alone.
    var usage: String {
        let more =
            "'hookbatch help COMMAND' explains a command; 'hookbatch help' lists the guides too."
        return """
            \(start)

            \(paragraph(more))

            """
    }

    /// The output of `hookbatch help`.
    var overview: String {
        let more =
            "'hookbatch help COMMAND' explains a command and its flags; 'hookbatch help TOPIC' "
            + "prints a guide."
        return """
            \(start)

            \(heading("Topics:"))
            \(topics)

            \(paragraph(more))

            """
    }

    /// What the program does, and its commands.
    private var start: String {
        let about =
            "hookbatch sends files of webhook messages to the Hookstream API, and writes a report "
            + "with one row per line."
        let commands = Command.allCases.map { command in
            entry(command.rawValue, column: 15, explanation: command.summary)
        }
        return """
            \(paragraph(about))

            \(heading("Usage:")) hookbatch COMMAND [FLAGS] FILE...

            \(heading("Commands:"))
            \(commands.joined(separator: "\n"))
            """
    }

    private var topics: String {
        Guide.allCases.map { entry($0.rawValue, column: 15, explanation: $0.summary) }
            .joined(separator: "\n")
    }

    /// Returns the output of `hookbatch help COMMAND`.
    func text(for command: Command) -> String {
        var text = heading("Usage:") + " hookbatch \(command.rawValue)"
        if !command.operands.isEmpty { text += " " + command.operands }
        text += "\n\n" + paragraph(command.description) + "\n"
        if !command.actions.isEmpty {
            let entries = command.actions.map { entry($0.call, explanation: $0.summary) }
            text += "\n\(heading("Actions:"))\n" + entries.joined(separator: "\n") + "\n"
        }
        if command == .help { text += "\n\(heading("Topics:"))\n\(topics)\n" }
        let flags = Flags.taken(by: command)
        for topic in Topic.allCases {
            let entries = flags.filter { $0.topic == topic }.map(entry(for:))
            if entries.isEmpty { continue }
            text += "\n\(heading(topic.rawValue + ":"))\n" + entries.joined(separator: "\n") + "\n"
        }
        if !flags.isEmpty, command != .help, command != .version {
            text += "\n" + paragraph(Self.variables(of: flags[0], for: command)) + "\n"
        }
        if !command.examples.isEmpty {
            text += "\n\(heading("Examples:"))\n"
            for example in command.examples {
                text += commandLine(example.line)
                text += indented(example.meaning, by: 6) + "\n"
            }
        }
        if command.takesFiles || command == .deliver {
            text += "\n\(heading("Exit codes:"))\n" + exitCodes(of: command)
        }
        return text
    }

    /// Returns sentences on the variables of flags, with one example.
    private static func variables(of flag: FlagDeclaration, for command: Command) -> String {
        let typed = Flags.forOnce(of: command).map(\.spelling).joined(separator: ", ")
        return "Variables can set flags: \(flag.variable(for: command)) sets "
            + "\(flag.spelling), and so on. A flag overrides its variable."
            + (typed.isEmpty ? "" : " Command line only: \(typed).")
    }

    private func heading(_ text: String) -> String {
        isStyled ? Style.strong.wrapped(text) : text
    }

    private func paragraph(_ text: String) -> String {
        Self.wrapped(text, to: width).joined(separator: "\n")
    }

    private func indented(_ text: String, by indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        return Self.wrapped(text, to: width - indent).map { margin + $0 }.joined(separator: "\n")
    }

    /// Returns a command line to copy; a backslash continues it on the next line.
    private func commandLine(_ line: String) -> String {
        let lines = Self.wrapped(line, to: width - 6)
        return "  " + lines.joined(separator: " \\\n    ") + "\n"
    }

    private func entry(for flag: FlagDeclaration) -> String {
        var explanation = flag.help
        if let value = flag.defaultText ?? flag.defaultNote {
            let note = "(default: \(value))"
            // No-break spaces keep a short note on one line.
            let isShort = note.count <= min(30, width - 6)
            let words = isShort ? note.split(separator: " ").joined(separator: "\u{A0}") : note
            explanation += " " + words
        }
        let name = flag.placeholder.map { "\(flag.spelling) \($0)" } ?? flag.spelling
        return entry(name, explanation: explanation)
    }

    /// Returns a name with its explanation to the right, or below a long name.
    ///
    /// If the right column is too narrow, all explanations are below.
    private func entry(_ name: String, column: Int = 30, explanation: String) -> String {
        let head = "  " + name
        guard width - column >= 30 else {
            return head + "\n" + indented(explanation, by: 6)
        }
        let text = indented(explanation, by: column)
        guard head.count + 2 <= column else { return head + "\n" + text }
        return head + text.dropFirst(head.count)
    }

    private func exitCodes(of command: Command) -> String {
        let codes: [ExitStatus] =
            switch command {
            case .send, .outbox: ExitStatus.allCases
            case .report:
                [
                    .success, .someNotAccepted, .usage, .stopped, .someUnknown, .internalError,
                    .fileError,
                ]
            case .deliver: ExitStatus.allCases.filter { $0 != .someUnknown }
            default: [.success, .someNotAccepted, .usage, .internalError, .fileError]
            }
        return codes.map { status in
            let meaning =
                switch command {
                case .check: status.meaningForCheck
                case .deliver: status.meaningForDeliver
                default: status.meaning
                }
            let head = "  \(status.rawValue)"
            return head + indented(meaning, by: 7).dropFirst(head.count) + "\n"
        }.joined()
    }

    /// Wraps `text` into lines of at most `width` characters; a longer word has its own line.
    /// A no-break space keeps two words together and becomes a space.
    static func wrapped(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines.map { $0.split(separator: "\u{A0}").joined(separator: " ") }
    }
}
