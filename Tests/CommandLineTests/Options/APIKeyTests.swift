import Glibc
import TestSupport
import Testing

@testable import hookbatch

@Suite("The API key") struct APIKeyTests {
    @Test(
        "A byte-order mark and one line break at the end of a key are removed",
        arguments: [("k", "k"), ("k\n", "k"), ("k\r\n", "k"), ("\u{FEFF}k", "k")])
    func read(raw: String, key: String) throws {
        #expect(try APIKey(raw: Array(raw.utf8), source: "x").bytes == Array(key.utf8))
    }

    @Test(
        "An invalid key is rejected and not printed",
        arguments: [
            ("", "x: the API key is empty"), ("\n", "x: the API key is empty"),
            (
                "sk\u{1}z",
                "x: the API key contains a space or control character at byte 3; "
                    + "it must be the key alone, on one line"
            ),
            (
                "sk\n\n",
                "x: the API key contains a space or control character at byte 3; "
                    + "it must be the key alone, on one line"
            ),
            (
                "sk_ÿ",
                "x: the API key contains a character outside ASCII at byte 4; "
                    + "it must be the key alone, on one line"
            ),
            (
                "\u{FEFF}sk\u{200B}",
                "x: the API key contains a character outside ASCII at byte 6; "
                    + "it must be the key alone, on one line"
            ),
            (
                "Bearer sk",
                "x: the API key contains a space or control character at byte 7; "
                    + "it must be the key alone, on one line"
            ),
        ])
    func refused(raw: String, message: String) {
        #expect(throws: UsageError(message)) { try APIKey(raw: Array(raw.utf8), source: "x") }
    }

    @Test(
        "A key with more than the key gets a warning that does not show it",
        arguments: [
            ("\"S3CRET\"", "quotes"), ("{\"key\":\"S3CRET\"}", "JSON"),
            ("HOOKSTREAM_API_KEY=S3CRET", "the name of a variable"),
        ])
    func suspicious(text: String, extra: String) throws {
        var warnings: [String] = []
        _ = try APIKeySource.variable(Array(text.utf8)).read(warnings: &warnings)
        #expect(
            warnings == [
                "HOOKSTREAM_API_KEY: the API key seems to contain \(extra); it must be the key alone"
            ])
    }

    @Test("No way of printing a key shows it")
    func redacted() throws {
        let key = try APIKey(raw: Array("S3CRET".utf8), source: "x")
        var dumped = ""
        dump(key, to: &dumped)
        for text in [
            "\(key)", String(reflecting: key), dumped, "\([key])", "\(Optional(key) as Any)",
        ] {
            #expect(!text.contains("S3CRET") && !text.contains("83"), "\(text)")
        }
    }

    @Test("A key file overrides the variable, and causes a warning if other users can read it")
    func file() throws {
        let folder = try TemporaryFolder("key")
        let path = try folder.write("from-file\n", to: "key")
        try #require(chmod(path, 0o600) == 0)
        var warnings: [String] = []
        let environment = Environment(apiKey: Array("from-variable".utf8))
        let source = try #require(
            try APIKeySource(
                arguments(["send", "a", "--api-key-file", path]), environment))
        #expect(source == .file(path) && source.canChange)
        #expect(try source.read(warnings: &warnings).bytes == Array("from-file".utf8))
        #expect(warnings.isEmpty)

        try #require(chmod(path, 0o640) == 0)
        _ = try source.read(warnings: &warnings)
        #expect(
            warnings == ["--api-key-file: other users can read the file; run chmod 600 on it"])

        try folder.write([UInt8](repeating: 0x41, count: 8193), to: "key")
        #expect(
            throws: UsageError("--api-key-file: the file is larger than 8 KiB; it is not a key")
        ) {
            try source.read(warnings: &warnings)
        }
        let variable = try #require(
            try APIKeySource(arguments(["send", "a"]), environment))
        #expect(!variable.canChange)
        #expect(try variable.read(warnings: &warnings).bytes == Array("from-variable".utf8))
    }
}
