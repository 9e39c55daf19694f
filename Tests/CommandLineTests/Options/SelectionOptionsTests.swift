import Records
import TestSupport
import Testing

@testable import hookbatch

private func options(_ words: [String]) throws -> SendOptions {
    let words = ["send", "a.ndjson"] + words
    return try SendOptions(arguments(words), words: words, environment: Environment())
}

@Suite("--only and --except") struct SelectionOptionsTests {
    @Test(
        "An invalid selection is rejected with a valid example",
        arguments: ["appId", "appId=", "=x", "appId=a,,b", "appId=a*b", "/a~2=x", "x=a\\b"])
    func invalid(text: String) {
        let message = #expect(throws: UsageError.self) { try options(["--only", text]) }?.message
        #expect(
            message
                == "--only: \(Escaping.quoted(text)) is not a field, '=', and values with commas "
                + "between them (\\ before a comma, * or \\ in a value) "
                + "(example: --only 'event_type=user.*,order.created')")
    }

    @Test("The rules reach the reader, with the first = between field and values")
    func rules() throws {
        let given = try options([
            "--only", "appId=acme", "--except", "/a/b=x,y*", "--only", "event_type=a=b",
        ])
        let rules = given.input.readerOptions.selection.rules
        #expect(rules.map(\.field) == [.appID, .eventType, .pointer(["a", "b"])])
        #expect(rules.map(\.isExclusion) == [false, false, true])
        #expect(rules.map(\.patterns.count) == [1, 1, 2])
        #expect(try options([]).input.readerOptions.selection.isEmpty)
    }

    @Test("The run identity has the rules in any order, and is empty without them")
    func identity() throws {
        let one = try options(["--only", "a=1", "--only", "b=2", "--except", "c=3"])
        let other = try options(["--except", "c=3", "--only", "b=2", "--only", "a=1"])
        #expect(one.runIdentity == other.runIdentity)
        #expect(one.runIdentity["--only"] == "a=1\u{1F}b=2")
        #expect(one.runIdentity["--except"] == "c=3")
        #expect(try options([]).runIdentity["--only"] == "")
        #expect(try options([]).runIdentity["--except"] == "")
    }

    @Test("The command for rejected lines has no selection, and the one to resume has it")
    func commands() throws {
        let given = try options(["--only", "appId=acme", "--except", "x=*", "--map", "appId=/t"])
        #expect(
            given.commands.send(["a.rejected.ndjson"])
                == "hookbatch send --map appId=/t a.rejected.ndjson")
        #expect(given.commands.resume.contains("--only appId=acme --except 'x=*'"))
    }

    @Test(
        "The reason for no lines names the flags that left them out",
        arguments: [
            (SkippedRecords(unselected: 1), "the only record is left out by --only appId=x"),
            (SkippedRecords(unselected: 46), "all 46 records are left out by --only appId=x"),
            (
                SkippedRecords(first: 40, unselected: 6),
                "40 of the 46 records were skipped by --skip, and the others are left out by "
                    + "--only appId=x"
            ),
        ])
    func noLines(skipped: SkippedRecords, reason: String) {
        let noLines = NoLines(
            inputs: 1, headers: 0, blankLines: 0, skipped: skipped, selection: ["--only appId=x"])
        #expect(noLines.reason == reason)
    }
}
