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
}
