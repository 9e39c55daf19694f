import Foundation
import TestSupport
import Testing

/// Records that are kept in the memory that they were read into.
@Suite("Large records", .ownThread)
struct LargeRecordTests {
    private static let count = 12

    /// Payloads of half a MiB and more, each of another byte, among small ones.
    private static func payloads(as format: String) -> [String] {
        (0..<count).map { index in
            let byte = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(index)))
            let text = String(
                repeating: byte, count: index % 3 == 2 ? 40 : (512 << 10) + index * 70_000)
            return format == "csv" ? "{\"t\":\"\(text)\"}" : "{\"t\" : \"\(text)\"}"
        }
    }

    private static func input(_ payloads: [String], as format: String) -> String {
        if format == "csv" {
            return "appId,event_type,payload\n"
                + payloads.map {
                    "a,t,\"" + $0.replacing("\"", with: "\"\"") + "\"\n"
                }.joined()
        }
        return payloads.map { "{\"appId\":\"a\",\"event_type\":\"t\",\"payload\":\($0)}\n" }
            .joined()
    }

    @Test(
        "arrive whole, from a file and from a stream, and with retries",
        arguments: ["ndjson", "csv"], [false, true])
    func arrive(format: String, isStream: Bool) throws {
        let server = try LoopbackServer { request in
            request.number < 3
                ? .answer(503, headers: [("Retry-After", "0")]) : .created(request)
        }
        let payloads = Self.payloads(as: format)
        let sending = try Sending()
        let input = Self.input(payloads, as: format)
        try sending.folder.write(input, to: "in.\(format)")
        var program = sending.program(
            isStream ? ["-"] : ["in.\(format)"], to: server.baseURL,
            ["--format", format, "--concurrency", "4"])
        if isStream { program.input = .text(input) }
        let result = try program.run(timeout: .seconds(60))
        #expect(result.exitCode == 0, "\(result.errorOutput)")
        var accepted: Set<String> = []
        for request in server.requests {
            #expect(
                payloads.contains { request.bodyText == "{\"event_type\":\"t\",\"payload\":\($0)}" }
            )
            accepted.insert(request.bodyText)
        }
        #expect(accepted.count == Self.count)
        #expect(server.requestCount > Self.count)
    }

    /// CSV rows of all sizes, whose payloads are JSON and text with all that is quoted and escaped.
    private static let rows = (0..<10).map { index in
        let piece = index % 2 == 0 ? #"{"a":"b, \"c\"","d":"é"},"# : "a \"b\"\r\n\tc\\d\u{1}é;"
        let count = [10, 70_000, 300_000, 600_000, 1_400_000][index / 2] / piece.utf8.count
        let text = String(repeating: piece, count: count + 1)
        let payload = index % 2 == 0 ? "[\(text)null]" : text
        return "\(index),\"" + payload.replacing("\"", with: "\"\"") + "\",a\(index),t,\"x\ny\"\n"
    }

    private static let header = "number,payload,appId,event_type,last\n"

    @Test("that are refused come back as they were read, and no other", arguments: [false, true])
    func refused(isStream: Bool) throws {
        // Two refusals of each size: at once, and after a retry.
        let server = try LoopbackServer { request in
            let number = Int(request.path.split(separator: "/")[2].dropFirst()) ?? 0
            if number % 4 < 2 { return .created(request) }
            return request.number < 5
                ? .answer(503, headers: [("Retry-After", "0")]) : .answer(400)
        }
        let sending = try Sending()
        let input = Self.header + Self.rows.joined()
        try sending.folder.write(input, to: "in.csv")
        var program = sending.program(
            isStream ? ["-"] : ["in.csv"], to: server.baseURL,
            ["--format", "csv", "--concurrency", "4", "--payload", "any"])
        if isStream { program.input = .text(input) }
        let result = try program.run(timeout: .seconds(60))
        #expect(result.exitCode == 1, "\(result.errorOutput)")
        let refused = Self.rows.indices.filter { $0 % 4 >= 2 }.map { Self.rows[$0] }
        let rejected = try sending.folder.text("out.rejected.csv")
        #expect(rejected == Self.header + refused.joined())
    }

    @Test("of a stream that is stopped are left over as they were read", arguments: [1, 4, 7])
    func leftOver(answered: Int) throws {
        let server = try LoopbackServer { request in
            request.number < answered ? .created(request) : .silence
        }
        let sending = try Sending()
        var program = sending.program(
            ["-"], to: server.baseURL,
            ["--format", "csv", "--concurrency", "1", "--payload", "any", "--grace", "0s"]
                + ["--max-in-flight-bytes", "32MiB"])
        let input = Self.header + Self.rows.joined()
        program.input = .text(input)
        let running = try program.start()
        #expect(server.waitForRequests(answered + 1))
        waitUntilRead(input.utf8.count, by: running)
        running.kill(15)
        #expect(running.wait().exitCode == 143)
        // The line that was under way is among them: nobody knows yet what became of it.
        let rest = try sending.folder.text("out.rest")
        #expect(rest == Self.header + Self.rows.dropFirst(answered).joined())
    }

    /// Waits until the program has read so many bytes, of whatever files.
    private func waitUntilRead(_ count: Int, by running: RunningProgram) {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            let io = try? String(contentsOfFile: "/proc/\(running.pid)/io", encoding: .utf8)
            if let read = io?.firstMatch(of: /rchar: (\d+)/), Int(read.1) ?? 0 >= count { return }
            usleep(5000)
        }
        Issue.record("the program has not read its input")
    }
}
