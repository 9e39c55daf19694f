/// The script for zsh: for its function path, or to source after `compinit`.
enum ZshCompletion {
    static var text: String {
        """
        #compdef hookbatch
        # Completes the command lines of hookbatch in zsh.

        _hookbatch() {
            local curcontext=$curcontext state line
            local -a commands=(
        \(commands)
            )
            if (( CURRENT == 2 )); then
                if [[ $words[2] == -* ]]; then
                    compadd -- \(questions)
                else
                    _describe -t commands command commands
                fi
                return
            fi
            shift words
            (( CURRENT-- ))
            case $words[1] in
        \(Command.allCases.map(arguments).joined(separator: "\n"))
            esac
        }

        if [[ $funcstack[1] == _hookbatch ]]; then
            _hookbatch "$@"
        else
            compdef _hookbatch hookbatch
        fi

        """
    }

    private static var commands: String {
        Command.allCases.map { command in
            "        " + ShellWords.quoted("\(command.rawValue):\(escaped(command.summary))")
        }.joined(separator: "\n")
    }

    private static var questions: String {
        CompletionScript.questions.map { "--" + $0.name }.joined(separator: " ")
    }

    private static func arguments(of command: Command) -> String {
        var specifications = Flags.taken(by: command).map(specification)
        specifications += CompletionScript.questions.map { "--\($0.name)[\($0.description)]" }
        if command.takesFiles {
            specifications.append("*:file:_files")
        } else if command == .store {
            let actions = StoreAction.allCases.map {
                $0.rawValue + "\\:" + ShellWords.doubleQuoted(escaped($0.summary))
            }
            specifications.append("1:action:((\(actions.joined(separator: " "))))")
            specifications.append("*: : ")
        } else if command == .help {
            specifications.append("1:topic:(\(CompletionScript.helpTopics))")
        }
        let lines = specifications.map { "                " + ShellWords.quoted($0) }
        return "        \(command.rawValue))\n            _arguments -S \\\n"
            + lines.joined(separator: " \\\n") + "\n            ;;"
    }

    private static func specification(of flag: FlagDeclaration) -> String {
        let text = escaped(CompletionScript.description(of: flag))
        guard let placeholder = flag.placeholder else { return "\(flag.spelling)[\(text)]" }
        let action =
            switch flag.completion {
            case .nothing: " "
            case .files: "_files"
            case .words(let words): "(\(words.map(escaped).joined(separator: " ")))"
            }
        return "\(flag.spelling)=[\(text)]:\(escaped(placeholder)):\(action)"
    }

    /// Escapes the delimiters of a specification.
    private static func escaped(_ text: String) -> String {
        text.map { "[]:\\".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
