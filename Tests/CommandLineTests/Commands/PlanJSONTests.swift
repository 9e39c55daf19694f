import Foundation
import TestSupport
import Testing

@testable import hookbatch

@Suite("check --output json") struct PlanJSONTests {
    /// Returns the document, read by another decoder.
    private func document(_ content: String, _ flags: String...) throws -> NSDictionary {
        let folder = try TemporaryFolder("check")
        let path = try folder.write(content, to: "in.ndjson")
        let options = try CheckOptions(arguments(["check", path, "--output", "json"] + flags))
        #expect(options.output == .json)
        let bytes = PlanJSON(plan: try CheckCommand.run(options)).bytes
        #expect(bytes.last == UInt8(ascii: "\n"))
        let text = String(decoding: bytes, as: UTF8.self).replacing(folder.path + "/", with: "")
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        return try #require(value as? NSDictionary)
    }

    @Test("The JSON plan has all values of the text, with numbers as numbers")
    func complete() throws {
        let good = #"{"appId":"a","event_type":"t\"\u202e","payload":{"n":1}}"# + "\n"
        let found = try document(
            good + "\n" + good + "[]\n", "--rate", "2/s", "--app-rate", "1/s", "--duplicates")
        let expected: NSDictionary = [
            "hookbatch": Version.number, "exit_code": 1, "records": 3, "valid": 2, "invalid": 1,
            "without_payload": 0, "skipped": 0,
            "inputs": [
                [
                    "path": "in.ndjson", "bytes": good.utf8.count * 2 + 4, "gzip": false,
                    "compression": NSNull(), "records": 3,
                    "blank_lines": 1, "ignored_members": 0, "ignored": [Any](), "refusal": NSNull(),
                ] as NSDictionary
            ],
            "errors": [
                [
                    "error": "not_an_object", "count": 1,
                    "places": [
                        [
                            "file": "in.ndjson", "line": 4,
                            "detail": "valid JSON, but not an object, at byte "
                                + "\(good.utf8.count * 2 + 1)",
                        ] as NSDictionary
                    ],
                ] as NSDictionary
            ],
            "first_message": [
                "file": "in.ndjson", "line": 1, "method": "POST",
                "path": "/applications/a/messages", "event_type": "t\"\u{202E}",
                "payload": #"{"n":1}"#, "payload_bytes": 7,
            ] as NSDictionary,
            "largest_records": [
                ["file": "in.ndjson", "line": 1, "bytes": good.utf8.count - 1] as NSDictionary,
                ["file": "in.ndjson", "line": 3, "bytes": good.utf8.count - 1] as NSDictionary,
                ["file": "in.ndjson", "line": 4, "bytes": 2] as NSDictionary,
            ],
            "applications": tally("appId", "a", good),
            "event_types": tally(
                "event_type", "t\"\u{202E}", good),
            "time": [
                "rate_seconds": 0.5, "app_rate_seconds": 1, "replay_seconds": NSNull(),
                "seconds": 1,
            ] as NSDictionary,
            "replay": NSNull(),
            "duplicates": [
                "count": 1,
                "places": [
                    [
                        "file": "in.ndjson", "line": 3, "first_file": "in.ndjson", "first_line": 1,
                    ] as NSDictionary
                ],
            ] as NSDictionary,
            "shards": NSNull(),
        ]
        #expect(found == expected, "\(found)")
    }

    private func tally(_ name: String, _ key: String, _ line: String) -> NSDictionary {
        [
            "distinct": 1, "exact": true, "missed_at_most": 0,
            "listed": [
                [
                    name: key, "records": 2, "bytes": line.utf8.count * 2 - 2, "missed_at_most": 0,
                ] as NSDictionary
            ],
            "others": ["records": 0, "bytes": 0] as NSDictionary,
        ]
    }

    @Test("The JSON plan has null for values not requested, and longer lists than the text")
    func absent() throws {
        let lines = (0..<100).map { #"{"appId":"a\#($0)","event_type":"t"}"# + "\n" }
        let found = try document(lines.joined())
        #expect(found["duplicates"] is NSNull)
        #expect((found["time"] as? NSDictionary)?["seconds"] is NSNull)
        let applications = found["applications"] as? NSDictionary
        #expect((applications?["listed"] as? NSArray)?.count == 100)
        #expect(found["exit_code"] as? Int == 0)
    }

    @Test("The JSON plan escapes characters that control a terminal, and no others")
    func text() throws {
        let text = "\u{0}\u{1F}\u{7F}\u{85}\u{202E}\u{2066}\u{FEFF}\"\\/\n\t\r ä数🚚\u{FFFD}"
        var writer = JSONWriter()
        writer.literal(text)
        let written = String(decoding: writer.bytes, as: UTF8.self)
        #expect(!written.unicodeScalars.contains(where: Escaping.isActive))
        #expect(written.hasSuffix(" ä数🚚\u{FFFD}\""))
        let decoded = try JSONDecoder().decode([String].self, from: Data("[\(written)]".utf8))
        #expect(decoded == [text])
    }
}
