import Foundation
import Records
import Testing

/// The folder of third-party conformance data; nil without any.
private let dataFolder = ProcessInfo.processInfo.environment["HOOKBATCH_CONFORMANCE_DATA"].map {
    URL(filePath: $0, directoryHint: .isDirectory)
}

@Suite(
    "Conformance data",
    .enabled(if: dataFolder != nil, "HOOKBATCH_CONFORMANCE_DATA does not name its folder"))
struct ConformanceTests {
    private func load(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: #require(dataFolder).appending(path: path)))
    }

    private func lines(_ path: String) throws -> [[UInt8]] {
        try load(path).split(separator: 10).map(Array.init)
    }

    private let any = ReaderOptions { $0.payload = .any }

    @Test(
        "JSONTestSuite payloads are accepted byte for byte, or rejected, as their names require")
    func payloads() throws {
        for kind in ["y", "n", "i"] {
            let names = try lines("jsontestsuite/jsontestsuite-\(kind).names")
            let input = try load("jsontestsuite/jsontestsuite-\(kind).ndjson")
            let seen = read(input, .ndjson, any)
            try #require(seen.records.count == names.count)
            for (record, name) in zip(seen.records, names) {
                let name = String(decoding: name, as: UTF8.self)
                let file = try load("jsontestsuite/test_parsing/\(name)")
                switch kind {
                case "y":
                    #expect(record.code == nil, "\(name)")
                    #expect(record.payload.map { Array($0.utf8) } == trimmed(file), "\(name)")
                case "n": #expect(record.code != nil, "\(name)")
                default:
                    let isUTF8 = String(validating: file, as: UTF8.self) != nil
                    let hasMark = file.starts(with: [0xEF, 0xBB, 0xBF])
                    #expect((record.code == nil) == (isUTF8 && !hasMark), "\(name)")
                }
            }
            #expect(seen == read(input, .ndjson, any, chunk: { 1 }))
        }
    }

    @Test("JSONTestSuite's accepted texts arrive byte for byte from arrays and formatted values")
    func elements() throws {
        let folder = try #require(dataFolder).appending(path: "jsontestsuite/test_parsing")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasPrefix("y_") }.sorted()
        try #require(names.count > 90)
        let texts = try names.map { trimmed(try load("jsontestsuite/test_parsing/\($0)")) }
        let events = texts.map {
            Array("{\n  \"appId\": \"a\",\n  \"event_type\": \"t\",\n  \"payload\":\n".utf8)
                + $0 + Array("\n}".utf8)
        }
        let array = Array("[\n".utf8) + events.joined(separator: Array(" ,\n".utf8)) + [0x5D]
        for input in [array, Array(events.joined()), Array(events.joined(separator: [10, 10]))] {
            for chunk in [1, 61, Int.max] {
                let seen = read(input, .json, any, chunk: { chunk })
                #expect(seen.records.count == texts.count)
                for (record, (name, text)) in zip(seen.records, zip(names, texts)) {
                    #expect(record.code == nil, "\(name)")
                    #expect(record.payload.map { Array($0.utf8) } == text, "\(name)")
                }
            }
        }
    }

    @Test("JSONTestSuite documents are accepted as values only if the validator accepts them")
    func values() throws {
        let folder = try #require(dataFolder).appending(path: "jsontestsuite/test_parsing")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let file = try load("jsontestsuite/test_parsing/\(name)")
            let element =
                Array("[{\"appId\":\"a\",\"event_type\":\"t\",\"payload\":".utf8)
                + file + Array("}]".utf8)
            let seen = read(element, .json, any)
            #expect(seen == read(element, .json, any, chunk: { 1 }), "\(name)")
            #expect(read(file, .json) == read(file, .json, chunk: { 1 }), "\(name)")
            let isValid = ReferenceJSON.accepts(file)
            #expect((seen.codes == [nil]) == isValid, "\(name)")
            if name.hasPrefix("n_"), !isValid { #expect(seen.codes.last != nil, "\(name)") }
        }
    }

    @Test("JSONTestSuite documents: the validator agrees with the reference and the file names")
    func documents() throws {
        let folder = try #require(dataFolder).appending(path: "jsontestsuite/test_parsing")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        try #require(names.count > 300)
        for name in names {
            let file = try load("jsontestsuite/test_parsing/\(name)")
            let isValid = file.withUnsafeBytes(JSONDocument.isValid)
            #expect(isValid == ReferenceJSON.accepts(file), "\(name)")
            if name.hasPrefix("y_") { #expect(isValid, "\(name)") }
            if name.hasPrefix("n_") { #expect(!isValid, "\(name)") }
            #expect(read(file) == read(file, chunk: { 1 }), "\(name)")
            #expect(read(file, commas) == read(file, commas, chunk: { 1 }), "\(name)")
        }
    }

    @Test(
        "Each csv-spectrum cell is read as in its JSON file",
        arguments: [
            "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines",
            "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8",
        ])
    func spectrum(name: String) throws {
        let file = try load("csv-spectrum/csvs/\(name).csv")
        let json = try JSONSerialization.jsonObject(
            with: Data(load("csv-spectrum/json/\(name).json")))
        let expected = try #require(json as? [[String: String]])
        let rows = ReferenceCSV.rows(of: file)
        let header = try #require(rows.first).fields.map { String(decoding: $0, as: UTF8.self) }
        let text = ReaderOptions { $0.csvPayload = .text }
        for (index, column) in header.enumerated() {
            // Each row gets an id and an event type before its own cells. One cell is the payload.
            var names = header
            names[index] = "payload"
            var input = Array(("appId,event_type," + names.joined(separator: ",")).utf8)
            let headerEnd = try #require(rows.first).length
            input += file[headerEnd..<(rows.count > 1 ? rows[1].offset : file.count)]
            for (row, next) in zip(rows.dropFirst(), rows.dropFirst(2).map(\.offset) + [file.count])
            {
                input += Array("a,e,".utf8) + file[row.offset..<next]
            }
            let seen = read(input, commas, text)
            #expect(seen.codes == expected.map { _ in nil })
            let cells = try seen.payloads.map { payload in
                var cell: [UInt8] = []
                Array(try #require(payload).utf8).withUnsafeBytes {
                    _ = JSONString.decode($0, into: &cell)
                }
                return String(decoding: cell, as: UTF8.self)
            }
            #expect(cells == expected.map { $0[column] })
            #expect(seen == read(input, commas, text, chunk: { 1 }))
        }
    }

    private func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        let blank: Set<UInt8> = [9, 10, 13, 32]
        let tail = bytes.drop { blank.contains($0) }
        return Array(
            tail.prefix((tail.lastIndex { !blank.contains($0) } ?? -1) + 1 - tail.startIndex))
    }
}
