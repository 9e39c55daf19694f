import Foundation
import TestSupport
import Testing

@Suite("Memory of buffered records", .sideBySide)
struct MemoryBoundTests {
    @Test("Ignored members of a stream's records count against --max-in-flight-bytes")
    func ignoredMembers() throws {
        // The part of a line that is sent is small; the part that must be kept is not.
        let ignored = String(repeating: "x", count: 100_000)
        let line = #"{"appId":"a","event_type":"t","ignored":"\#(ignored)"}"# + "\n"
        let server = try LoopbackServer { _ in .silence }
        let folder = try TemporaryFolder()
        let running = try Program(
            Hookbatch.binary,
            [
                "send", "-", "--to", server.baseURL, "--report", "out.ndjson",
                "--max-in-flight-bytes", "128KiB", "--grace", "0s",
            ],
            environment: ["HOOKSTREAM_API_KEY": "k"], directory: folder.path,
            input: .text(String(repeating: line, count: 20))
        ).start()
        #expect(server.waitForRequests(1))
        // If there were room for a second line, it would not wait for the first.
        #expect(!server.waitForRequests(2, timeout: .milliseconds(300)))
        running.kill(15)
        #expect(running.wait().exitCode == 143)
    }

    @Test(
        "A small payload in a long line is kept without the line",
        .enabled(if: Hookbatch.canBeMeasured, "memory is not measured here"))
    func longLines() throws {
        // The line is too large to be kept without a copy; its payload is not.
        let ignored = String(repeating: "x", count: 3 << 20)
        let line =
            #"{"appId":"a","event_type":"t","payload":{"n":1},"ignored":"\#(ignored)"}"# + "\n"
        let server = try LoopbackServer { _ in .silence }
        let sending = try Sending()
        try sending.folder.write(String(repeating: line, count: 24), to: "in.ndjson")
        let running = try sending.program(
            to: server.baseURL, ["--grace", "0s"], binary: Hookbatch.measured
        ).start()
        #expect(server.waitForRequests(24))
        let status = try String(contentsOfFile: "/proc/\(running.pid)/status", encoding: .utf8)
        let held = try #require(Int(status.firstMatch(of: /VmRSS:\s+(\d+) kB/)?.1 ?? ""))
        // With their lines the payloads would take 72 MiB.
        #expect(held < 60 << 10, "\(held) KiB")
        running.kill(15)
        #expect(running.wait().exitCode == 143)
    }

    @Test(
        "Thousands of waiting lines take little memory each",
        .enabled(if: Hookbatch.canBeMeasured, "memory is not measured here"))
    func waitingLines() throws {
        let server = try LoopbackServer(keeping: 0) { request in
            request.appID == "slow"
                ? .answer(429, headers: [("Retry-After", "60")]) : .created(request)
        }
        let note = String(repeating: "x", count: 300)
        var text = ""
        for number in 1...10_000 {
            for app in ["slow", "app_\(number)"] {
                text += #"{"appId":"\#(app)","event_type":"t","payload":{"note":"\#(note)"}}"#
                text += "\n"
            }
        }
        let folder = try TemporaryFolder()
        try folder.write(text, to: "in.ndjson")
        let running = try Program(
            Hookbatch.measured, ["send", "in.ndjson", "--to", server.baseURL, "--grace", "0s"],
            environment: ["HOOKSTREAM_API_KEY": "k"], directory: folder.path
        ).start()
        // The others are sent until all buffered lines belong to the waiting application.
        #expect(server.waitForAcceptances(4000))
        let status = try String(contentsOfFile: "/proc/\(running.pid)/status", encoding: .utf8)
        let held = try #require(Int(status.firstMatch(of: /VmHWM:\s+(\d+) kB/)?.1 ?? ""))
        print("4,096 lines that wait: \(held) KiB")
        // A debug build has more code in memory, which grows with the program.
        #expect(held <= (Hookbatch.releaseBinary == nil ? 40 : 32) << 10)
        running.kill(15)
        #expect(running.wait().exitCode == 143)
    }
}
