import Glibc
import HTTP
import TestSupport
import Testing

@testable import hookbatch

@Suite("--header and --header-file") struct HeaderOptionsTests {
    private func options(_ words: [String]) throws -> SendOptions {
        let words = ["send", "a", "--to", "https://h/v1"] + words
        return try SendOptions(
            try arguments(words), words: words, environment: Environment(apiKey: Array("k".utf8)))
    }

    private func headers(_ words: [String]) throws -> HeaderOptions {
        try options(words).destination.headers
    }

    private static func text(_ fields: [HeaderField]) -> [String] {
        fields.map { "\($0.name)=\(String(decoding: $0.value, as: UTF8.self))" }
    }

    @Test("Fields come from flags and from the lines of a file, in order")
    func fields() throws {
        let folder = try TemporaryFolder("headers")
        let path = try folder.write(
            "\u{FEFF}# of the gateway\r\nX-One: 1\r\n\nX-Two: a b", to: "headers")
        try #require(chmod(path, 0o600) == 0)
        let options = try options(
            ["--header", "X-A: 1", "--header=X-B:2", "--header-file", path])
        #expect(options.warnings.isEmpty)
        let headers = options.destination.headers
        #expect(Self.text(headers.fields) == ["X-A=1", "X-B=2"])
        #expect(Self.text(headers.secretFields) == ["X-One=1", "X-Two=a b"])
        try #require(chmod(path, 0o644) == 0)
        #expect(
            try self.options(["--header-file", path]).warnings
                == ["--header-file: other users can read the file; run chmod 600 on it"])
    }

    @Test(
        "A bad field is refused without its value",
        arguments: [
            (
                "S3CRET",
                "--header: a header field is written 'NAME: VALUE' (example: 'X-Tenant: acme')"
            ),
            (
                "X-A: S3CRET\u{1}",
                "--header: a value of a header field contains a control character"
            ),
            ("Host: S3CRET", "--header: hookbatch itself sets Host; remove it"),
            (
                "Authorization: S3CRET",
                "--header: Authorization is the field of the API key; choose another --auth, or "
                    + "remove it"
            ),
        ])
    func refused(line: String, message: String) throws {
        #expect(throws: UsageError(message)) { try headers(["--header", line]) }
        let folder = try TemporaryFolder("headers")
        let path = try folder.write("X-A: b\n\(line)\n", to: "headers")
        #expect(
            throws: UsageError(
                message.replacing("--header:", with: "--header-file: line 2:"))
        ) { try headers(["--header-file", path]) }
    }

    @Test("Too many bytes, two User-Agents and a file without a field are refused")
    func limits() throws {
        let long = "X-A: " + String(repeating: "a", count: 16_384)
        #expect(
            throws: UsageError(
                "--header: the header fields have 16,391 bytes together; at most 16,384 are possible"
            )
        ) { try headers(["--header", long]) }
        #expect(throws: UsageError("--header: User-Agent is given twice; keep one")) {
            try headers(["--header", "User-Agent: a", "--header", "user-agent: b"])
        }
        let folder = try TemporaryFolder("headers")
        let path = try folder.write("# none\n\n", to: "headers")
        #expect(throws: UsageError("--header-file: the file has no header field")) {
            try headers(["--header-file", path])
        }
    }

    @Test("A secret on the command line causes a warning", arguments: ["X-Api-Key", "Cookie"])
    func warned(name: String) throws {
        #expect(
            try options(["--header", "\(name): S3CRET"]).warnings == [
                "--header: \(name) seems to be a secret, which other users can see in a command "
                    + "line; use --header-file"
            ])
    }

    @Test("A resume shares the fields, and the journal has only a hash of secret ones")
    func identity() throws {
        let folder = try TemporaryFolder("headers")
        let path = try folder.write("X-A: S3CRET\n", to: "headers")
        let words = ["--header", "X-B: 1", "--header-file", path]
        let first = try options(words).runIdentity
        #expect(first["--header"] == "X-B: 1")
        let hash = try #require(first["--header-file"])
        #expect(hash.hasPrefix("sha256:") && hash.utf8.count == 71)
        #expect(try options(words).runIdentity == first)
        try folder.write("X-A: S3CRET2\n", to: "headers")
        #expect(try options(words).runIdentity["--header-file"] != hash)
        let none = try options([]).runIdentity
        #expect(none["--header"] == "" && none["--header-file"] == "")
    }
}
