import Foundation
import TestSupport
import Testing

@testable import hookbatch

@Suite("Command-line completion in the shells", .ownThread)
struct CompletionTests {
    /// Command lines before the tab, with all words that are offered.
    private static let cases: [(line: String, offered: Set<String>)] =
        [
            ("hookbatch ", Set(Command.allCases.map(\.rawValue))),
            ("hookbatch se", ["send", "serve"]),
            ("hookbatch send --ra", ["--rate", "--ramp"]),
            ("hookbatch check --to", []),
            ("hookbatch send --format ", ["auto", "ndjson", "json", "csv", "tsv"]),
            ("hookbatch store --format ", ["table", "ndjson", "csv"]),
            ("hookbatch send --rate 5/s --delivery at-l", ["at-least-once"]),
            ("hookbatch store ", Set(StoreAction.allCases.map(\.rawValue))),
            ("hookbatch help se", ["send", "serve", "security"]),
            ("hookbatch help --completions ", ["bash", "zsh", "fish"]),
        ]
        + Command.allCases.map { command in
            (
                "hookbatch \(command.rawValue) --",
                Set(Flags.taken(by: command).map(\.spelling) + ["--help", "--version"])
            )
        }

    private let folder: TemporaryFolder

    /// Creates a folder with the program in `bin` and a file without an input's extension.
    init() throws {
        folder = try TemporaryFolder("completion")
        try FileManager.default.createDirectory(
            atPath: folder.path("bin"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("bin/hookbatch"), withDestinationPath: Hookbatch.binary)
        try folder.write("", to: "events.txt")
    }

    /// Runs a script with arguments in a shell and returns its output.
    private func run(_ shell: String, _ options: [String], _ words: [String]) throws -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let result = try Program.run(
            shell, options + words,
            environment: [
                "PATH": folder.path("bin") + ":" + path, "HOME": folder.path, "TERM": "vt100",
                "LC_ALL": "C.UTF-8",
            ],
            directory: folder.path)
        #expect(result.exitCode == 0, "\(result)")
        return result.output
    }

    /// Splits the output into the words that were offered for each line, after a line `==`.
    private func blocks(of output: String) -> [Set<String>] {
        output.components(separatedBy: "==\n").dropFirst().map { block in
            Set(block.split { " \n".contains($0) }.map(String.init))
        }
    }

    private func expect(_ offered: some Collection<Set<String>>) {
        #expect(offered.count == Self.cases.count)
        for (offered, expected) in zip(offered, Self.cases) {
            #expect(offered == expected.offered, "\(expected.line)")
        }
    }

    @Test("In bash the words that a command accepts are offered", .needs("bash"))
    func bash() throws {
        let script = """
            source <(hookbatch help --completions bash)
            for line; do
                read -ra COMP_WORDS <<<"$line"
                if [[ $line == *" " ]]; then COMP_WORDS+=(""); fi
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                _hookbatch
                echo ==
                printf '%s\\n' "${COMPREPLY[@]}"
            done
            """
        let output = try run("bash", ["--norc", "-c", script, "bash"], Self.cases.map(\.line))
        expect(blocks(of: output))
    }

    @Test(
        "In bash a flag is split from its value at the equals sign", .needs("bash"),
        arguments: [
            (["--format", "=", "n"], "ndjson"), (["--format", "="], "auto ndjson json csv tsv"),
            (["--format=n"], "--format=ndjson"), (["--to", "store", ":", "e"], ""),
            (["--", "--ra"], ""),
        ])
    func bashEquals(words: [String], offered: String) throws {
        let script = """
            source <(hookbatch help --completions bash)
            COMP_WORDS=(hookbatch send "$@")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _hookbatch
            echo "${COMPREPLY[*]}"
            """
        #expect(try run("bash", ["--norc", "-c", script, "bash"], words) == offered + "\n")
    }

    @Test(
        "In bash file names are completed only where a file is expected", .needs("bash", "script"))
    func bashFiles() throws {
        // After the tab Ctrl-A puts echo before the completed line, which prints it.
        let script = """
            {
                echo 'source <(hookbatch help --completions bash)'
                for line; do
                    printf '%s\\t\\001echo got: \\005end-$((6 * 7))\\n' "$line"
                done
                echo exit
            } | script -qec 'bash --norc -i' /dev/null |
                sed -nE 's/^(\\x1b\\[\\?2004l\\r)?(got: hookbatch [^\\r]*)\\r$/\\2/p'
            """
        let output = try run(
            "bash", ["--norc", "-c", script, "bash"],
            [
                "hookbatch send ev", "hookbatch send --report ev", "hookbatch send --rate ev",
                "hookbatch send -- ev", "hookbatch send --fo", "hookbatch send --to st",
            ])
        #expect(
            output.split(separator: "\n") == [
                "got: hookbatch send events.txt end-42",
                "got: hookbatch send --report events.txt end-42",
                "got: hookbatch send --rate evend-42",
                "got: hookbatch send -- events.txt end-42",
                "got: hookbatch send --format end-42",
                "got: hookbatch send --to store:end-42",
            ])
    }

    @Test("In zsh the words that a command accepts are offered, and files", .needs("zsh"))
    func zsh() throws {
        // A second shell with its own terminal; the text after two dashes is a description.
        let script = """
            zmodload zsh/zpty
            zpty z zsh -f -i
            zpty -w z "PROMPT= LISTMAX=1000; unsetopt zle_bracketed_paste; autoload -Uz compinit"
            zpty -w z "compinit -u -D; source <(hookbatch help --completions zsh)"
            zpty -w z "offer() { zle list-choices; zle -R; print DONE-\\$((6 * 7)) }; zle -N offer"
            zpty -w z "bindkey '^I' offer; echo READY-\\$((6 * 7))"
            zpty -r z out '*READY-42*'
            for line; do
                # Nothing may be typed ahead: then the shell spares itself the list.
                zpty -w -n z "$line"$'\\t'
                zpty -r z out '*DONE-42*'
                zpty -w -n z $'\\C-u'
                print '=='
                print -r -- "$out" | tr -d '\\r\\000' | sed -e 's/\\x1b\\[[0-9;?]*[a-zA-Z]//g' \\
                    -e '0,/hookbatch /d' -e 's/hookbatch .*//' -e 's/  *-- .*//' -e '/DONE/d'
            done
            """
        let lines = Self.cases.map(\.line)
        let output = try run("zsh", ["-f", "-c", script, "zsh"], lines + ["hookbatch send ev"])
        let offered = blocks(of: output)
        expect(offered.dropLast())
        #expect(offered.last == ["events.txt"])
    }

    @Test("In fish the words that a command accepts are offered, and files", .needs("fish"))
    func fish() throws {
        let script = """
            hookbatch help --completions fish | source
            for line in $argv
                echo ==
                complete --do-complete $line | string replace --regex '\\t.*' ''
            end
            true
            """
        let lines = Self.cases.map(\.line)
        let output = try run("fish", ["--no-config", "-c", script], lines + ["hookbatch send ev"])
        let offered = blocks(of: output)
        expect(offered.dropLast())
        #expect(offered.last == ["events.txt"])
    }
}
