import Platform

/// The next steps as text. Commands are on lines of their own, to be copied.
enum NextStepText {
    /// Paragraphs: `Next: fix …, then run`, and below it the command. The first step is bold.
    static func block(
        _ steps: [RunSummary.NextStep], _ style: TerminalStyle = .plain, columns: Int? = nil
    ) -> String {
        steps.enumerated().map { index, step in
            let isFirst = index == 0
            let label = isFirst ? "Next" : step.kind == .alternative ? "Or" : "Then"
            let reason = TextWrap.lines(
                "\(label): \(Escaping.escaped(step.reason))", columns: columns ?? .max)
            // The command is one line, to be copied.
            let lines = (reason + ["  " + command(step)]).map { isFirst ? style.strong($0) : $0 }
            return "\n\n" + lines.joined(separator: "\n")
        }.joined()
    }

    /// The same for a log: `; fix …, then run:`, and below it the command.
    static func lines(_ steps: [RunSummary.NextStep]) -> String {
        steps.enumerated().map { index, step in
            (index == 0 ? "; " : step.kind == .alternative ? "\nor, " : "\nthen ")
                + "\(Escaping.escaped(step.reason)):\n  \(command(step))"
        }.joined()
    }

    /// Returns the steps for a shell in the current directory, where a command needs no change to it.
    static func here(_ steps: [RunSummary.NextStep]) -> [RunSummary.NextStep] {
        let current = Directory.current
        return steps.map { step in
            var step = step
            if step.directory == current { step.directory = nil }
            return step
        }
    }

    /// The command, with the change to the run's directory if it is known.
    static func command(_ step: RunSummary.NextStep) -> String {
        let folder = step.directory.map { "cd \(ShellWords.quote($0)) && " } ?? ""
        return Escaping.escaped(folder + step.command)
    }
}
