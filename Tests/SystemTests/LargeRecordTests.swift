import Foundation
import TestSupport
import Testing

/// Tests of records that stay in the memory that they were read into.
@Suite("Large records", .ownThread)
struct LargeRecordTests {
    private static let count = 12

    /// Makes payloads of half a MiB and more, each of a different byte, among small ones.
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
        "Large records arrive whole, from a file and from a stream, and with retries",
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
        let result = try program.run()
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

    /// Makes `count` CSV rows of each size and each kind of payload.
    ///
    /// The kinds are JSON and text, both with characters that are quoted or escaped.
    private static func rows(_ count: Int) -> [String] {
        let sizes = [10, 70_000, 300_000, 600_000, 1_400_000]
        return (0..<10 * count).map { index in
            let isJSON = index / count % 2 == 0
            let piece = isJSON ? #"{"a":"b, \"c\"","d":"é"},"# : "a \"b\"\r\n\tc\\d\u{1}é;"
            let pieces = sizes[index / (2 * count)] / piece.utf8.count + 1
            let text = String(repeating: piece, count: pieces)
            let payload = isJSON ? "[\(text)null]" : text
            let cell = payload.replacing("\"", with: "\"\"")
            return "\(index),\"\(cell)\",a\(index),t,\"x\ny\"\n"
        }
    }

    private static let header = "number,payload,appId,event_type,last\n"

    @Test(
        "Exactly the large records that were refused are in the rejected file, as they were read",
        arguments: [false, true])
    func refused(isStream: Bool) throws {
        // Of three equal rows the second is refused at once, the third after a retry.
        let retried = Monitor<Set<Int>>([])
        let server = try LoopbackServer { request in
            let number = Int(request.path.split(separator: "/")[2].dropFirst()) ?? 0
            if number % 3 == 0 { return .created(request) }
            if number % 3 == 2, retried.update({ $0.insert(number).inserted }) {
                return .answer(503, headers: [("Retry-After", "0")])
            }
            return .answer(400)
        }
        let rows = Self.rows(3)
        let input = Self.header + rows.joined()
        let sending = try Sending()
        try sending.folder.write(input, to: "in.csv")
        var program = sending.program(
            isStream ? ["-"] : ["in.csv"], to: server.baseURL,
            ["--format", "csv", "--concurrency", "4", "--payload", "any"])
        if isStream { program.input = .text(input) }
        let result = try program.run()
        #expect(result.exitCode == 1, "\(result.errorOutput)")
        #expect(retried.read { $0.count } == 10)
        let refused = rows.indices.filter { $0 % 3 != 0 }.map { rows[$0] }
        let rejected = try sending.folder.text("out.rejected.csv")
        // Spreadsheet programs need the byte-order mark.
        #expect(rejected == "\u{FEFF}" + Self.header + refused.joined())
    }

    @Test(
        "Unfinished large records of a stopped stream are saved as they were read",
        arguments: [1, 4, 8, 9], [false, true])
    func leftOver(answered: Int, isHalfSent: Bool) throws {
        // The last request gets no response, or is not even read to its end.
        let server = try LoopbackServer(
            { $0.number < answered ? .created($0) : .silence },
            onHead: { isHalfSent && $0.number >= answered ? .silence : nil })
        let rows = Self.rows(1)
        let sending = try Sending()
        var program = sending.program(
            ["-"], to: server.baseURL,
            ["--format", "csv", "--concurrency", "1", "--payload", "any", "--grace", "0s"]
                + ["--max-in-flight-bytes", "32MiB"])
        let input = Self.header + rows.joined()
        program.input = .text(input)
        let running = try program.start()
        #expect(server.waitForRequests(answered + 1))
        waitUntilRead(input.utf8.count, by: running)
        running.kill(15)
        #expect(running.wait().exitCode == 143)
        // The line in flight is among them: its outcome is not known yet.
        let rest = try sending.folder.text("out.rest")
        #expect(rest == Self.header + rows.dropFirst(answered).joined())
    }

    /// Waits until the program has read `count` bytes of any files and reads no more.
    private func waitUntilRead(_ count: Int, by running: RunningProgram) {
        let deadline = ContinuousClock.now + .patience
        var last = 0
        var sameFor = 0
        while ContinuousClock.now < deadline {
            let io = try? String(contentsOfFile: "/proc/\(running.pid)/io", encoding: .utf8)
            let read = io?.firstMatch(of: /rchar: (\d+)/).flatMap { Int($0.1) } ?? 0
            sameFor = read == last ? sameFor + 1 : 0
            if read >= count, sameFor == 20 { return }
            last = read
            usleep(5000)
        }
        Issue.record("the program has not read its input")
    }
}
