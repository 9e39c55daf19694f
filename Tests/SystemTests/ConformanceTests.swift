import Foundation
import TestSupport
import Testing

@Suite(
    "JSONTestSuite sent by the program",
    .enabled(if: Hookbatch.conformanceData != nil, "HOOKBATCH_CONFORMANCE_DATA is not set"))
struct ConformanceTests {
    enum Class: String, CaseIterable { case y, n, i }

    @Test(
        "Each JSONTestSuite case is sent byte for byte or is invalid, as its class requires",
        arguments: Class.allCases)
    func cases(of group: Class) throws {
        let folder = try #require(Hookbatch.conformanceData) + "/jsontestsuite/"
        let file = folder + "jsontestsuite-\(group.rawValue)"
        let input = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file + ".ndjson")))
        let names = try String(contentsOfFile: file + ".names", encoding: .utf8)
            .split(separator: "\n")
        let lines = input.split(separator: UInt8(ascii: "\n"))
        try #require(lines.count == names.count)

        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(input, to: "in.ndjson")
        let rows = try sending.sendAgain(to: server.baseURL, ["--payload", "any"]).rows
        try #require(rows.map(\.line) == Array(1...lines.count))

        var bodies: [Int: [UInt8]] = [:]
        for request in server.requests {
            let line = try #require(request.idempotencyKey?.split(separator: "-").last)
            bodies[try #require(Int(line))] = Array(request.body)
        }
        for (row, name) in zip(rows, names) {
            switch group {
            case .y: #expect(row.outcome == "accepted", "\(name): \(row)")
            case .n: #expect(row.outcome == "invalid", "\(name): \(row)")
            case .i: #expect(["accepted", "invalid"].contains(row.outcome), "\(name): \(row)")
            }
            let payload = Self.payload(of: lines[row.line - 1])
            let body = [UInt8](#"{"event_type":"jts","payload":"#.utf8) + payload + [0x7D]
            #expect(
                bodies[row.line] == (row.outcome == "accepted" ? body : nil), "\(name): \(row)")
        }
        let invalid = Set(rows.filter { $0.outcome == "invalid" }.map(\.line))
        let auditor = Auditor([.init(file: "in.ndjson", count: lines.count, invalid: invalid)])
        #expect(auditor.violations(rows: rows, server: server) == [])
    }

    @Test("JSONTestSuite's accepted texts are sent as they are from arrays and formatted values")
    func elements() throws {
        let file = try #require(Hookbatch.conformanceData) + "/jsontestsuite/jsontestsuite-y.ndjson"
        let payloads = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
            .split(separator: UInt8(ascii: "\n")).map { Self.payload(of: $0) }
        try #require(payloads.count > 90)
        func elements(_ gap: String) -> [[UInt8]] {
            payloads.map { payload in
                let start = #"{"appId":"a","event_type":"jts","payload":"#
                    .replacingOccurrences(of: ",", with: "," + gap)
                return Array("{\(gap)\(start.dropFirst())\(gap)".utf8) + payload
                    + Array("\(gap)}".utf8)
            }
        }
        let array = Array("[".utf8) + elements("").joined(separator: Array(",".utf8)) + [0x5D]
        let formatted = Array(elements("\n  ").joined(separator: Array("\n".utf8)))
        for input in [array, formatted] {
            let server = try LoopbackServer()
            let sending = try Sending()
            try sending.folder.write(input, to: "in.json")
            let checked = try Program.run(
                Hookbatch.binary, ["check", "in.json", "--payload", "any"],
                directory: sending.folder.path)
            #expect(checked.exitCode == 0, "\(checked.output)")
            let sent = try sending.program(["in.json"], to: server.baseURL, ["--payload", "any"])
                .run()
            #expect(sent.exitCode == 0, "\(sent)")
            var bodies: [Int: [UInt8]] = [:]
            for request in server.requests {
                let number = try #require(request.idempotencyKey?.split(separator: "-").last)
                bodies[try #require(Int(number))] = Array(request.body)
            }
            #expect(bodies.count == payloads.count)
            for (index, payload) in payloads.enumerated() {
                let body = [UInt8](#"{"event_type":"jts","payload":"#.utf8) + payload + [0x7D]
                #expect(bodies[index + 1] == body, "record \(index + 1)")
            }
        }
    }

    /// Returns the case's bytes without the white space around its value.
    private static func payload(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let blanks: Set<UInt8> = [0x20, 0x09, 0x0D]
        let start = Data(line).range(of: Data("\"payload\":".utf8))?.upperBound ?? line.count
        var payload = line.dropFirst(start).dropLast()
        while let first = payload.first, blanks.contains(first) { payload.removeFirst() }
        while let last = payload.last, blanks.contains(last) { payload.removeLast() }
        return payload
    }
}
