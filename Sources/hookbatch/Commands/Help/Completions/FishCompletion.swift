/// The script for fish.
enum FishCompletion {
    static var text: String {
        """
        # Completes the command lines of hookbatch in fish.
        function __hookbatch_has_no_command
            test (count (commandline --tokenize --cut-at-cursor --current-process)) -eq 1
        end

        function __hookbatch_command_is
            set --local words (commandline --tokenize --cut-at-cursor --current-process)
            test (count $words) -gt 1; and test $words[2] = $argv[1]
        end

        function __hookbatch_action_is_due
            set --local words (commandline --tokenize --cut-at-cursor --current-process)
            for action in \(StoreAction.allCases.map(\.rawValue).joined(separator: " "))
                contains -- $action $words[3..]; and return 1
            end
            __hookbatch_command_is store
        end

        \(lines.joined(separator: "\n"))

        """
    }

    private static var lines: [String] {
        let first = "complete --command hookbatch --condition __hookbatch_has_no_command"
        var lines = Command.allCases.map { command in
            "\(first) --no-files --arguments \(command.rawValue)"
                + " --description \(quoted(CompletionScript.withoutStop(command.summary)))"
        }
        lines += CompletionScript.questions.map {
            "complete --command hookbatch --long-option \($0.name)"
                + " --description \(quoted($0.description))"
        }
        for command in Command.allCases {
            let condition = "__hookbatch_command_is \(command.rawValue)"
            let prefix = "complete --command hookbatch --condition \(quoted(condition))"
            if !command.takesFiles { lines.append(prefix + " --no-files") }
            lines += Flags.taken(by: command).map { prefix + option($0) }
        }
        lines += StoreAction.allCases.map { action in
            "complete --command hookbatch --condition __hookbatch_action_is_due --no-files"
                + " --arguments \(action.rawValue)"
                + " --description \(quoted(CompletionScript.withoutStop(action.summary)))"
        }
        lines.append(
            "complete --command hookbatch --condition '__hookbatch_command_is help' --no-files"
                + " --arguments \(quoted(CompletionScript.helpTopics))")
        return lines
    }

    private static func option(_ flag: FlagDeclaration) -> String {
        var text = " --long-option \(flag.name)"
        if flag.takesValue {
            switch flag.completion {
            case .nothing: text += " --exclusive"
            case .files: text += " --require-parameter --force-files"
            case .words(let words):
                text += " --exclusive --arguments \(quoted(words.joined(separator: " ")))"
            }
        }
        return text + " --description " + quoted(CompletionScript.description(of: flag))
    }

    /// Returns the text in single quotes, with quotes and backslashes escaped.
    private static func quoted(_ text: String) -> String {
        "'" + text.map { "'\\".contains($0) ? "\\\($0)" : String($0) }.joined() + "'"
    }
}
