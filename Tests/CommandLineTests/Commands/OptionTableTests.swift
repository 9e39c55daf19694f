import TestSupport
import Testing

@testable import hookbatch

private func optionTable(
    _ line: String, _ variables: [String: String] = [:], key: String? = nil
) throws -> OptionTable {
    var arguments = try arguments(line.split(separator: " ").map(String.init))
    let environment = Environment(
        apiKey: key.map { Array($0.utf8) }, variables: variables.mapValues { Array($0.utf8) })
    try arguments.take(environment)
    return OptionTable(arguments, environment: environment)
}

extension OptionTable {
    fileprivate func row(_ option: String) -> [String]? {
        rows.first { $0.option == option }.map { [$0.value, $0.source] }
    }
}

@Suite("The table of --show-options") struct OptionTableTests {
    @Test(
        "The option table has every option of the command once",
        arguments: [Command.send, .check, .serve])
    func all(command: Command) throws {
        let table = try optionTable("\(command.rawValue) --show-options")
        let flags = Flags.taken(by: command).map(\.spelling).filter { $0 != "--show-options" }
        #expect(table.rows.map(\.option).filter { $0 != "API key" } == flags)
    }

    @Test("The option table has the source of each value")
    func sources() throws {
        let table = try optionTable(
            "send --rate 5/s --fresh", ["HOOKBATCH_BURST": "7", "HOOKBATCH_NO_HEADER": "yes"])
        #expect(table.row("--rate") == ["5/s", "flag"])
        #expect(table.row("--fresh") == ["yes", "flag"])
        #expect(table.row("--burst") == ["7", "environment HOOKBATCH_BURST"])
        #expect(table.row("--no-header") == ["yes", "environment HOOKBATCH_NO_HEADER"])
        #expect(table.row("--retries") == ["5", "default"])
        #expect(table.row("--allow-plain-http") == ["no", "default"])
        #expect(table.row("--app-rate") == ["-", "default (no limit)"])
        #expect(table.row("API key") == ["-", "-"])
    }

    @Test("The option table contains no secret")
    func secrets() throws {
        let table = try optionTable(
            "send --proxy http://u:S3CRET@h:1 --to https://me:S3CRET@there/v1",
            ["HOOKBATCH_API_KEY_FILE": "S3CRET"], key: "S3CRET")
        #expect(!table.text.contains("S3CRET"))
        #expect(table.row("--proxy") == ["http://***@h:1", "flag"])
        #expect(table.row("--to") == ["https://***@there/v1", "flag"])
        let odd = try optionTable("send --proxy S3CRET:p://q@h")
        #expect(odd.row("--proxy") == ["***@h", "flag"])
        #expect(table.row("API key") == ["set", "environment HOOKBATCH_API_KEY_FILE"])
        let variable = try optionTable("serve", key: "S3CRET")
        #expect(variable.row("API key") == ["set", "environment HOOKSTREAM_API_KEY"])
        #expect(!variable.text.contains("S3CRET"))
    }

    @Test("The option table keeps values that can't contain a password")
    func addresses() throws {
        let table = try optionTable(
            #"send --set payload={"to":"a@b.c"} --set event_type=x:y@z --to store:a@b.db"#)
        #expect(table.row("--set") == [#"payload={"to":"a@b.c"}, event_type=x:y@z"#, "flag"])
        #expect(table.row("--to") == ["store:a@b.db", "flag"])
    }

    @Test("The option table has aligned columns for any values")
    func columns() throws {
        let table = try optionTable("send --report äöü.ndjson --ca-cert \u{1B}[2J")
        let lines = table.text.split(separator: "\n")
        #expect(lines.count == table.rows.count + 1)
        #expect(!table.text.contains("\u{1B}"))
        let from = try #require(lines.first?.firstRange(of: "from")?.lowerBound)
        let column = lines[0].distance(from: lines[0].startIndex, to: from)
        for line in lines {
            #expect(line.dropFirst(column - 1).first == " ", "\(line)")
            #expect(line.dropFirst(column).first != " ", "\(line)")
        }
    }

    @Test("The option table lists unknown variables with a suggestion")
    func strange() throws {
        let table = try optionTable("check", ["HOOKBATCH_RAET": "5/s", "HOOKBATCH_TO": "x"])
        #expect(table.unknownVariables == ["HOOKBATCH_RAET"])
        #expect(table.text.hasSuffix("  HOOKBATCH_RAET (did you mean HOOKBATCH_RATE?)\n"))
    }

    @Test("The flag --show-options does nothing else")
    func nothingElse() throws {
        let folder = try TemporaryFolder("options")
        try folder.write(#"{"appId":"a","event_type":"b"}"# + "\n", to: "a.ndjson")
        let result = try Program.run(
            Hookbatch.binary, ["send", "--show-options", "a.ndjson"],
            environment: ["HOOKSTREAM_API_KEY": "S3CRET"], directory: folder.path)
        #expect(result.exitCode == 0)
        #expect(result.errorOutput == "")
        #expect(result.output.contains("environment HOOKSTREAM_API_KEY\n"))
        #expect(!result.output.contains("S3CRET"))
        #expect(try folder.files() == ["a.ndjson"])
    }

    @Test("The option table is printed before an invalid value is rejected")
    func wrong() throws {
        let result = try Program.run(
            Hookbatch.binary, ["send", "--show-options", "--rate", "5/s"],
            environment: ["HOOKBATCH_TIMEOUT": "soon"])
        #expect(result.exitCode == 2)
        #expect(result.output.contains("--timeout"))
        #expect(
            result.errorOutput
                == "hookbatch: HOOKBATCH_TIMEOUT: 'soon' is not a duration from 1ms to "
                + "1h (example: HOOKBATCH_TIMEOUT=30s)\n")
    }
}
