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

@Suite("--map, --set and --skip") struct MappingOptionsTests {
    @Test(
        "Invalid mappings are rejected with a valid example",
        arguments: [
            (
                ["--map", "foo=/x"],
                "--map: 'foo=/x' is not appId, event_type, payload or payload/NAME, '=', and a "
                    + "JSON Pointer or a CSV column (example: --map appId=/tenant/id)"
            ),
            (
                ["--map", "appId=/a~2"],
                "--map: 'appId=/a~2' is not appId, event_type, payload or payload/NAME, '=', and a "
                    + "JSON Pointer or a CSV column (example: --map appId=/tenant/id)"
            ),
            (
                ["--map", "appId=/a", "--set", "appId=b"],
                "appId is in both --map and --set; remove one"
            ),
            (["--map", "appId=/a", "--map", "appId=/b"], "--map appId=… is given twice; keep one"),
            (["--set", "appId=a", "--set", "appId=b"], "--set appId=… is given twice; keep one"),
            (
                ["--map", "appId="],
                "--map appId= is the whole record, not a string; give its position "
                    + "(example: --map appId=/appId)"
            ),
            (
                ["--map", "appId=tenant", "--no-header"],
                "--map needs column names, but --no-header is set; add a header row "
                    + "(example: sed '1i tenant,type,data' rows.csv)"
            ),
            (
                ["--set", "appId=a/b"],
                "--set appId: 'a/b' is not an application id: 1 to 128 characters of "
                    + "A-Z a-z 0-9 . _ ~ - (example: --set appId=acme)"
            ),
            (
                ["--set", "event_type="],
                "--set event_type: '' is not an event type: 1 to 256 characters without "
                    + "control characters (example: --set event_type=user.created)"
            ),
            (
                ["--set", "payload={"],
                "--set payload: '{' is not JSON (example: --set 'payload={\"replayed\":true}')"
            ),
            (
                ["--set", "payload= 5 "],
                "--set payload: ' 5 ' is not an object, a string or null (--payload any accepts "
                    + "other JSON) (example: --set 'payload={\"replayed\":true}')"
            ),
            (
                ["--skip", "-1"],
                "--skip: '-1' is not a number of at least 0 (example: --skip 1000)"
            ),
        ])
    func refused(words: [String], message: String) {
        #expect(throws: UsageError(message)) { try options(words) }
    }

    @Test("Each field has its own rule, in any order")
    func fields() throws {
        let input = try options([
            "--set", "payload= {\"a\": 1}\n", "--map", "appId=/t/id", "--set",
            "event_type=a \"b\"",
        ]).input
        #expect(input.mapping.fields.appID == .pointer(["t", "id"]))
        #expect(input.mapping.fields.eventType == .constant(Array(#""a \"b\"""#.utf8)))
        #expect(input.mapping.fields.payload == .constant(Array(#"{"a": 1}"#.utf8)))
        #expect(try options(["--map", "payload="]).input.mapping.fields.payload == .pointer([]))
        #expect(
            try options(["--set", "payload=5", "--payload", "any"]).input.mapping.fields.payload
                == .constant(Array("5".utf8)))
        #expect(try options(["--skip", "7"]).input.skip == 7)
    }

    private func plan(_ options: SendOptions) -> RunPlan {
        RunPlan(options, startedAt: Instant(nanoseconds: 0), now: 0)
    }

    @Test("Mappings are part of the run identity, and their order is not")
    func meaning() throws {
        let plain = try options([])
        let one = try options(["--map", "appId=/a", "--map", "payload=/b"])
        let other = try options(["--map", "payload=/b", "--map", "appId=/a"])
        #expect(plan(one).flagThatDiffers(from: other.runIdentity) == nil)
        #expect(plan(one).flagThatDiffers(from: plain.runIdentity) == "--map")
        #expect(
            try plan(options(["--set", "appId=a"])).flagThatDiffers(from: plain.runIdentity)
                == "--set")
        #expect(
            try plan(options(["--skip", "1"])).flagThatDiffers(from: plain.runIdentity)
                == "--skip")
        // The journal of a version without these flags.
        var older = plain.runIdentity
        for flag in ["--map", "--set", "--skip"] { older[flag] = nil }
        #expect(plan(plain).flagThatDiffers(from: older) == nil)
        #expect(plan(one).flagThatDiffers(from: older) == "--map")
    }

    @Test("A value that looks like another rule is not parsed as one")
    func separated() throws {
        let one = try options(["--set", "event_type=a payload={}"])
        let two = try options(["--set", "event_type=a", "--set", "payload={}"])
        #expect(plan(one).flagThatDiffers(from: two.runIdentity) == "--set")
        let long = try options(["--map", "appId=/a payload=/b"])
        let both = try options(["--map", "appId=/a", "--map", "payload=/b"])
        #expect(plan(long).flagThatDiffers(from: both.runIdentity) == "--map")
        for value in ["event_type=a\u{1F}b", "payload={}\u{1F}", "payload=\"\u{1F}\""] {
            #expect(throws: UsageError.self) { try options(["--set", value]) }
        }
        #expect(throws: UsageError.self) { try options(["--map", "appId=/a\u{1F}b"]) }
    }

    @Test("A rule that repeats the default changes nothing")
    func usual() throws {
        let plain = try options([])
        let usual = try options([
            "--map", "appId=/appId", "--map", "event_type=event_type", "--map", "payload=/payload",
        ])
        #expect(plan(usual).flagThatDiffers(from: plain.runIdentity) == nil)
        let one = try options(["--map", "appId=/a"])
        let both = try options(["--map", "appId=/a", "--map", "payload=/payload"])
        #expect(one.runIdentity == both.runIdentity)
    }

    @Test("The command for undelivered lines has the same mapping and no --skip")
    func leftovers() throws {
        let given = try options(["--map", "appId=/a", "--map", "payload=", "--skip", "3"])
        #expect(
            given.commands.send(["x.rejected.ndjson"])
                == "hookbatch send --map appId=/a --map payload= x.rejected.ndjson")
        #expect(given.commands.resume.hasSuffix("--skip 3"))
    }
}
