/// The help, made from the tables of commands and flags. No line is longer than 80 characters.
enum HelpText {
    private static let width = 80
    /// Where the explanations begin.
    private static let column = 30

    /// What `hookbatch help` prints.
    static var overview: String {
        let commands = Command.allCases.map { command in
            entry(command.rawValue, column: 12, explanation: command.summary)
        }
        return """
            hookbatch sends files of webhook messages to the Hookstream API, and reports on
            every line.

            Usage: hookbatch COMMAND [FLAGS] FILE...

            Commands:
            \(commands.joined(separator: "\n"))

            'hookbatch help COMMAND' explains a command and its flags.

            """
    }

    /// What `hookbatch help COMMAND` prints.
    static func text(for command: Command) -> String {
        var text = "Usage: hookbatch \(command.rawValue)"
        if !command.operands.isEmpty { text += " " + command.operands }
        text += "\n\n" + wrapped(command.description, to: width).joined(separator: "\n") + "\n"
        if !command.actions.isEmpty {
            let entries = command.actions.map {
                entry($0.call, column: column, explanation: $0.summary)
            }
            text += "\nActions:\n" + entries.joined(separator: "\n") + "\n"
        }
        let flags = Flags.taken(by: command)
        for topic in Topic.allCases {
            let entries = flags.filter { $0.topic == topic }.map(entry(for:))
            if entries.isEmpty { continue }
            text += "\n\(topic.rawValue):\n" + entries.joined(separator: "\n") + "\n"
        }
        if !command.examples.isEmpty {
            text += "\nExamples:\n"
            for example in command.examples {
                text += "  \(example.line)\n      \(example.meaning)\n"
            }
        }
        if command.takesFiles { text += "\n" + exitCodes(for: command) }
        return text
    }

    private static func entry(for flag: FlagDeclaration) -> String {
        var explanation = flag.help
        if let value = flag.defaultText ?? flag.defaultNote {
            let note = "(default: \(value))"
            // A short note is kept together: wrapping sees no space in it.
            explanation +=
                " "
                + (note.count > 30 ? note : note.split(separator: " ").joined(separator: "\u{A0}"))
        }
        let name = flag.placeholder.map { "\(flag.spelling) \($0)" } ?? flag.spelling
        return entry(name, column: column, explanation: explanation)
    }

    /// A name on the left and its explanation on the right, beginning below a name too long.
    private static func entry(_ name: String, column: Int, explanation: String) -> String {
        let indent = String(repeating: " ", count: column)
        var lines = wrapped(explanation, to: width - column).map { indent + $0 }
        let head = "  " + name
        if head.count + 2 <= column {
            lines[0] = head + lines[0].dropFirst(head.count)
        } else {
            lines.insert(head, at: 0)
        }
        return lines.joined(separator: "\n")
    }

    private static func exitCodes(for command: Command) -> String {
        let codes: [ExitStatus] =
            switch command {
            case .send: ExitStatus.allCases
            case .report:
                [
                    .success, .someNotAccepted, .usage, .stopped, .someUnknown, .internalError,
                    .fileError,
                ]
            default: [.success, .someNotAccepted, .usage, .internalError, .fileError]
            }
        let lines = codes.map { status in
            let code = String(status.rawValue)
            return "  " + code + String(repeating: " ", count: 5 - code.count)
                + (command == .check ? status.meaningForCheck : status.meaning)
        }
        return "Exit codes:\n" + lines.joined(separator: "\n") + "\n"
    }

    /// The words of `text` in lines of at most `width` characters; a longer word has its own.
    /// A no-break space holds two words together and becomes a space.
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
