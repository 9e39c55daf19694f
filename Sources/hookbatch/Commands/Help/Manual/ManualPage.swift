/// `hookbatch help --man`: one manual page for all commands, in mdoc(7).
enum ManualPage {
    /// The page, with the sections in the order of mdoc(7).
    static var text: String {
        [
            """
            .Dd \(Version.date)
            .Dt HOOKBATCH 1
            .Os hookbatch \(Version.number)
            .Sh NAME
            .Nm hookbatch
            .Nd send files of webhook messages and write a report with one row per line
            """,
            ".Sh SYNOPSIS\n" + Command.allCases.map(synopsis).joined(separator: "\n"),
            ".Sh DESCRIPTION\n"
                + Roff.list(Command.allCases.map { (term($0), description(of: $0)) }),
            ".Sh OPTIONS\n" + Topic.allCases.compactMap(options).joined(separator: "\n"),
            ".Sh ENVIRONMENT\n" + Roff.list(ManualTables.variables.map(variable)),
            ".Sh FILES\n"
                + Roff.paragraph("For a run of \(ManualTables.input), in the current directory:")
                + "\n"
                + Roff.list(
                    ManualTables.files.map { file in
                        ("Pa " + Roff.arguments(file.name), Roff.paragraph(file.meaning))
                    }),
            ".Sh EXIT STATUS\n" + Roff.list(ExitStatus.allCases.map(exitStatus)),
            ".Sh EXAMPLES\n"
                + Command.allCases.flatMap(\.examples).map(example)
                .joined(separator: "\n.Pp\n"),
        ].joined(separator: "\n") + "\n"
    }

    private static func synopsis(_ command: Command) -> String {
        let call = ".Nm\n.Cm \(command.rawValue)"
        return command.operands.isEmpty ? call : call + "\n" + Roff.escaped(command.operands)
    }

    private static func term(_ command: Command) -> String {
        let name = "Cm \(command.rawValue)"
        return command.operands.isEmpty ? name : "\(name) No \(Roff.arguments(command.operands))"
    }

    private static func description(of command: Command) -> String {
        var text = Roff.paragraph(command.description)
        if !command.actions.isEmpty {
            let items = command.actions.map { action in
                ("Cm " + Roff.arguments(action.call), Roff.paragraph(action.summary))
            }
            text += "\n" + Roff.list(items)
        }
        if command == .help {
            let items = Guide.allCases.map { guide in
                ("Cm " + guide.rawValue, Roff.paragraph(guide.summary))
            }
            text += "\n" + Roff.list(items)
        }
        return text
    }

    /// Returns the flags of a topic under its heading; nil without flags.
    private static func options(of topic: Topic) -> String? {
        let flags = Flags.all.filter { $0.topic == topic }
        if flags.isEmpty { return nil }
        return ".Ss \(topic.rawValue)\n" + Roff.list(flags.map { (term($0), body(of: $0)) })
    }

    private static func term(_ flag: FlagDeclaration) -> String {
        let name = "Fl Fl \(Roff.escaped(flag.name))"
        return flag.placeholder.map { "\(name) Ar \(Roff.arguments($0))" } ?? name
    }

    private static func body(of flag: FlagDeclaration) -> String {
        let commands = Command.allCases.filter(flag.commands.contains).map(\.rawValue)
        var text = flag.help + " For " + commands.joined(separator: ", ")
        if let value = flag.defaultText ?? flag.defaultNote { text += "; default: " + value }
        return Roff.paragraph(text + ".")
    }

    private static func variable(
        _ variable: (name: String, meaning: String)
    ) -> (term: String, body: String) {
        ("Ev " + Roff.arguments(variable.name), Roff.paragraph(variable.meaning))
    }

    private static func exitStatus(_ status: ExitStatus) -> (term: String, body: String) {
        ("\\&\(status.rawValue)", Roff.paragraph(status.meaning + "."))
    }

    private static func example(_ example: (line: String, meaning: String)) -> String {
        Roff.paragraph(example.meaning) + "\n" + Roff.literal([example.line])
    }
}
