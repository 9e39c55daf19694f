import Glibc
import TestSupport
import Testing

@testable import Platform

/// Serialized: the tests change the signal mask of their thread.
@Suite("Child processes", .serialized) struct ChildProcessTests {
    private static func run(
        _ script: String, environment: [String] = [], keeping descriptor: Int32 = STDOUT_FILENO
    ) throws -> (end: ChildProcess.End, errors: String, shown: [String]) {
        var shown: [String] = []
        let signals = try Signals.block()
        defer { signals.release() }
        let child = try ChildProcess(
            executable: "/bin/sh", arguments: ["sh", "-c", script],
            environment: environment.map { Array($0.utf8) }, keeping: descriptor)
        let (end, errors) = try child.wait(signals) { _ in
        } isShown: { line in
            guard line.starts(with: "shown".utf8) else { return false }
            shown.append(String(decoding: line, as: UTF8.self))
            return true
        }
        return (end, String(decoding: errors, as: UTF8.self), shown)
    }

    @Test("The end of a child is its exit code or its signal")
    func ends() throws {
        #expect(try Self.run("exit 0").end == .exit(0))
        #expect(try Self.run("exit 143").end == .exit(143))
        #expect(try Self.run("kill -9 $$").end == .signal(9))
    }

    @Test("A child has the given environment alone, and its standard error is read")
    func errors() throws {
        let result = try Self.run("echo \"$A-$HOME\" >&2; cat", environment: ["A=b c"])
        #expect(result.end == .exit(0) && result.errors == "b c-\n")
    }

    @Test("Lines of standard error can be taken as they come, and are not kept")
    func shown() throws {
        let result = try Self.run("printf 'a\\nshown 1\\nsho' >&2; printf 'wn 2\\nshown' >&2")
        #expect(result.shown == ["shown 1\n", "shown 2\n"])
        #expect(result.errors == "a\nshown")
    }

    @Test("A long standard error is read to its end, and its start is kept")
    func long() throws {
        let script = "head -c 300000 /dev/zero >&2; exit 3"
        let result = try Self.run(script, environment: ["PATH=/usr/bin:/bin"])
        #expect(result.end == .exit(3))
        #expect(result.errors.utf8.count == 64 << 10)
    }

    @Test("A child keeps the lock of an inherited file, and has no other file of its parent")
    func inherited() throws {
        let folder = try TemporaryFolder("child")
        let file = try File.create(folder.path("lock"))
        let other = try File.create(folder.path("other"))
        #expect(try file.tryLock())
        let script =
            "test -e /proc/$$/fd/\(file.descriptor) && ! test -e /proc/$$/fd/\(other.descriptor)"
        #expect(try Self.run(script, keeping: file.descriptor).end == .exit(0))
        // In this process it is still closed on exec.
        #expect(fcntl(file.descriptor, F_GETFD) == FD_CLOEXEC)
    }

    @Test("A program that does not exist is an error")
    func missing() {
        let error = #expect(throws: SystemError.self) {
            try ChildProcess(
                executable: "/nonexistent", arguments: ["x"], environment: [], keeping: 1)
        }
        #expect(error?.code == ENOENT)
    }

    @Test("The entries of a directory are listed without itself and its parent")
    func entries() throws {
        let folder = try TemporaryFolder("entries")
        let path = folder.path("a/b")
        try Directory.create(folder.path("a"))
        try Directory.create(path)
        try Directory.create(path)
        #expect(try Directory.names(in: folder.path("a")) == [[0x62]])
        try Directory.remove(path)
        try Directory.remove(path)
        #expect(try Directory.names(in: folder.path("a")) == [])
        try folder.write("x", to: "f")
        #expect(throws: SystemError.self) { try Directory.create(folder.path("f")) }
        #expect(throws: SystemError.self) { try Directory.names(in: folder.path("f")) }
    }

    @Test("Reserved space does not change the size of a file")
    func reserve() throws {
        let folder = try TemporaryFolder("reserve")
        let file = try File.create(folder.path("f"))
        file.reserve(64 << 10, after: 0)
        #expect(try file.status().size == 0)
    }
}
