import Foundation
import Glibc
import TestSupport
import Testing

@Suite("The progress of an outbox", .ownThread)
struct OutboxProgressTests {
    private static let flags = ["--rate", "200/s", "--concurrency", "4"]

    @Test("SIGUSR1 prints one line with the name of the file, and the round continues")
    func request() throws {
        let scene = try OutboxScene()
        try scene.put("a.ndjson", OutboxScene.lines(1...1000))
        let running = try scene.program(Self.flags).start()
        #expect(scene.server.waitForRequests(50))
        running.kill(SIGUSR1)
        #expect(running.waitForError("hookbatch: 'a.ndjson': sending: "))
        let result = running.wait()
        #expect(result.exitCode == 0 && result.messages.count == 1, "\(result)")
        #expect(result.errorOutput.contains("in flight"), "\(result)")
        #expect(scene.server.requestCount == 1000)
    }

    @Test(
        "A terminal shows the progress bar of each file, and its messages above it", .needs("tmux"))
    func bar() throws {
        let scene = try OutboxScene()
        try scene.put("a.ndjson", OutboxScene.lines(1...2000) + "{}\n")
        let tmux = try Tmux(
            """
            '\(Hookbatch.binary)' outbox outbox --to \(scene.server.baseURL) --settle 0s \
            \(Self.flags.joined(separator: " "))
            """, in: scene.folder, columns: 100,
            environment: ["LANG": "C.UTF-8", "HOOKSTREAM_API_KEY": OutboxScene.key])
        func isBar(_ line: String) -> Bool { line.contains("█") && line.contains("%") }
        let (lines, isThere) = try tmux.wait { lines in
            lines.count == 1 && isBar(lines[0]) && lines[0].contains(" in flight")
        }
        #expect(isThere, "\(lines.joined(separator: "\n"))")
        let (last, isOver) = try tmux.wait { $0.last == "exit 1" }
        #expect(isOver && !last.contains(where: isBar), "\(last.joined(separator: "\n"))")
        #expect(last.contains { $0.contains("1 of 2,001 lines not accepted") }, "\(last)")
    }
}
