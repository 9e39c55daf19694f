import Records
import Testing
import Time

@Suite("Records selected by their times")
struct SelectedTimesTests {
    private static func window(
        _ field: String, since: Int64? = nil, until: Int64? = nil,
        _ format: TimeFormat = .automatic
    ) throws -> TimeWindow {
        TimeWindow(
            try #require(JSONPointer(parsing: field)), format,
            since: since.map { Timestamp(nanoseconds: $0 * 1_000_000_000) },
            until: until.map { Timestamp(nanoseconds: $0 * 1_000_000_000) })
    }

    @Test("A window keeps the times from its start up to, and without, its end")
    func times() throws {
        let lines = """
            {"appId":"a","event_type":"t","ts":"1970-01-01T00:00:10Z"}
            {"appId":"a","event_type":"t","ts":11}
            {"appId":"a","event_type":"t","ts":"12.5"}
            {"appId":"a/b","event_type":"t","ts":13}
            {"appId":"a/b","event_type":"t","ts":11}
            """
        let cases: [(Int64?, Int64?, [UInt64])] = [
            (nil, nil, [1, 2, 3, 4, 5]), (11, nil, [2, 3, 4, 5]), (nil, 11, [1]),
            (11, 13, [2, 3, 5]), (12, 13, [3]), (14, nil, []),
        ]
        for (since, until, expected) in cases {
            let window = try Self.window("/ts", since: since, until: until)
            let seen = keptRecords(lines, by: []) { $0.selection.window = window }
            #expect(seen.kept == expected)
            #expect(seen.skipped.unselected == UInt64(5 - expected.count))
        }
    }

    @Test("A record without a readable time is invalid only where the time is needed")
    func unreadableTimes() throws {
        let lines = """
            {"appId":"a","event_type":"t"}
            {"appId":"a","event_type":"t","ts":"yesterday"}
            {"appId":"b","event_type":"t","ts":{"s":1}}
            {"appId":"a","event_type":"t","ts":"2.1.1970"}
            {"appId":"a/b","event_type":"t"}
            {"appId":"a"
            """
        func problems(_ input: String, _ format: InputFormat, _ options: ReaderOptions)
            -> [String?]
        {
            var seen: [String?] = []
            var reader = RecordReader(format: format, options: options)
            var filter = RecordFilter(skip: 0, options.selection)
            var rest = Array(input.utf8)
            while true {
                switch reader.next() {
                case .record:
                    guard filter.isOpen || filter.keeps(&reader) else { continue }
                    seen.append(reader.record.problem.map { reader.describe($0) })
                case .needsInput:
                    reader.fill { space in
                        defer { rest = [] }
                        space.copyBytes(from: rest)
                        return rest.count
                    }
                case .end, .refused: return seen
                }
            }
        }
        var options = ReaderOptions()
        #expect(problems(lines, .ndjson, options).prefix(4).allSatisfy { $0 == nil })
        options.selection.window = try Self.window("/ts", since: 0)
        options.selection.rules = [try rule("appId", "b", isExclusion: true)]
        let missing = "the time is missing: --time finds no value, at byte "
        let unreadable =
            "the time is not in a known format, such as 2026-03-01T12:00:00Z "
            + "(--time-format names others), at byte "
        #expect(
            problems(lines, .ndjson, options).prefix(3) == [
                missing + "0", unreadable + "67", unreadable + "159",
            ])
        #expect(problems(lines, .ndjson, options).count == 5)
        #expect(problems(lines, .ndjson, options)[3]?.contains("appId") == true)
        let pattern = try #require(TimePattern("%d.%m.%Y"))
        options.selection.window = try Self.window("/ts", since: 0, .pattern(pattern))
        #expect(problems(lines, .ndjson, options)[2] == nil)
        let table = "appId,event_type,ts\na,t,\na,t,5\na,t,\"x\"\n"
        options.selection.window = try Self.window("ts", since: 9)
        #expect(problems(table, commas, options) == [missing + "20", unreadable + "36"])
    }

    @Test("A record's time is at the first of several positions that has a value")
    func severalPositions() throws {
        var window = try Self.window("/time", since: 10)
        window.otherFields = [["ts"], ["at", "s"]]
        let lines = """
            {"appId":"a","event_type":"t","ts":11}
            {"appId":"a","event_type":"t","ts":9,"time":11}
            {"appId":"a","event_type":"t","ts":11,"time":9}
            {"appId":"a","event_type":"t","ts":11,"time":null}
            {"appId":"a","event_type":"t","ts":"","time":{},"at":{"s":"1970-01-01T00:00:11Z"}}
            """
        let seen = keptRecords(lines, by: []) { $0.selection.window = window }
        #expect(seen.kept == [1, 2, 4, 5])
        let invalid = """
            {"appId":"a","event_type":"t"}
            {"appId":"a","event_type":"t","ts":11,"time":"soon"}
            """
        #expect(
            keptRecords(invalid, by: []) { $0.selection.window = window }.kept == [1, 2],
            "they are kept as invalid")
        // In an array of JSON, and in cells.
        let array = "[" + lines.split(separator: "\n").joined(separator: ",") + "]"
        #expect(
            keptRecords(array, .json, by: []) { $0.selection.window = window }.kept.count == 4)
        let cells = "appId,event_type,ts,time\na,t,11,\na,t,9,11\na,t,11,9\n"
        #expect(
            keptRecords(cells, commas, by: []) { $0.selection.window = window }.kept == [1, 2])
    }

    @Test("A CSV input needs one of the columns of the time, and all of those of rules")
    func columnsOfTime() throws {
        func refusal(_ header: String, _ rules: [RecordSelection.Rule] = []) -> InputRefusal? {
            var options = ReaderOptions()
            options.selection.rules = rules
            options.selection.window = TimeWindow(
                ["time"], orElse: [["ts"], ["at"]], .automatic, since: nil, until: nil)
            return read("appId,event_type,\(header)\n", commas, options).refusal
        }
        for header in ["time", "ts", "at", "at,time"] { #expect(refusal(header) == nil) }
        guard case .missingSelectedColumns(["time", "ts", "at"], _)? = refusal("date") else {
            Issue.record("\(String(describing: refusal("date")))")
            return
        }
        let rule = try rule("ts", "1")
        #expect(refusal("ts", [rule]) == nil)
        guard case .missingSelectedColumns(["ts"], _)? = refusal("time", [rule]) else {
            Issue.record("\(String(describing: refusal("time", [rule])))")
            return
        }
    }
}
