import Foundation
import TestSupport
import Testing

@Suite("Running programs", .sideBySide)
struct ProgramTests {
    @Test("A program's result has its exit code and its two outputs")
    func outputs() throws {
        let result = try Program.run("sh", ["-c", "echo out; echo err >&2; exit 7"])
        #expect(result.end == .exit(7))
        #expect(result.output == "out\n")
        #expect(result.errorOutput == "err\n")
        #expect(!result.timedOut)
    }

    @Test("A program's end by a signal is distinct from an exit")
    func signals() throws {
        #expect(try Program.run("sh", ["-c", "kill -TERM $$"]).signal == 15)
    }

    @Test("A program gets the given environment, and not that of the test")
    func environment() throws {
        setenv("HOOKBATCH_OF_THE_TEST", "1", 1)
        let result = try Program.run("env", environment: ["HOOKSTREAM_API_KEY": "k"])
        let names = Set(
            result.output.split(separator: "\n").compactMap { $0.split(separator: "=").first })
        #expect(
            names.subtracting(["ASAN_OPTIONS", "TSAN_OPTIONS", "LD_LIBRARY_PATH"])
                == ["PATH", "SWIFT_BACKTRACE", "HOOKSTREAM_API_KEY"])
    }

    @Test("A program runs in the given directory")
    func directory() throws {
        let folder = try TemporaryFolder()
        try folder.write("x", to: "here")
        #expect(try Program.run("ls", directory: folder.path).output == "here\n")
    }

    @Test("A mebibyte passes through a program's standard input and output at once")
    func pipes() throws {
        let bytes = [UInt8](repeating: 7, count: 1 << 20)
        #expect(try Program.run("cat", input: .bytes(bytes)).standardOutput == bytes)
        #expect(try Program.run("cat", input: .nothing).standardOutput == [])
        #expect(try Program.run("true", input: .bytes(bytes)).end == .exit(0))
    }

    @Test("A program that does not end within its timeout is killed")
    func timeout() throws {
        let result = try Program.run("sleep", ["1000"], timeout: .milliseconds(50))
        #expect(result.timedOut)
        #expect(result.signal == SIGKILL)
    }

    @Test("An open standard input is written in pieces")
    func openInput() throws {
        let program = try Program("cat", input: .open).start()
        program.write("one\n".utf8)
        program.write("two\n".utf8)
        program.closeInput()
        #expect(program.wait().output == "one\ntwo\n")
    }

    @Test("A program can be killed once it writes an expected error message")
    func waitsForError() throws {
        let program = try Program("sh", ["-c", "echo ready >&2; exec sleep 1000"]).start()
        #expect(program.waitForError("ready"))
        #expect(program.isRunning)
        program.kill(SIGKILL)
        #expect(program.wait().signal == SIGKILL)
        #expect(!program.waitForError("never"))
    }

    @Test("A program's end does not wait for a grandchild that keeps the pipes open")
    func grandchild() throws {
        let result = try Program.run("sh", ["-c", "sleep 1000 & echo $!"])
        #expect(!result.timedOut)
        let grandchild = try #require(Int32(result.output.dropLast()))
        #expect(kill(grandchild, SIGKILL) == 0)
    }

    @Test("Running a missing program is a system failure")
    func missing() {
        #expect(throws: SystemFailure.self) { try Program.run("no-such-program") }
    }
}
