import Foundation
import Testing

/// A block of commands in the README or a guide, with the output that the document shows.
///
/// Commands are the lines of a fence marked `sh`. A comment `# exit N` after a command is its exit
/// code; the default is 0. A block whose first line begins with `# not run here` is skipped; one
/// whose first line begins with `# with jq` needs that program, which not every machine has. A
/// fence marked `text` directly after the commands contains their output, in this order. In it, `…`
/// matches any text, and alone on a line any lines.
struct ReadmeBlock: Sendable, CustomTestStringConvertible {
    struct Command: Sendable, Equatable {
        var text: String
        var exitCode: Int
    }

    /// The name of the document.
    var document = "README.md"
    /// The line of the opening fence, from 1.
    var line: Int
    var commands: [Command]
    /// Whether the commands need `jq`.
    var needsJQ = false
    /// Part of the output of the commands; empty if the document does not show it.
    var output: [String]

    var testDescription: String { "\(document):\(line) \(commands.first?.text ?? "")" }

    /// A script that stops with `wrongExit` at the first unexpected exit code.
    ///
    /// It reports that code in its last line.
    var script: String {
        commands.map { command in
            """
            \(command.text)
            code=$?
            if [ $code -ne \(command.exitCode) ]; then
                echo "line '$(cat <<'COMMAND'
            \(command.text)
            COMMAND
            )': exit $code, and \(document) says \(command.exitCode)"
                exit \(Self.wrongExit)
            fi
            """
        }.joined(separator: "\n") + "\n"
    }

    static let wrongExit: Int32 = 99

    /// Returns the first line of `output` that is missing in `written`, or nil.
    ///
    /// A line must be after the lines before it.
    func missingLine(in written: String) -> String? {
        var lines = written.split(separator: "\n", omittingEmptySubsequences: false)[...]
        for shown in output where shown != "…" && !shown.isEmpty {
            guard let place = lines.firstIndex(where: { Self.matches($0, shown) }) else {
                return shown
            }
            lines = lines[(place + 1)...]
        }
        return nil
    }

    /// Whether `line` matches `pattern`, in which each `…` matches any text.
    static func matches(_ line: some StringProtocol, _ pattern: String) -> Bool {
        let parts = pattern.components(separatedBy: "…")
        guard parts.count > 1 else { return line == pattern }
        guard let first = parts.first, let last = parts.last, line.hasPrefix(first) else {
            return false
        }
        var rest = String(line.dropFirst(first.count))
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.range(of: part) else { return false }
            rest = String(rest[found.upperBound...])
        }
        return rest.hasSuffix(last)
    }
}

extension ReadmeBlock {
    /// All blocks of the README and the users' guides that are run.
    static let all = Document.forUsers.flatMap { blocks(of: $0.text, in: $0.name) }

    static func blocks(of text: String, in document: String = "README.md") -> [ReadmeBlock] {
        var blocks: [ReadmeBlock] = []
        for fence in fences(of: text) {
            if fence.holdsCommands {
                blocks.append(
                    ReadmeBlock(
                        document: document, line: fence.line,
                        commands: commands(fence.lines),
                        needsJQ: fence.lines.first?.hasPrefix("# with jq") == true, output: []))
            } else if fence.mark == "text", fence.showsOutput, let last = blocks.indices.last {
                blocks[last].output += fence.lines
            }
        }
        return blocks
    }

    private struct Fence {
        var mark: String
        var line: Int
        var lines: [String]
        /// Whether only blank lines are between the fence and commands that are run.
        var showsOutput: Bool

        var holdsCommands: Bool {
            mark == "sh" && lines.first?.hasPrefix("# not run here") != true
        }
    }

    private static func fences(of text: String) -> [Fence] {
        var fences: [Fence] = []
        var open: Fence?
        var isBehindCommands = false
        for (index, line) in text.components(separatedBy: "\n").enumerated() {
            if line.hasPrefix("```") {
                if let closed = open {
                    fences.append(closed)
                    isBehindCommands = closed.holdsCommands
                    open = nil
                } else {
                    open = Fence(
                        mark: String(line.dropFirst(3)), line: index + 1, lines: [],
                        showsOutput: isBehindCommands)
                }
            } else if open != nil {
                open?.lines.append(line)
            } else if !line.isEmpty {
                isBehindCommands = false
            }
        }
        return fences
    }

    private static func commands(_ lines: [String]) -> [Command] {
        var commands: [Command] = []
        var begun = ""
        for line in lines where !(begun.isEmpty && (line.isEmpty || line.hasPrefix("#"))) {
            if line.hasSuffix("\\") {
                begun += line + "\n"
            } else {
                commands.append(command(begun + line))
                begun = ""
            }
        }
        return commands
    }

    private static func command(_ text: String) -> Command {
        let parts = text.components(separatedBy: "# exit ")
        guard parts.count == 2, let last = parts.last,
            let code = Int(last.trimmingCharacters(in: .whitespaces))
        else { return Command(text: text, exitCode: 0) }
        let command = parts[0].trimmingCharacters(in: .whitespaces)
        return Command(text: command, exitCode: code)
    }
}
