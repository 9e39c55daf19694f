import Records
import TestSupport
import Testing
import Time

@testable import hookbatch

@Suite("Options of the run identity in journals and as typed") struct RecordedOptionTests {
    private func options(_ words: [String]) throws -> SendOptions {
        let words = ["send", "a.csv"] + words
        return try SendOptions(arguments(words), words: words, environment: Environment())
    }

    @Test("A journal has the position of a key in the text of all versions")
    func pointer() throws {
        #expect(
            RecordedOption.value(of: ["id", "a"])
                == "JSONPointer(bytes: [105, 100, 97], ends: [2, 3])")
        #expect(
            try options(["--idempotency-key-from", "/id/a"]).runIdentity["--idempotency-key-from"]
                == "JSONPointer(bytes: [105, 100, 97], ends: [2, 3])")
    }

    @Test(
        "A value of a journal is shown as it is typed",
        arguments: [
            (["--delimiter", ";"], "--delimiter", ";"),
            (["--delimiter", "tab"], "--delimiter", "tab"),
            (["--delimiter", "auto"], "--delimiter", "auto"),
            (["--delimiter", "7"], "--delimiter", "'7'"),
            (["--idempotency-key-from", "key"], "--idempotency-key-from", "key"),
            (["--idempotency-key-from", "/key"], "--idempotency-key-from", "key"),
            (["--idempotency-key-from", "/a~1b/0"], "--idempotency-key-from", "/a~1b/0"),
            (["--idempotency-key-from", "/"], "--idempotency-key-from", "/"),
            (["--map", "appId=/a"], "--map", "appId=/a"),
            (
                ["--map", "payload=/b c", "--map", "appId=/a"], "--map",
                "--map appId=/a --map 'payload=/b c'"
            ),
            (
                ["--set", "appId=a", "--set", "payload={}"], "--set",
                "--set appId=a --set 'payload={}'"
            ),
            (["--only", "b=2", "--only", "a=1"], "--only", "--only a=1 --only b=2"),
            (["--except", "b=2", "--except", "a=1"], "--except", "--except a=1 --except b=2"),
        ] as [([String], String, String)])
    func typed(words: [String], flag: String, text: String) throws {
        let options = try options(words)
        let value = try #require(options.runIdentity[flag])
        #expect(RecordedOption.typed(flag, value) == text)
        #expect(RecordedOption.typed(flag, text) == text)
        #expect(options.typedIdentity[flag] ?? value == text)
        for text in options.typedIdentity.values {
            #expect(!text.contains("\u{1F}") && !text.contains("JSONPointer"))
        }
    }
}
