/// The script for bash 4.4 or newer.
enum BashCompletion {
    /// Without completions, bash completes file names (`-o default`), unless this is disabled.
    static var text: String {
        """
        # Completes the command lines of hookbatch in bash.
        _hookbatch() {
            local command=${COMP_WORDS[1]} value=${COMP_WORDS[COMP_CWORD]} flag="" before="" words="" i
            COMPREPLY=()
            for ((i = 2; i < COMP_CWORD; i++)); do
                if [[ ${COMP_WORDS[i]} == -- ]]; then return; fi
            done
            if ((COMP_CWORD == 1)); then
                words="\(names(Command.allCases))"
                if [[ $value == -* ]]; then words="\(questions.joined(separator: " "))"; fi
            else
                # A value follows its flag, or an equals sign that may be a word of its own.
                case $value in
                    --*=*) flag=${value%%=*} before=$flag= value=${value#*=} ;;
                    =) flag=${COMP_WORDS[COMP_CWORD - 1]} value="" ;;
                    *)
                        flag=${COMP_WORDS[COMP_CWORD - 1]}
                        if [[ $flag == = ]]; then flag=${COMP_WORDS[COMP_CWORD - 2]}; fi
                        # store:PATH is three words.
                        if [[ $flag == : ]]; then return; fi
                        ;;
                esac
                case "$command $flag" in
        \(values)
                    *)
                        before=""
                        case "$command $value" in
        \(flags)
        \(operands)
                        esac
                        ;;
                esac
            fi
            mapfile -t COMPREPLY < <(compgen -P "$before" -W "$words" -- "$value")
            if [[ ${COMPREPLY[0]} == *: ]]; then compopt -o nospace 2>/dev/null; fi
            if [[ ${#COMPREPLY[@]} == 0 ]]; then compopt +o default 2>/dev/null; fi
        }
        complete -o default -F _hookbatch hookbatch

        """
    }

    private static let questions = CompletionScript.questions.map { "--" + $0.name }

    private static func names<Choice: RawRepresentable<String>>(_ choices: [Choice]) -> String {
        choices.map(\.rawValue).joined(separator: " ")
    }

    /// A case for each flag with a value.
    private static var values: String {
        Flags.all.filter(\.takesValue).map { flag in
            let patterns = Command.allCases.filter(flag.commands.contains).map {
                "\"\($0.rawValue) \(flag.spelling)\""
            }
            let action =
                switch flag.completion {
                case .files: "return"
                case .nothing: ":"
                case .words(let words): "words=\"\(words.joined(separator: " "))\""
                }
            return "            \(patterns.joined(separator: " | "))) \(action) ;;"
        }.joined(separator: "\n")
    }

    /// A case for each command where a flag begins.
    private static var flags: String {
        Command.allCases.map { command in
            let flags = Flags.taken(by: command).map(\.spelling) + questions
            let words = flags.joined(separator: " ")
            return "                    \"\(command.rawValue) -\"*) words=\"\(words)\" ;;"
        }.joined(separator: "\n")
    }

    /// A case for each command where an operand begins; the files are left to bash.
    private static var operands: String {
        Command.allCases.compactMap { command in
            let action: String
            if command.takesFiles {
                action = "return"
            } else if command == .help {
                action = "words=\"\(CompletionScript.helpTopics)\""
            } else if command == .store {
                action = "words=\"\(names(StoreAction.allCases))\""
            } else {
                return nil
            }
            return "                    \"\(command.rawValue) \"*) \(action) ;;"
        }.joined(separator: "\n")
    }
}
