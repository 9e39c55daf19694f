import Foundation
import Glibc
import Platform
import TestSupport
import Testing

@Suite("The output of a program") struct ChildOutputTests {
    private static let second: Int64 = 1_000_000_000

    private func output(
        _ words: String..., upTo limit: Int = 100, within time: Int64 = 300 * second
    ) throws(ChildOutput.Problem) -> String {
        String(decoding: try ChildOutput.of(words, upTo: limit, within: time), as: UTF8.self)
    }

    @Test("The output is what the program wrote before its end, with its line breaks")
    func written() throws {
        #expect(try output("printf", "a\\nb\\n") == "a\nb\n")
        #expect(try output("sh", "-c", "echo key; echo no >&2; cat") == "key\n")
        #expect(try output("true") == "")
        #expect(
            try output("sh", "-c", "head -c 300000 /dev/zero", upTo: 300_000).utf8.count == 300_000)
    }

    @Test("A program that fails, writes too much or takes too long is no source of bytes")
    func failing() {
        #expect(throws: ChildOutput.Problem.status(3)) { try output("sh", "-c", "echo x; exit 3") }
        #expect(throws: ChildOutput.Problem.signal(9)) { try output("sh", "-c", "kill -9 $$") }
        #expect(throws: ChildOutput.Problem.tooLarge) { try output("yes") }
        #expect(throws: ChildOutput.Problem.timeout) {
            try output("sleep", "1000", within: 50_000_000)
        }
        #expect(
            throws: ChildOutput.Problem.start(
                SystemError(call: "posix_spawnp", path: "", code: ENOENT))
        ) { try output("no-such-program-anywhere") }
    }

    @Test("A program that a shell leaves behind is not waited for")
    func leftBehind() throws {
        let text = try output("sh", "-c", "sleep 1000 & echo $!", within: 250 * Self.second)
        // Otherwise it would keep the runner's output open, and the runner would wait for it.
        let left = try #require(pid_t(text.dropLast()))
        #expect(kill(left, SIGKILL) == 0)
    }

    @Test("Signals have their usual effect on the program, whatever this process does with them")
    func signals() throws {
        signal(SIGPIPE, SIG_IGN)
        #expect(try output("sh", "-c", "(yes; echo $? >&2) | head -n 1") == "y\n")
        #expect(throws: ChildOutput.Problem.signal(SIGTERM)) {
            try output("sh", "-c", "kill -TERM $$; sleep 1000")
        }
    }
}
