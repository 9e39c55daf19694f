import CPosix
import Glibc
import Platform

/// The program. Only `main` ends the process.
@main
struct Hookbatch {
    static func main() {
        hb_signals_end_first_process()
        hb_return_large_memory()
        Terminal.reserveStandardDescriptors()
        let words = Array(CommandLine.arguments.dropFirst())
        if let word = zip(words, CommandLine.rawWords).first(where: { !$1.elementsEqual($0.utf8) })
        {
            // Its decoded name differs, and would be wrong in every row.
            Terminal.say(
                "\(Escaping.quoted(word.0)) is not UTF-8; rename the file, or use a link with a "
                    + "UTF-8 name")
            exit(ExitStatus.usage.rawValue)
        }
        let environment = Environment.current()
        if environment.apiKey != nil { ProcessMemory.hide() }
        exit(run(words, environment: environment).rawValue)
    }

    /// Parses and dispatches; an error becomes a message and an exit status.
    private static func run(_ words: [String], environment: Environment) -> ExitStatus {
        do throws(UsageError) {
            switch try Invocation(words: words) {
            case .usage:
                Terminal.show(
                    HelpText(
                        width: Terminal.errorColumns, isStyled: Style.areShown(on: STDERR_FILENO)
                    ).usage)
                return .usage
            case .help(let command):
                let help = HelpText(
                    width: Terminal.outputColumns, isStyled: Style.areShown(on: STDOUT_FILENO))
                return print(command.map(help.text(for:)) ?? help.overview)
            case .guide(let guide): return print(shown(guide))
            case .versionLine: return print(Version.line)
            case .versions(let isJSON): return printVersions(isJSON: isJSON)
            case .manual: return print(ManualPage.text)
            case .completions(let shell): return print(CompletionScript.text(for: shell))
            case .run(var arguments):
                try arguments.take(environment)
                do throws(UsageError) {
                    return try run(arguments, words: words, environment: environment)
                } catch {
                    throw error.naming(arguments.variables)
                }
            }
        } catch {
            Terminal.say(error.message)
            return .usage
        }
    }

    /// Returns a guide for standard output: laid out for a terminal, otherwise as Markdown.
    private static func shown(_ guide: Guide) -> String {
        guard Terminal.standardOutputIsTerminal else { return guide.text }
        return GuideText(
            width: Terminal.outputColumns, isStyled: Style.areShown(on: STDOUT_FILENO)
        ).text(of: guide.text)
    }

    private static func run(
        _ arguments: Arguments, words: [String], environment: Environment
    ) throws(UsageError) -> ExitStatus {
        try TimeZoneName.apply(arguments)
        if arguments.isOn(Flags.help.showOptions) {
            let options = OptionTable(arguments, environment: environment)
            let status = print(options.text)
            try options.validate()
            return status
        }
        switch arguments.command {
        case .send:
            let options = try SendOptions(arguments, words: words, environment: environment)
            options.warnings.forEach { Terminal.say("warning: \($0)") }
            return SendCommand.run(options)
        case .outbox:
            return try OutboxCommand.run(arguments, environment)
        case .check:
            return check(try CheckOptions(arguments))
        case .report:
            return ReportCommand.run(try ReportOptions(arguments))
        case .serve:
            let options = try ServeOptions(arguments, environment: environment)
            options.warnings.forEach { Terminal.say("warning: \($0)") }
            return ServeCommand.run(options)
        case .listen:
            let options = try ListenOptions(arguments)
            options.warnings.forEach { Terminal.say("warning: \($0)") }
            return ListenCommand.run(options)
        case .store:
            return StoreCommand.run(try StoreOptions(arguments))
        case .deliver:
            return DeliverCommand.run(try DeliverOptions(arguments))
        case .help, .version:
            preconditionFailure("\(arguments.command.rawValue) is answered by the parser")
        }
    }

    private static func check(_ options: CheckOptions) -> ExitStatus {
        do {
            let plan = try CheckCommand.run(options)
            let written = write(plan, as: options.output)
            if let noLines = plan.noLines {
                Terminal.say("warning: no lines to send: \(noLines.reason)")
            }
            return .mostSevere(of: [written, plan.exitStatus])
        } catch {
            Terminal.say(error.message)
            return error.exitStatus
        }
    }

    private static func write(_ plan: CheckPlan, as format: OutputFormat) -> ExitStatus {
        let width = Terminal.standardOutputIsTerminal ? Terminal.outputColumns : nil
        return switch format {
        case .text: print(PlanText(plan: plan, width: width).text)
        case .json: print(String(decoding: PlanJSON(plan: plan).bytes, as: UTF8.self))
        }
    }

    @inline(never)
    private static func printVersions(isJSON: Bool) -> ExitStatus {
        let report = VersionReport()
        return print(isJSON ? String(decoding: report.json, as: UTF8.self) : report.text)
    }

    /// Writes a result on standard output. A write error is a failure.
    private static func print(_ text: String) -> ExitStatus {
        guard let number = Terminal.output(text) else { return .success }
        Terminal.say("standard output can't be written: \(SystemError.text(of: number))")
        return .fileError
    }
}

extension CommandLine {
    /// The arguments' bytes, without the program's name.
    fileprivate static var rawWords: [UnsafeRawBufferPointer] {
        (1..<max(1, Int(argc))).map { index in
            let word = unsafeArgv[index]
            return UnsafeRawBufferPointer(start: word, count: word.map { strlen($0) } ?? 0)
        }
    }
}
