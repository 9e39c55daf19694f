import Foundation
import TestSupport
import Testing

@Suite("Two processes on one run", .sideBySide)
struct OneProcessTests {
    private static let races =
        ProcessInfo.processInfo.environment["HOOKBATCH_RACES"].flatMap { Int($0) } ?? 20

    @Test(
        "Of two processes that start a run at once, one sends it and the other is refused",
        arguments: 1...races)
    func race(number: Int) throws {
        // No response arrives before both processes run, even on a busy machine.
        let server = try LoopbackServer { .delay(.seconds(1), .created($0)) }
        let sending = try Sending()
        let input = String(repeating: Sending.oneLine, count: 5)
        try sending.folder.write(input, to: "in.ndjson")
        let program = sending.program(to: server.baseURL)
        let both = [try program.start(), try program.start()]
        let results = both.map { $0.wait() }
        #expect(Set(results.map(\.exitCode)) == [0, 2], "race \(number): \(results)")
        #expect(server.requestCount == 5, "race \(number): \(results)")
        let rows = try ReportRow.ndjson(sending.folder.read(sending.report))
        let auditor = Auditor([.init(file: "in.ndjson", count: 5)])
        #expect(auditor.violations(rows: rows, server: server) == [])
    }
}
