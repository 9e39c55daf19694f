import Foundation
import TestSupport
import Testing

/// A folder whose libraries the loader finds before the installed ones.
struct LibraryFolder {
    private static let sources = "\(Hookbatch.root)/Tests/OldLibraries"
    static let curl = "libcurl.so.4"
    static let curlWithGnuTLS = "libcurl-gnutls.so.4"
    static let sqlite = "libsqlite3.so.0"

    private let folder: TemporaryFolder
    /// What a program needs to use the folder.
    private(set) var environment: [String: String]

    init() throws {
        folder = try TemporaryFolder("libraries")
        let others = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"].map { ":" + $0 } ?? ""
        environment = ["LD_LIBRARY_PATH": folder.path + others]
    }

    /// The words of the loader about a library that was hidden.
    func loaderWords(_ name: String) -> String { "\(folder.path(name)): file too short" }

    /// Makes libraries unusable: the loader finds an empty file, and does not search further.
    func hide(_ names: String...) throws {
        for name in names { try folder.write("", to: name) }
    }

    /// Puts a library here that is the installed one in all but its version.
    ///
    /// - Parameter tls: the name of its TLS library; the real one's if nil.
    mutating func pretendCurl(version: String, tls: String? = nil) throws {
        try addShim("libcurl_shim.c", named: Self.curl)
        environment["LIBCURL_SHIM_VERSION"] = version
        environment["LIBCURL_SHIM_TLS"] = tls
    }

    /// Puts a SQLite here that is the installed one in all but its version, which is 3.30.1.
    func pretendOldSQLite() throws { try addShim("sqlite_shim.c", named: Self.sqlite) }

    /// Makes looking up `slow.test`, which is 127.0.0.1, take so many seconds.
    mutating func slowDownLookups(seconds: Int) throws {
        try compile(["-o", folder.path("slow_lookup.so"), "\(Self.sources)/slow_lookup.c"])
        environment["LD_PRELOAD"] = folder.path("slow_lookup.so")
        environment["SLOW_LOOKUP"] = "\(seconds)"
    }

    /// The installed library has the shim's name, so the shim is linked to it by its path.
    private func addShim(_ source: String, named name: String) throws {
        let installed = try Self.installed(name)
        let stub = folder.path("stub-\(name)")
        try folder.write("", to: "empty.c")
        try compile(["-o", stub, folder.path("empty.c"), "-Wl,-soname,\(installed)"])
        try compile([
            "-o", folder.path(name), "\(Self.sources)/\(source)", "-Wl,--no-as-needed", stub,
        ])
    }

    private func compile(_ arguments: [String]) throws {
        let headers = "\(Hookbatch.root)/Sources/CCurl/include"
        let result = try Program.run(
            "clang", ["-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-I", headers] + arguments)
        try #require(result.exitCode == 0, "\(result)")
    }

    /// The path of a library that the loader's cache has.
    private static func installed(_ name: String) throws -> String {
        let result = try Program.run("/sbin/ldconfig", ["-p"])
        let lines = result.output.split(separator: "\n").map {
            $0.trimmingPrefix { $0.isWhitespace }
        }
        let line = try #require(lines.first { $0.hasPrefix(name + " ") }, "\(name) is missing")
        return String(try #require(line.split(separator: " ").last))
    }
}
