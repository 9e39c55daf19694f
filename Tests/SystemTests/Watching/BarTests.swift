import Foundation
import Glibc
import TestSupport
import Testing

@Suite("The progress bar", .needs("tmux"), .ownThread)
struct BarTests {
    /// A run of 4,000 lines at 200/s, one of them invalid.
    private struct SlowRun {
        let server: LoopbackServer
        let sending: Sending
        let tmux: Tmux

        init(columns: Int, environment: [String: String] = ["LANG": "C.UTF-8"]) throws {
            server = try LoopbackServer { .delay(.milliseconds(20), .created($0)) }
            sending = try Sending()
            try sending.folder.write(
                "no JSON\n" + String(repeating: Sending.oneLine, count: 3999), to: "in.ndjson")
            // The screen is full, as in a terminal that was used before.
            let script = """
                seq 30; sh -c 'echo $$ >pid; exec "$0" send in.ndjson --to \(server.baseURL) \
                --report out.report.ndjson --rate 200/s' '\(Hookbatch.binary)'
                """
            var environment = environment
            environment["HOOKSTREAM_API_KEY"] = Sending.apiKey
            tmux = try Tmux(
                script, in: sending.folder, columns: columns, environment: environment)
        }

        var pid: Int32 {
            get throws {
                let text = try sending.folder.text("pid").split(separator: "\n").first
                return try #require(text.flatMap { Int32($0) })
            }
        }
    }

    private static func isBar(_ line: String) -> Bool {
        line.contains(/%( [·|] |$)/) && !line.hasPrefix("hookbatch")
    }

    private func look(
        _ run: SlowRun, _ columns: Int, until isThere: @escaping (String) -> Bool
    ) throws {
        let (lines, isThere) = try run.tmux.wait { lines in
            let bars = lines.filter(Self.isBar)
            return bars.count == 1 && bars.allSatisfy { $0.count < columns && isThere($0) }
                && lines.last == bars.first
        }
        #expect(isThere, "at \(columns) columns:\n\(lines.joined(separator: "\n"))")
    }

    @Test("The progress bar fits on one line after each resize, and is removed at a stop")
    func widths() throws {
        let run = try SlowRun(columns: 80)
        try look(run, 80) {
            $0.contains("█") && $0.contains(" lines · ") && $0.contains("/s · ")
                && $0.contains(" left · ") && !$0.contains("accepted")
        }
        try run.tmux.resize(columns: 40)
        try look(run, 40) { $0.contains("1 inv") && !$0.contains("in flight") }
        try run.tmux.resize(columns: 200)
        try look(run, 200) {
            $0.contains(" accepted · 1 invalid · throttled by --rate")
                && $0.contains(" in flight · ")
                && $0.contains(" of ")
        }
        try run.tmux.resize(columns: 20)
        try look(run, 20) { $0.contains("%") }
        try run.tmux.resize(columns: 120)

        // Messages during the run appear above the bar.
        kill(try run.pid, SIGUSR1)
        let (told, isTold) = try run.tmux.wait { lines in
            lines.contains { $0.hasPrefix("hookbatch: sending:") }
                && lines.last.map(Self.isBar) == true
        }
        #expect(isTold, "\(told.joined(separator: "\n"))")

        try run.tmux.press("C-c")
        let (ended, hasEnded) = try run.tmux.wait { $0.contains("exit 130") }
        #expect(hasEnded, "\(ended.joined(separator: "\n"))")
        #expect(!ended.contains(where: Self.isBar), "\(ended.joined(separator: "\n"))")
        // The first line of the summary may have left the screen.
        #expect(
            ended.contains { $0.hasPrefix("Next: resume with") },
            "\(ended.joined(separator: "\n"))")
    }

    @Test("The progress bar is ASCII under LC_ALL=C and has no colours under NO_COLOR")
    func plain() throws {
        let run = try SlowRun(columns: 120, environment: ["LC_ALL": "C", "NO_COLOR": "1"])
        try look(run, 120) { $0.contains("[#") && $0.contains("-]") && $0.contains("invalid") }
        let lines = try run.tmux.lines(withColours: true)
        #expect(!lines.contains { $0.contains("\u{1B}") }, "\(lines)")
        #expect(lines.joined().utf8.allSatisfy { $0 < 0x80 })
    }

    @Test("The progress bar has colours by default")
    func colours() throws {
        let run = try SlowRun(columns: 120)
        try look(run, 120) { $0.contains("1 invalid") }
        let lines = try run.tmux.lines(withColours: true)
        #expect(
            lines.contains { $0.contains(/\x{1B}\[31m(\x{1B}\[[0-9;]*m)*1 invalid/) }, "\(lines)")
    }

    @Test("A finished run leaves only its summary on the terminal")
    func finished() throws {
        let sending = try Sending()
        try sending.folder.write(
            String(repeating: Sending.oneLine, count: 3000), to: "in.ndjson")
        let tmux = try Tmux(
            "'\(Hookbatch.binary)' send in.ndjson", in: sending.folder, columns: 80)
        let (lines, isThere) = try tmux.wait { $0.contains("exit 0") }
        #expect(isThere, "\(lines.joined(separator: "\n"))")
        #expect(lines.first == "✓ finished: 3,000 lines accepted", "\(lines)")
        #expect(lines[1] == "  stored locally in hookbatch.db; nothing was sent", "\(lines)")
        #expect(!lines.contains { $0.contains("%") }, "\(lines.joined(separator: "\n"))")
    }
}
