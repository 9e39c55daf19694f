import TestSupport
import Testing

@testable import hookbatch

private func environment(_ variables: [String: String], key: String? = nil) -> Environment {
    Environment(
        apiKey: key.map { Array($0.utf8) }, variables: variables.mapValues { Array($0.utf8) })
}

/// The arguments of a command line in an environment.
private func taken(_ line: String, _ variables: [String: String]) throws -> Arguments {
    var arguments = try arguments(line.split(separator: " ").map(String.init))
    try arguments.take(environment(variables))
    return arguments
}

/// Each flag of each command that runs.
private let cases: [(Command, FlagDeclaration)] = Command.allCases
    .filter { $0 != .help && $0 != .version }
    .flatMap { command in Flags.taken(by: command).map { (command, $0) } }
    .filter { !$0.1.isForOnce }

@Suite("Flags from the environment") struct EnvironmentTests {
    @Test("A variable sets each flag that is not for the command line only")
    func every() throws {
        #expect(cases.count >= 50)
        for (command, flag) in cases {
            let typed = try arguments(
                [command.rawValue] + [flag.spelling] + (flag.takesValue ? [flag.example] : []))
            let value = flag.takesValue ? flag.example : "1"
            let variable = flag.variable(for: command)
            let taken = try taken(command.rawValue, [variable: value])
            #expect(taken.values == typed.values && taken.lists == typed.lists, "\(variable)")
            #expect(taken.variables == [flag.name: variable], "\(variable)")
        }
    }

    @Test("No variable sets two different flags")
    func unique() {
        var owners: [String: Set<Command>] = [:]
        for (command, flag) in cases {
            let variable = flag.variable(for: command)
            #expect(owners[variable, default: flag.commands] == flag.commands, "\(variable)")
            owners[variable] = flag.commands
        }
    }

    @Test("The name of a variable has the flag and, if ambiguous, the command")
    func names() {
        #expect(
            Flags.pace.maxInFlightBytes.declaration.variable(for: .send)
                == "HOOKBATCH_MAX_IN_FLIGHT_BYTES")
        #expect(Flags.pace.rate.declaration.variable(for: .check) == "HOOKBATCH_RATE")
        #expect(Flags.stops.limit.declaration.variable(for: .send) == "HOOKBATCH_LIMIT")
        #expect(
            Flags.serve.requestLimit.declaration.variable(for: .serve) == "HOOKBATCH_SERVE_LIMIT")
        #expect(Flags.store.last.declaration.variable(for: .store) == "HOOKBATCH_STORE_LIMIT")
    }

    @Test("A typed flag overrides its variable, and an empty variable is ignored")
    func precedence() throws {
        let arguments = try taken(
            "send --rate 5/s a", ["HOOKBATCH_RATE": "6/s", "HOOKBATCH_BURST": ""])
        #expect(arguments.values == ["rate": "5/s"])
        #expect(arguments.variables.isEmpty)
    }

    @Test("A command ignores variables of other commands")
    func others() throws {
        let variables = [
            "HOOKBATCH_TO": "nonsense", "HOOKBATCH_SEED": "x", "HOOKBATCH_BINARY": "/x",
            "HOOKBATCH_SERVE_LIMIT": "x", "HOOKBATCH_": "x",
        ]
        #expect(try taken("check a", variables).values.isEmpty)
    }

    @Test(
        "A switch accepts the usual words for yes and no",
        arguments: [
            ("1", true), ("true", true), ("YES", true), ("On", true), ("0", false),
            ("false", false), ("no", false), ("off", false),
        ])
    func switches(text: String, isOn: Bool) throws {
        let arguments = try taken("send a", ["HOOKBATCH_QUIET": text])
        #expect(arguments.isOn(Flags.watching.quiet) == isOn)
    }

    @Test(
        "The error of a variable has its name",
        arguments: [
            (
                ["HOOKBATCH_RATE": "5x"],
                "HOOKBATCH_RATE: '5x' is not a rate (example: HOOKBATCH_RATE=200/s)"
            ),
            (
                ["HOOKBATCH_QUIET": "x"],
                "HOOKBATCH_QUIET: 'x' is not a switch value (use 1, true, yes or on; 0, false, no or "
                    + "off)"
            ),
            (
                ["HOOKBATCH_BURST": "5"],
                "--burst has no effect without --rate or --app-rate; add one "
                    + "(--burst is from HOOKBATCH_BURST)"
            ),
            (
                ["HOOKBATCH_TO": "http://example.com/v1"],
                "--to: 'http://example.com/v1' would send the key and the messages unencrypted; use "
                    + "https://, or add --allow-plain-http "
                    + "(--to is from HOOKBATCH_TO)"
            ),
            (
                ["HOOKBATCH_PROXY": "http://u:S3CRET@h p"],
                "HOOKBATCH_PROXY: the value is not a proxy's URL "
                    + "(example: HOOKBATCH_PROXY=http://proxy.example:3128)"
            ),
        ] as [([String: String], String)])
    func errors(variables: [String: String], message: String) throws {
        #expect(throws: UsageError(message)) {
            var arguments = try arguments(["send", "a"])
            let environment = environment(variables)
            try arguments.take(environment)
            do throws(UsageError) {
                _ = try SendOptions(arguments, words: ["send", "a"], environment: environment)
            } catch {
                throw error.naming(arguments.variables)
            }
        }
    }

    @Test("A variable that is not UTF-8 is rejected")
    func notText() throws {
        var arguments = try arguments(["send", "a"])
        #expect(throws: UsageError("HOOKBATCH_REPORT: the value is not UTF-8")) {
            try arguments.take(Environment(variables: ["HOOKBATCH_REPORT": [0xFF]]))
        }
    }

    @Test("A destination in the environment counts as given")
    func destination() throws {
        let environment = environment(["HOOKBATCH_TO": "store:x.db"], key: "k")
        var arguments = try arguments(["send", "a"])
        try arguments.take(environment)
        let options = try SendOptions(arguments, words: ["send", "a"], environment: environment)
        guard case .store("x.db", _) = options.destination else {
            Issue.record("\(options.destination)")
            return
        }
    }

    @Test("The command to repeat has neither flags from variables nor command-line-only flags")
    func commandLine() throws {
        let words = ["send", "a", "--fresh", "--limit", "5", "--rate", "5/s", "--", "b"]
        let environment = environment([
            "HOOKBATCH_RATE": "6/s", "HOOKBATCH_TO": "store:x", "HOOKBATCH_NO_HEADER": "1",
        ])
        var arguments = try arguments(words)
        try arguments.take(environment)
        let options = try SendOptions(arguments, words: words, environment: environment)
        #expect(
            options.commands.resume == "hookbatch send a --rate 5/s -- b")
        #expect(options.commands.send(["r"]) == "hookbatch send --rate 5/s r")
        #expect(options.commands.variables == ["HOOKBATCH_NO_HEADER", "HOOKBATCH_TO"])
    }

    @Test("The command for undelivered lines overrides variables that are for the original input")
    func undelivered() throws {
        let environment = environment([
            "HOOKBATCH_REPORT": "all.ndjson", "HOOKBATCH_SKIP": "3", "HOOKBATCH_RATE": "6/s",
        ])
        var arguments = try arguments(["send", "a"])
        try arguments.take(environment)
        let options = try SendOptions(arguments, words: ["send", "a"], environment: environment)
        #expect(options.commands.resume == "hookbatch send a")
        #expect(
            options.commands.send(["all.rejected.ndjson"])
                == "hookbatch send --report all.rejected.report.ndjson --skip 0 "
                + "all.rejected.ndjson")
    }

    @Test(
        "The variable of a command-line-only flag is rejected",
        arguments: [
            ("send a", "HOOKBATCH_FRESH", "--fresh"), ("send a", "HOOKBATCH_LIMIT", "--limit"),
            ("send a --fresh", "HOOKBATCH_FRESH", "--fresh"),
            ("check a", "HOOKBATCH_SHOW_OPTIONS", "--show-options"),
            ("report a", "HOOKBATCH_FORCE", "--force"),
        ])
    func forOnce(line: String, variable: String, flag: String) throws {
        for value in ["1", "0"] {
            #expect(
                throws: UsageError(
                    "\(variable): \(flag) is for the command line only; unset the variable")
            ) { try taken(line, [variable: value]) }
        }
        _ = try taken(line, [variable: ""])
        _ = try taken("store apps", [variable: "1"])
    }

    @Test("Each command reads its own variable for a shared flag name")
    func namesakes() throws {
        #expect(
            try taken("store messages", ["HOOKBATCH_STORE_LIMIT": "5"]).values == ["limit": "5"])
        #expect(try taken("serve", ["HOOKBATCH_SERVE_LIMIT": "5/s"]).values == ["limit": "5/s"])
        #expect(try taken("store apps", ["HOOKBATCH_LIMIT": "5"]).values.isEmpty)
    }

    @Test("A variable for one action of store does not affect another")
    func actions() throws {
        var arguments = try taken(
            "store apps", ["HOOKBATCH_SINCE": "2h", "HOOKBATCH_STORE": "x.db"])
        #expect(try StoreOptions(arguments).path == "x.db")
        #expect(throws: UsageError.self) { try StoreOptions(taken("store apps --since 2h", [:])) }
        arguments.dropVariables(except: ["store"])
        #expect(arguments.values == ["store": "x.db"])
        #expect(arguments.variables == ["store": "HOOKBATCH_STORE"])
    }

    @Test("The program reads its environment, and tests do not pass theirs on")
    func program() throws {
        let folder = try TemporaryFolder("environment")
        try folder.write(#"{"appId":"a","event_type":"b"}"# + "\n", to: "a.ndjson")
        let result = try Program.run(
            Hookbatch.binary, ["send", "a.ndjson"],
            environment: ["HOOKBATCH_TO": "store:there.db", "HOOKBATCH_REPORT": "r.ndjson"],
            directory: folder.path)
        #expect(result.exitCode == 0, "\(result.errorOutput)")
        #expect(folder.contains("there.db") && folder.contains("r.ndjson"))

        let wrong = try Program.run(
            Hookbatch.binary, ["send", "a.ndjson"], environment: ["HOOKBATCH_RETRIES": "many"],
            directory: folder.path)
        #expect(wrong.exitCode == 2)
        #expect(
            wrong.errorOutput
                == "hookbatch: HOOKBATCH_RETRIES: 'many' is not a number from 0 to 100 "
                + "(example: HOOKBATCH_RETRIES=5)\n")
    }
}

@Suite("Repeatable flags") struct RepeatableFlagTests {
    private let flag = Flag(
        "often", .path(example: "a"), isRepeatable: true, for: [.send], .other, "Help.")

    @Test(
        "The variable of a repeatable flag has one value per line, commas included",
        arguments: [
            ("a", ["a"]), ("a,b", ["a,b"]), ("a\nb", ["a", "b"]), ("a\n\nb\n", ["a", "b"]),
            ("a\r\nb", ["a", "b"]),
        ])
    func lines(text: String, values: [String]) throws {
        var arguments = Arguments(command: .send)
        arguments.set(flag.declaration, to: text, from: "HOOKBATCH_OFTEN")
        #expect(try arguments.all(flag) == values)
        #expect(arguments.texts(of: flag.declaration) == values)
        #expect(arguments.variables == ["often": "HOOKBATCH_OFTEN"])
        arguments.set(flag.declaration, to: "later", from: "HOOKBATCH_OFTEN")
        #expect(try arguments.all(flag) == values)
        arguments.dropVariables(except: [])
        #expect(try arguments.all(flag).isEmpty)
    }
}
