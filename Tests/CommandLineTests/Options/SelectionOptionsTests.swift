import Records
import Sending
import TestSupport
import Testing
import Time

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
        let rules = given.input.readerOptions(now: 0).selection.rules
        #expect(rules.map(\.field) == [.appID, .eventType, .pointer(["a", "b"])])
        #expect(rules.map(\.isExclusion) == [false, false, true])
        #expect(rules.map(\.patterns.count) == [1, 1, 2])
        #expect(try options([]).input.readerOptions(now: 0).selection.isEmpty)
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

    @Test(
        "The commands for rejected lines and to resume have the selection, the first not its ages")
    func commands() throws {
        let given = try options(["--only", "appId=acme", "--except", "x=*", "--map", "appId=/t"])
        #expect(
            given.commands.send(["a.rejected.ndjson"])
                == "hookbatch send --map appId=/t --only appId=acme --except 'x=*' a.rejected.ndjson"
        )
        let window = ["--time", "ts", "--until", "2026-11-02T15:00:00Z", "--since"]
        let fixed = try options(window + ["2026-11-02T14:00:00Z"]).commands
        #expect(
            fixed.send(["a.rejected.ndjson"])
                == "hookbatch send --time ts --since 2026-11-02T14:00:00Z --until "
                + "2026-11-02T15:00:00Z a.rejected.ndjson")
        let aged = try options(window + ["9h"]).commands
        #expect(aged.send(["a.rejected.ndjson"]) == "hookbatch send a.rejected.ndjson")
        #expect(
            fixed.retry(of: "a.report.ndjson", own: try #require(ReportPath(text: "b.ndjson")))
                == "hookbatch send --retry-of a.report.ndjson")
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

    @Test(
        "If no line is selected, a name with a slash in it is questioned, except of a table",
        arguments: [
            ("--only payload/id=17", 0, " (a field in an object begins with a slash: /payload/id)"),
            ("--except 'a/b=x y'", 0, " (a field in an object begins with a slash: /a/b)"),
            ("--only payload/id=17", 1, ""), ("--only /payload/id=17", 0, ""),
            ("--only id=a/b", 0, ""), ("--since 1h", 0, ""),
        ])
    func noSlash(flag: String, headers: Int, hint: String) {
        let noLines = NoLines(
            inputs: 1, headers: headers, blankLines: 0, skipped: SkippedRecords(unselected: 9),
            selection: [flag])
        #expect(noLines.reason == "all 9 records are left out by \(flag)\(hint)")
    }

    @Test(
        "A flag of the window without its companion is refused",
        arguments: [
            (["--since", "2h"], "--since needs --time; add it (example: --time /ts)"),
            (["--until", "2h"], "--until needs --time; add it (example: --time /ts)"),
            (
                ["--time-format", "unix"],
                "--time-format needs --time; add it (example: --time /ts)"
            ),
            (
                ["--time", "ts"],
                "--time has no effect without --since, --until or --pace recorded; add one"
            ),
            (
                ["--time", "ts", "--since", "2h", "--until", "3h"],
                "--since is not before --until, so no record would be read"
            ),
            (
                ["--time", "ts", "--since", "2026-01-02", "--until", "2026-01-02T01:00+01:00"],
                "--since is not before --until, so no record would be read"
            ),
            (
                ["--time", "ts", "--since", "1h", "--time-format", "%Y.%f"],
                "--time-format: '%Y.%f' is not one of rfc3339, clf, unix, unix-ms, unix-us, unix-ns, "
                    + "or a pattern of strptime, without %f "
                    + "(example: --time-format '%d.%m.%Y %H:%M')"
            ),
        ] as [([String], String)])
    func windows(words: [String], message: String) {
        #expect(throws: UsageError(message)) { try options(words) }
    }

    @Test("A relative bound is a time in whole milliseconds before the start of the run")
    func relative() throws {
        let given = try options([
            "--time", "/a/ts", "--time-format", "unix-ms", "--since", "2h", "--until", "2026-03-01",
        ])
        let now: Int64 = 10_000_000_001_999_999
        let window = try #require(given.input.readerOptions(now: now).selection.window)
        #expect(window.field == ["a", "ts"])
        #expect(window.format == .unix(.milliseconds))
        let since: Int64 = 9_992_800_001_000_000
        #expect(window.since?.nanoseconds == since)
        #expect(window.until?.rfc3339 == "2026-03-01T00:00:00.000Z")
        #expect(given.runIdentity["--since"] == "2h")
        #expect(given.runIdentity["--time"] == "/a/ts")
        #expect(try options([]).runIdentity["--since"] == "")
        #expect(given.commands.send(["a.rejected.ndjson"]) == "hookbatch send a.rejected.ndjson")
    }

    @Test("Further positions of the time keep their order, and one that is repeated has no effect")
    func severalTimes() throws {
        func given(_ fields: String...) throws -> SendOptions {
            try options(fields.flatMap { ["--time", $0] } + ["--since", "2h"])
        }
        let several = try given("/time", "/ts", "/time")
        let window = try #require(several.input.readerOptions(now: 0).selection.window)
        #expect(window.field == ["time"])
        #expect(window.otherFields.first == ["ts"])
        #expect(several.runIdentity["--time"] == "/time\u{1F}/ts")
        #expect(several.typedIdentity["--time"] == "--time /time --time /ts")
        #expect(try given("/ts", "/time").runIdentity["--time"] == "/ts\u{1F}/time")
        // As journals of one position have it.
        #expect(try given("/ts", "/ts").runIdentity["--time"] == "/ts")
        #expect(try given("/ts").typedIdentity["--time"] == nil)
    }

    @Test(
        "A bound that lacks its date is refused with what was probably meant",
        arguments: [
            ("14:00", "date", "2026-11-29T14:00"),
            ("9:05", "date", "2026-11-29T09:05"),
            ("14:00:30", "date", "2026-11-29T14:00:30"),
            ("14:00:30.5+01:00", "date", "2026-11-29T14:00:30.5+01:00"),
            ("yesterday", nil, "2026-11-28"), ("Today", nil, "2026-11-29"),
            ("25:00", nil, nil), ("14", nil, nil), ("2026-11-02x14:00", nil, nil),
            ("2026-11-02 14", nil, nil), (":", nil, nil), ("1:2:3:4", nil, nil),
            ("2026-02-30 10:00", nil, nil), ("29.11.2026", nil, nil), ("", nil, nil),
        ] as [(String, String?, String?)])
    func correctedBounds(text: String, lacking: String?, example: String?) throws {
        // 2026-11-29T20:41:43Z
        let found = TimeBound.correction(of: text, now: 1_795_984_903_000_000_000)
        #expect(TimeBound(text: text) == nil)
        #expect(found?.lacking == lacking)
        #expect(found?.example == example)
        #expect(try example.map { try #require(TimeBound(text: $0)) } != nil || example == nil)
    }

    @Test("A resume takes the times of the first process from its journal")
    func resume() throws {
        let given = try options(["--time", "ts", "--since", "2h", "--until", "1970-05-01"])
        let first = RunPlan(given, startedAt: Instant(nanoseconds: 0), now: 9_000_000_000_000_000)
        #expect(first.recordedOptions["--since"] == "2h")
        #expect(first.recordedOptions["--since (time)"] == "1970-04-15T02:00:00.000Z")
        #expect(first.recordedOptions["--until (time)"] == nil)
        var later = RunPlan(given, startedAt: Instant(nanoseconds: 0), now: 9_900_000_000_000_000)
        #expect(later.readerOptions.selection != first.readerOptions.selection)
        #expect(later.flagThatDiffers(from: first.recordedOptions) == nil)
        later.takeMoments(from: first.recordedOptions)
        #expect(later.readerOptions.selection == first.readerOptions.selection)
        #expect(later.recordedOptions == first.recordedOptions)
    }
}
