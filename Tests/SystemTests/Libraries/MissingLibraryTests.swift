import TestSupport
import Testing

@Suite("Libraries that are missing or can't be used", .sideBySide)
struct MissingLibraryTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("missing-library")
        try folder.write(Sending.oneLine, to: "in.ndjson")
    }

    private func run(
        _ libraries: LibraryFolder, _ arguments: String...
    ) throws -> ProgramResult {
        var environment = libraries.environment
        environment["HOOKSTREAM_API_KEY"] = Sending.apiKey
        return try Program.run(
            Hookbatch.binary, arguments, environment: environment, directory: folder.path)
    }

    /// Expects commands that need neither a store nor the API to work on the report of a run.
    private func expectReading(_ libraries: LibraryFolder, report: String) throws {
        let checked = try run(libraries, "check", "in.ndjson")
        #expect(checked.exitCode == 0, "\(checked)")
        let read = try run(libraries, "report", report)
        #expect(read.exitCode == 0, "\(read)")
        #expect(read.output.contains("accepted  1"), "\(read.output)")
    }

    private func noStore(_ libraries: LibraryFolder) -> String {
        "hookbatch: SQLite can't be used: it can't be loaded "
            + "(\(libraries.loaderWords(LibraryFolder.sqlite))); install it (libsqlite3-0 on "
            + "Debian and Ubuntu), or send to the API with --to\n"
    }

    private func noAPI(_ libraries: LibraryFolder) -> String {
        "hookbatch: libcurl can't be used: it can't be loaded "
            + "(\(libraries.loaderWords(LibraryFolder.curl))); install it (libcurl4 on Debian and "
            + "Ubuntu), or use --to store:PATH\n"
    }

    @Test("Without SQLite, the API gets messages, and only a store is refused")
    func withoutSQLite() throws {
        let libraries = try LibraryFolder()
        try libraries.hide(LibraryFolder.sqlite)
        let server = try LoopbackServer()
        let sent = try run(
            libraries, "send", "in.ndjson", "--to", server.baseURL, "--report", "out.ndjson")
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(server.requestCount == 1)
        try expectReading(libraries, report: "out.ndjson")
        let before = try folder.names()
        for arguments in [["send", "in.ndjson"], ["serve", "--listen", "127.0.0.1:0"]] {
            let refused = try Program.run(
                Hookbatch.binary, arguments, environment: libraries.environment,
                directory: folder.path)
            #expect(refused.exitCode == 2, "\(refused)")
            #expect(refused.errorOutput == noStore(libraries))
        }
        #expect(try folder.names() == before)
    }

    @Test(
        "Without SQLite, each action of store is refused",
        arguments: [["apps"], ["messages"], ["export"], ["check"], ["add-app", "app_1"]])
    func withoutSQLite(action: [String]) throws {
        let made = try Program.run(
            Hookbatch.binary, ["send", "in.ndjson"], directory: folder.path)
        #expect(made.exitCode == 0, "\(made)")
        let libraries = try LibraryFolder()
        try libraries.hide(LibraryFolder.sqlite)
        let refused = try Program.run(
            Hookbatch.binary, ["store"] + action, environment: libraries.environment,
            directory: folder.path)
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput == noStore(libraries))
        #expect(refused.output == "")
    }

    @Test("Without libcurl, a store works, and only the API is refused")
    func withoutLibcurl() throws {
        let libraries = try LibraryFolder()
        try libraries.hide(LibraryFolder.curl, LibraryFolder.curlWithGnuTLS)
        let sent = try run(
            libraries, "send", "in.ndjson", "--to", "store:hookbatch.db", "--report", "out.ndjson")
        #expect(sent.exitCode == 0, "\(sent)")
        let listed = try run(libraries, "store", "apps", "--format", "ndjson")
        #expect(listed.exitCode == 0, "\(listed)")
        #expect(listed.output.contains("app_1"), "\(listed.output)")
        #expect(try run(libraries, "store", "check").exitCode == 0)
        try expectReading(libraries, report: "out.ndjson")
        let before = try folder.names()
        let refused = try run(
            libraries, "send", "in.ndjson", "--to", "http://127.0.0.1:9/v1", "--report", "2.ndjson")
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput == noAPI(libraries))
        #expect(try folder.names() == before)
    }

    @Test("Without both libraries, inputs are checked and reports read")
    func withoutBoth() throws {
        let made = try Program.run(
            Hookbatch.binary, ["send", "in.ndjson", "--report", "out.ndjson"],
            directory: folder.path)
        #expect(made.exitCode == 0, "\(made)")
        let libraries = try LibraryFolder()
        try libraries.hide(
            LibraryFolder.curl, LibraryFolder.curlWithGnuTLS, LibraryFolder.sqlite)
        try expectReading(libraries, report: "out.ndjson")
    }

    @Test("A SQLite that is too old is refused with its version", .needs("clang"))
    func oldSQLite() throws {
        let libraries = try LibraryFolder()
        try libraries.pretendOldSQLite()
        for command in ["send in.ndjson", "store apps", "serve --listen 127.0.0.1:0"] {
            let refused = try Program.run(
                Hookbatch.binary, command.split(separator: " ").map(String.init),
                environment: libraries.environment, directory: folder.path)
            #expect(refused.exitCode == 2, "\(refused)")
            #expect(
                refused.errorOutput == """
                    hookbatch: SQLite can't be used: version 3.30.1 is too old; a store needs \
                    3.31.0 or newer

                    """)
        }
        let version = try run(libraries, "version")
        #expect(version.output.contains("\nSQLite     3.30.1\n"), "\(version.output)")
    }

    @Test("A libcurl that is too old, or built with NSS, is refused", .needs("clang"))
    func unusableLibcurl() throws {
        func expectRefusal(version: String, tls: String?, _ words: String) throws {
            var libraries = try LibraryFolder()
            try libraries.pretendCurl(version: version, tls: tls)
            let refused = try run(libraries, "send", "in.ndjson", "--to", "http://127.0.0.1:9/v1")
            #expect(refused.exitCode == 2, "\(refused)")
            #expect(refused.errorOutput == "hookbatch: libcurl can't be used: \(words)\n")
        }
        try expectRefusal(
            version: "7.76.0", tls: nil,
            "version 7.76.0 is too old; sending to the API needs 7.76.1 or newer")
        try expectRefusal(
            version: "7.88.1", tls: "NSS/3.87.1",
            "it was built with NSS/3.87.1, with which it crashes; install a libcurl that was built "
                + "with OpenSSL or GnuTLS")
    }
}
