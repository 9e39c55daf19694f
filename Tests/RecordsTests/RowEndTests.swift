import Records
import Testing

@Suite("Row ends of CSV")
struct RowEndTests {
    private static let rowEnds = ["\n", "\r\n", "\r\r\n"]

    @Test("LF, CR LF and CR CR LF end a CSV row alike, in the header and in rows")
    func alike() throws {
        // The second row is longer than the blocks in which the scanner searches.
        let long = String(repeating: "x", count: 200)
        let rows = [
            "appId,event_type,payload", #"a,e,"{""n"":1}""#, "b,e,\(long)", #"c,e,"\#(long)""#,
            "d,e,", #"e,e,"""#, "f,e,\"x\r\r\ny\"",
        ]
        let expected = read(rows.joined(separator: "\n") + "\n", commas)
        #expect(expected.codes == Array(repeating: nil, count: 6))
        #expect(expected.payloads.last == #""x\r\r\ny""#)
        for rowEnd in Self.rowEnds {
            let input = Array((rows.joined(separator: rowEnd) + rowEnd).utf8)
            for chunk in [1, 7, .max] {
                let seen = read(input, commas, chunk: { chunk })
                #expect(seen.refusal == nil)
                #expect(seen.payloads == expected.payloads)
                #expect(seen.records.map(\.bytes) == expected.records.map(\.bytes))
                #expect(seen.records.map(\.hash) == expected.records.map(\.hash))
                #expect(seen.lines == expected.lines && seen.line == expected.line)
                #expect(seen.csvHeader == Array((rows[0] + rowEnd).utf8))
                #expect(seen.ignoredMembers == 0)
            }
        }
    }

    @Test("A quoted last name of a CSV header may be followed by CR CR LF")
    func quotedHeader() {
        let seen = read("appId,event_type,\"payload\"\r\r\na,e,{}\r\r\n\r\r\nb,e,{}", commas)
        #expect(seen.payloads == ["{}", "{}"])
        #expect(seen.lines == [2, 4])
        #expect(seen.blankLines == 1)
    }

    @Test("Three carriage returns before a line feed do not all belong to the end of a CSV row")
    func three() {
        let seen = read("appId,event_type,payload\na,e,x\r\r\r\na,e,\"x\"\r\r\r\nb,e,\n", commas)
        #expect(seen.codes == [nil, .csvQuote, nil])
        #expect(seen.payloads.first == #""x\r""#)
        #expect(seen.records.map(\.length) == [6, 8, 4])
    }

    @Test(
        "A row end does not count towards the size limit of a CSV row",
        arguments: rowEnds, [1, 7, Int.max])
    func sizeLimit(rowEnd: String, chunk: Int) {
        let options = ReaderOptions { $0.maxRecordBytes = 30 }
        let fits = "a,e," + String(repeating: "x", count: 26)
        for (row, code) in [
            (fits, nil), (fits + "x", .recordTooLarge),
            (fits + String(repeating: "x", count: 500), .recordTooLarge),
        ] as [(String, RecordProblem.Code?)] {
            let input = "appId,event_type,payload\n" + row + rowEnd + "b,e,\n"
            let seen = read(Array(input.utf8), commas, options, chunk: { chunk })
            #expect(seen.codes == [code, nil])
            #expect(seen.records.first?.length == UInt64(row.utf8.count))
            #expect(seen.lines == [2, 3])
        }
    }

    @Test("An unclosed quote ends before any row end", arguments: rowEnds)
    func unclosed(rowEnd: String) {
        let seen = read("appId,event_type,payload\na,e,\"x" + rowEnd + "b,e,", commas)
        #expect(seen.codes == [.csvUnclosedQuote, nil])
        #expect(seen.records.first?.length == 6)
    }

    @Test(
        "A row end at the size limit is one line end where CR ends rows",
        arguments: ["\r", "\r\n", "\n"], [1, 7, Int.max])
    func returnsAtTheLimit(rowEnd: String, chunk: Int) {
        let options = ReaderOptions { $0.maxRecordBytes = 30 }
        for length in 24...36 {
            for start in ["a,e,", "a,e,\""] {
                let row = start + String(repeating: "x", count: length - start.utf8.count)
                let input = "appId,event_type,payload\r" + row + rowEnd + "b,e,\r"
                let seen = read(Array(input.utf8), commas, options, chunk: { chunk })
                #expect(seen.lines == [2, 3] && seen.blankLines == 0, "\(length)")
                #expect(seen.records.first?.length == UInt64(length))
            }
        }
    }
}
