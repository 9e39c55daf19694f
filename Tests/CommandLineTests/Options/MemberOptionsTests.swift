import Records
import Sending
import TestSupport
import Testing
import Time

@testable import hookbatch

private func options(_ words: [String]) throws -> SendOptions {
    let words = ["send", "a.csv"] + words
    return try SendOptions(arguments(words), words: words, environment: Environment())
}

@Suite("Payloads of members: --map payload/NAME, --set payload/NAME, --empty-cells and --null")
struct MemberOptionsTests {
    private static func notARule(_ rule: String) -> String {
        "--map: '\(rule)' is not appId, event_type, payload or payload/NAME, '=', and a JSON Pointer "
            + "or a CSV column (example: --map appId=/tenant/id)"
    }

    @Test(
        "Contradictory and incomplete rules for members are rejected with what to do",
        arguments: [
            (["--map", "payload/=a"], notARule("payload/=a")),
            (["--map", "payload/a//b=a"], notARule("payload/a//b=a")),
            (["--map", "payload/a~2=a"], notARule("payload/a~2=a")),
            (["--map", "payload/a"], notARule("payload/a")),
            (["--map", "appId/a=b"], notARule("appId/a=b")),
            (
                ["--map", "payload/a=x", "--map", "payload/a=y"],
                "payload/a is given twice in --map and --set; keep one"
            ),
            (
                ["--map", "payload/a/b=x", "--set", "payload/a/b=1"],
                "payload/a/b is given twice in --map and --set; keep one"
            ),
            (
                ["--map", "payload/a=x", "--map", "payload/a/b=y"],
                "payload/a can't be both a value and an object of other members; rename one"
            ),
            (
                ["--map", "payload/a/b=x", "--set", "payload/a=1"],
                "payload/a can't be both a value and an object of other members; rename one"
            ),
            (
                ["--map", "payload=*", "--map", "payload=*"],
                "--map payload=… is given twice; keep one"
            ),
            (
                ["--map", "payload=*", "--map", "payload=x"],
                "--map payload=… is given twice; keep one"
            ),
            (
                ["--map", "payload=*", "--set", "payload={}"],
                "payload is in both --map and --set; remove one"
            ),
            (
                ["--map", "payload/a=x", "--map", "payload=/b"],
                "--map payload/a=… makes the payload of members, but another --map or --set gives "
                    + "the whole payload; remove one"
            ),
            (
                ["--map", "payload/a=x", "--set", "payload={}"],
                "--map payload/a=… makes the payload of members, but another --map or --set gives "
                    + "the whole payload; remove one"
            ),
            (
                ["--map", "payload/a=*"],
                "--map payload/a='*' is not supported: only --map payload='*' takes all columns; a "
                    + "column named * is --map payload/a='/*'"
            ),
            (
                ["--map", "payload/a=:number"],
                "--map payload/a=:number has no column before ':number'; give its name "
                    + "(example: --map payload/a=COLUMN:number)"
            ),
            (
                ["--map", "payload/a=/x/y:json"],
                "--map payload/a=/x/y:json: ':json' is for a whole CSV cell, and /x/y is a JSON "
                    + "value already; remove the suffix"
            ),
            (
                ["--map", "payload/a=x", "--set", "payload/b=web shop"],
                "--set payload/b: 'web shop' is not JSON "
                    + "(as a string: --set 'payload/b=\"web shop\"')"
            ),
            (
                ["--set", "payload/a/b=1"],
                "--set payload/a/b=… adds to a payload of members, but there is no --map "
                    + "payload/NAME=…; add one, or set the whole payload "
                    + "(example: --set 'payload={\"a\":{\"b\":1}}')"
            ),
            (
                ["--empty-cells", "null"],
                "--empty-cells has no effect without --map payload/NAME=… or --map payload='*'; "
                    + "add one or remove it"
            ),
            (
                ["--null", "NULL", "--map", "payload=x"],
                "--null has no effect without --map payload/NAME=… or --map payload='*'; add one "
                    + "or remove it"
            ),
            (
                ["--map", "payload=*", "--csv-payload", "text"],
                "--csv-payload has no effect with --map payload=…, which makes the payload of "
                    + "members; remove one"
            ),
            (
                ["--map", "payload/a=x", "--payload", "any"],
                "--payload has no effect with --map payload/a=…, which makes the payload of "
                    + "members; remove one"
            ),
            (
                ["--map", "payload/a=x:number", "--format", "ndjson"],
                "--map payload/a=x:number applies to CSV, but --format is ndjson; remove one"
            ),
            (
                ["--map", "payload/a=x", "--null", "NULL", "--format", "json"],
                "--null applies to CSV, but --format is json; remove one"
            ),
            (
                ["--map", "payload/a=x", "--empty-cells", "omit", "--records", "/a"],
                "--empty-cells applies to CSV, but --records to JSON; remove one"
            ),
            (
                ["--map", "payload/a=x", "--empty-cells", "drop"],
                "--empty-cells: 'drop' is not one of omit, null, string "
                    + "(example: --empty-cells null)"
            ),
            (
                ["--map", "payload/a=x", "--no-header"],
                "--map needs column names, but --no-header is set; add a header row "
                    + "(example: sed '1i tenant,type,data' rows.csv)"
            ),
        ] as [([String], String)])
    func refused(words: [String], message: String) {
        #expect(throws: UsageError(message)) { try options(words) }
    }

    @Test("Rules make a template in the order given, constants last, with escapes and suffixes")
    func template() throws {
        let given = try options([
            "--map", "payload/c/n=Customer No:number", "--set", "payload/src= \"crm\" ", "--map",
            "payload=*", "--map", "payload/a~1b=/meta/x", "--map", "payload/p=price:number:string",
            "--map", "payload/o=o:boolean", "--map", "payload/j=j:json", "--empty-cells", "null",
            "--null", #"\N"#, "--map", "payload/t=a:b",
        ])
        var expected = try PayloadTemplate([
            .init(path: ["c", "n"], content: .source(["Customer No"], .number)), .others,
            .init(path: ["a/b"], content: .source(["meta", "x"], .string)),
            .init(path: ["p"], content: .source(["price:number"], .string)),
            .init(path: ["o"], content: .source(["o"], .boolean)),
            .init(path: ["j"], content: .source(["j"], .json)),
            .init(path: ["t"], content: .source(["a:b"], .string)),
            .init(path: ["src"], content: .constant(Array("\"crm\"".utf8))),
        ])
        expected.emptyCells = .null
        expected.nullText = Array(#"\N"#.utf8)
        #expect(given.input.mapping.fields.payload == .members(expected))
        // The whole record as a member, and a column named *.
        #expect(
            try options(["--map", "payload/all=", "--map", "payload/star=/*"]).input.mapping.fields
                .payload
                == .members(
                    PayloadTemplate([
                        .init(path: ["all"], content: .source([], .string)),
                        .init(path: ["star"], content: .source(["*"], .string)),
                    ])))
        #expect(
            try options(["--map", "payload=/*"]).input.mapping.fields.payload == .pointer(["*"]))
    }

    private func flag(_ words: [String], differsFrom others: [String]) throws -> String? {
        try RunPlan(options(words), startedAt: Instant(nanoseconds: 0), now: 0)
            .flagThatDiffers(from: options(others).runIdentity)
    }

    @Test("Members, their order, empty cells and the text for null are part of the run identity")
    func identity() throws {
        let rules = ["--map", "payload/a=x", "--map", "payload/b=y"]
        #expect(try flag(rules, differsFrom: rules) == nil)
        #expect(
            try flag(rules, differsFrom: ["--map", "payload/b=y", "--map", "payload/a=x"])
                == "--map")
        #expect(try flag(rules, differsFrom: ["--map", "payload/a=x"]) == "--map")
        #expect(try flag(rules, differsFrom: rules + ["--map", "appId=t"]) == "--map")
        #expect(
            try flag(["--map", "payload/a=x:json"], differsFrom: ["--map", "payload/a=x"])
                == "--map")
        #expect(try flag(rules, differsFrom: rules + ["--set", "payload/c=1"]) == "--set")
        #expect(
            try flag(rules, differsFrom: rules + ["--empty-cells", "null"]) == "--empty-cells")
        #expect(try flag(rules, differsFrom: rules + ["--empty-cells", "omit"]) == nil)
        #expect(try flag(rules, differsFrom: rules + ["--null", "NULL"]) == "--null")
        // The journal of a version without these flags.
        var older = try options([]).runIdentity
        for flag in ["--empty-cells", "--null"] { older[flag] = nil }
        let plain = try RunPlan(options([]), startedAt: Instant(nanoseconds: 0), now: 0)
        #expect(plain.flagThatDiffers(from: older) == nil)
    }

    @Test("The command for undelivered lines has the same members")
    func leftovers() throws {
        let words = [
            "--map", "payload/a=x:number", "--set", "payload/b=1", "--empty-cells", "null",
            "--null", #"\N"#,
        ]
        #expect(
            try options(words).commands.send(["x.rejected.csv"])
                == #"hookbatch send --map payload/a=x:number --set payload/b=1 --empty-cells null "#
                + #"--null '\N' x.rejected.csv"#)
    }
}
