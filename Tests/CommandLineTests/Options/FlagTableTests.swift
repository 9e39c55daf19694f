import Sending
import Testing

@testable import hookbatch

@Suite("The table of flags and the help") struct FlagTableTests {
    @Test("Each flag of a command is in the table once, in lower case with dashes")
    func names() {
        for command in Command.allCases {
            let names = Flags.taken(by: command).map(\.name)
            #expect(Set(names).count == names.count, "\(command)")
        }
        for flag in Flags.all {
            #expect(flag.name.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil, "\(flag.name)")
            #expect(!flag.commands.isEmpty, "\(flag.name)")
        }
    }

    @Test("Every default is valid in its own syntax")
    func defaults() throws {
        let words = ["send", "events.ndjson"]
        let options = try SendOptions(arguments(words), words: words, environment: Environment())
        #expect(options.pace.concurrency == .fixed(64))
        #expect(options.pace.burst == 1)
        #expect(options.pace.ramp == .zero)
        #expect(options.pace.rate == nil)
        #expect(options.pace.appConcurrency == nil)
        #expect(options.pace.maxInFlightBytes == 8 << 20)
        #expect(options.input.maxRecordBytes == 8 << 20)
        #expect(options.input.format == .auto)
        #expect(options.input.hasHeader)
        #expect(options.retries.count == 5)
        #expect(options.retries.codes.codes == [408, 425, 429, 503])
        #expect(options.retries.maxRetryAfter == .seconds(300))
        #expect(options.retries.startPatience(isTerminal: true) == .zero)
        #expect(options.retries.startPatience(isTerminal: false) == .seconds(120))
        #expect(options.retries.outagePatience == .seconds(7200))
        #expect(options.retries.delivery == .atLeastOnce)
        #expect(options.stops.grace == .seconds(20))
        #expect(options.stops.maxErrors == nil)
        #expect(options.report.path == "events.report.ndjson")
        #expect(!options.isFresh)
        guard case .store("hookbatch.db", knownAppsOnly: false) = options.destination else {
            Issue.record("the default destination is \(options.destination)")
            return
        }
    }

    @Test(
        "Every flag with a value rejects an empty value",
        arguments: Flags.taken(by: .send).filter(\.takesValue).map(\.spelling))
    func empty(flag: String) throws {
        let words = ["send", "\(flag)=", "--to", "https://h/v1", "events.ndjson"].filter {
            flag != "--to" || !["--to", "https://h/v1"].contains($0)
        }
        let error = #expect(throws: UsageError.self) {
            try SendOptions(
                arguments(words), words: words, environment: Environment(apiKey: [0x41]))
        }
        #expect(error?.message.hasPrefix("\(flag): ") == true, "\(error?.message ?? "")")
    }

    @Test(
        "The help of a command has all its flags with their defaults",
        arguments: [
            Command.send, .outbox, .check, .report, .serve, .listen, .store, .deliver,
        ])
    func helpIsComplete(command: Command) {
        let text = HelpText.text(for: command)
        // Wrapping puts line breaks anywhere between words.
        let words = text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        for flag in Flags.taken(by: command) {
            let name = flag.placeholder.map { "\(flag.spelling) \($0) " } ?? "\(flag.spelling) "
            #expect(words.contains(name + flag.help.prefix(20)), "\(flag.name)")
            if let value = flag.defaultText ?? flag.defaultNote {
                #expect(words.contains("\(flag.help) (default: \(value))"), "\(flag.name)")
            }
        }
        let names = Flags.taken(by: command).map(\.name)
        for flag in Flags.all where !names.contains(flag.name) {
            #expect(!text.contains("  \(flag.spelling) "), "\(flag.name)")
        }
    }

    @Test("The help fits 80 columns and ends with a line break", arguments: Command.allCases)
    func helpFits(command: Command) {
        for text in [HelpText.text(for: command), HelpText.overview] {
            #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
            for line in text.split(separator: "\n") {
                #expect(line.count <= 80, "\(line)")
                #expect(!line.hasSuffix(" "), "\(line)")
            }
        }
    }

    @Test("The help of send lists every exit code")
    func exitCodes() {
        let lines = HelpText.text(for: .send).split(separator: "\n")
        for status in ExitStatus.allCases {
            #expect(lines.contains { $0.hasPrefix("  \(status.rawValue) ") }, "\(status)")
        }
    }

    @Test(
        "The examples in the help are valid command lines",
        arguments: Command.allCases)
    func examples(command: Command) throws {
        for example in command.examples {
            let words = example.line.split(separator: " ").dropFirst().map(String.init)
            let arguments = try arguments(words)
            let environment = Environment(apiKey: words.contains("--to") ? [0x41] : nil)
            switch command {
            case .send: _ = try SendOptions(arguments, words: words, environment: environment)
            case .outbox:
                // Its folder need not exist.
                #expect(arguments.operands.count == 1)
            case .check: _ = try CheckOptions(arguments)
            case .report: _ = try ReportOptions(arguments)
            case .serve: _ = try ServeOptions(arguments, environment: environment)
            case .listen: _ = try ListenOptions(arguments)
            case .store: _ = try StoreOptions(arguments)
            case .deliver: _ = try DeliverOptions(arguments)
            case .help, .version: break
            }
        }
    }

    @Test("Wrapping keeps every word and exceeds the width only for a long word")
    func wrapping() {
        let text = "a bb ccc dddd eeeeeeeeeeee f"
        for width in 1...40 {
            let lines = HelpText.wrapped(text, to: width)
            #expect(lines.joined(separator: " ") == text)
            #expect(lines.allSatisfy { $0.count <= width || !$0.contains(" ") })
        }
    }
}
