import Glibc
import Platform

/// Where the API key comes from.
enum APIKeySource: Hashable, Sendable {
    case variable([UInt8])
    case file(String)
    case command(CommandWords)

    /// The largest key with its line break, in bytes.
    private static let maxBytes = 8192
    /// The longest run of a command, in nanoseconds.
    private static let maxTime: Int64 = 30_000_000_000

    /// Returns the given source; nil without one. A flag comes before the variable.
    init?(_ arguments: Arguments, _ environment: Environment) throws(UsageError) {
        let file = try arguments.value(Flags.destination.apiKeyFile)
        // The other command with a key has no such flag.
        let command =
            arguments.command == .send
            ? try arguments.value(Flags.destination.apiKeyCommand) : nil
        switch (file, command, environment.apiKey) {
        case (_?, _?, _):
            throw UsageError("--api-key-file and --api-key-command are both given; keep one")
        case (let file?, _, _): self = .file(file)
        case (_, let command?, _): self = .command(command)
        case (_, _, let key?): self = .variable(key)
        default: return nil
        }
    }

    /// The flag or the variable.
    var name: String {
        switch self {
        case .variable: "HOOKSTREAM_API_KEY"
        case .file: Flags.destination.apiKeyFile.declaration.spelling
        case .command: Flags.destination.apiKeyCommand.declaration.spelling
        }
    }

    /// Where a person finds the key; never the key, nor a command, which may contain a secret.
    var place: String {
        switch self {
        case .variable: "the variable \(name)"
        case .file(let path): Escaping.quoted(Directory.absolute(path))
        case .command: "the output of \(name)"
        }
    }

    /// Whether a later read may give another key.
    var canChange: Bool {
        if case .variable = self { return false }
        return true
    }

    /// Reads the key.
    ///
    /// - Parameter isAgain: Whether it was read before: a pipe is not waited for.
    func read(isAgain: Bool = false, warnings: inout [String]) throws(UsageError) -> APIKey {
        let raw: [UInt8]
        switch self {
        case .variable(let bytes): raw = bytes
        case .file(let path):
            raw = try SecretFile.read(
                path, flag: name, limit: (Self.maxBytes, "8 KiB; it is not a key"),
                mayWait: !isAgain, warnings: &warnings)
        case .command(let words): raw = try output(of: words)
        }
        let key = try APIKey(raw: raw, source: name)
        if let warning = key.warning(source: name) { warnings.append(warning) }
        return key
    }

    /// No message contains the command: it may contain a secret.
    private func output(of command: CommandWords) throws(UsageError) -> [UInt8] {
        ProcessMemory.hide()
        do {
            return try ChildOutput.of(command.words, upTo: Self.maxBytes, within: Self.maxTime)
        } catch {
            let reason =
                switch error {
                case .start(let error):
                    "the command can't be started: \(SystemError.text(of: error.code))"
                case .read(let error):
                    "the command's output can't be read: \(SystemError.text(of: error.code))"
                case .status(127): "the command ended with status 127: is its name right?"
                case .status(let status): "the command ended with status \(status)"
                case .signal(let number): "the command was ended by signal \(number)"
                case .tooLarge: "the command's output is larger than 8 KiB; it is not a key"
                case .timeout: "the command took longer than 30 s"
                }
            throw UsageError("\(name): \(reason)")
        }
    }
}
