import Records
import TestSupport
import Testing

@Suite("Size limits")
struct SizeLimitTests {
    @Test(
        "A record of exactly the size limit is valid, one byte more is not",
        arguments: ["\n", "\r\n", ""])
    func boundary(terminator: String) {
        let line = event()
        for (limit, code) in [(line.utf8.count, nil), (line.utf8.count - 1, .recordTooLarge)]
            as [(Int, RecordProblem.Code?)]
        {
            let options = ReaderOptions { $0.maxRecordBytes = limit }
            for chunk in [1, 7, Int.max] {
                let seen = read(Array((line + terminator).utf8), .ndjson, options, chunk: { chunk })
                #expect(seen.codes == [code])
                #expect(seen.records.first?.length == UInt64(line.utf8.count))
                #expect((seen.records.first?.bytes == nil) == (code != nil))
            }
        }
    }

    @Test("A record over the size limit is skipped, with its length and a hash up to the limit")
    func tooLarge() throws {
        let long = event(payload: "\"" + String(repeating: "x", count: 300_000) + "\"")
        let options = ReaderOptions { $0.maxRecordBytes = 1000 }
        let seen = read(event() + "\n" + long + "\r\n" + event() + "\n", .ndjson, options)
        #expect(seen.codes == [nil, .recordTooLarge, nil])
        #expect(seen.lines == [1, 2, 3])
        let record = try #require(seen.records.dropFirst().first)
        #expect(record.length == UInt64(long.utf8.count))
        #expect(record.hash == Array(long.utf8.prefix(1000)).withUnsafeBytes { XXH64.hash($0) })
        #expect(record.bytes == nil && record.appID == nil)
    }

    @Test("An endless line is read in constant memory", arguments: [InputFormat.ndjson, commas])
    func endless(format: InputFormat) {
        let options = ReaderOptions {
            $0.maxRecordBytes = 100_000
            $0.bufferBytes = 128 << 10
            $0.hasHeader = false
        }
        var reader = RecordReader(format: format, options: options)
        var left = 2000
        var records = 0
        reading: while true {
            switch reader.next() {
            case .needsInput:
                reader.fill { space in
                    guard left > 0 else { return 0 }
                    left -= 1
                    space.initializeMemory(as: UInt8.self, repeating: UInt8(ascii: "x"))
                    return space.count
                }
                #expect(reader.bufferCapacity <= 100_000 + 3 + 128 << 10)
            case .record:
                records += 1
                #expect(reader.record.problem?.code == .recordTooLarge)
                #expect(reader.record.length == reader.bytesRead)
            case .end: break reading
            case .refused: Issue.record("refused")
            }
        }
        #expect(records == 1)
        #expect(reader.bytesRead > 100 << 20)
    }

    @Test("The read buffer grows only for a long record, within its limit, and shrinks again")
    func growth() {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        let normal = 128 << 10
        let options = ReaderOptions {
            $0.maxRecordBytes = 1 << 20
            $0.bufferBytes = normal
        }
        var reader = RecordReader(format: .ndjson, options: options)
        var input: [UInt8] = []
        for _ in 0..<12 {
            let size = choices.pick([10, 10, 140_000, 700_000, 1_000_000, 3_000_000])
            input +=
                Array(event(payload: "\"" + String(repeating: "x", count: size) + "\"").utf8) + [10]
        }
        for _ in 0..<2000 { input += Array(event().utf8) + [10] }
        var given = 0
        var valid = 0
        reading: while true {
            switch reader.next() {
            case .needsInput:
                reader.fill { space in
                    #expect(space.count >= 64 << 10, "seed \(seed)")
                    let count = min(4096, input.count - given)
                    space.copyBytes(from: input[given..<given + count])
                    given += count
                    return count
                }
                #expect(reader.bufferCapacity <= 1 << 20 + 3 + normal, "seed \(seed)")
            case .record: if reader.record.problem == nil { valid += 1 }
            case .end: break reading
            case .refused: Issue.record("refused")
            }
        }
        #expect(valid >= 2000)
        #expect(reader.bufferCapacity == normal, "seed \(seed)")
    }

    @Test("A quoted field open at the size limit invalidates only its first line")
    func openQuoteAtLimit() {
        let options = ReaderOptions { $0.maxRecordBytes = 100 }
        let filler = String(repeating: "b,e,\n", count: 50)
        let seen = read("appId,event_type,payload\na,e,\"open\n" + filler, commas, options)
        #expect(seen.codes == [.csvUnclosedQuote] + Array(repeating: nil, count: 50))
        #expect(seen.records.first?.length == 9)
    }

    @Test("An open quote in a line over the size limit gives one record that is too large")
    func longOpenQuote() {
        let options = ReaderOptions { $0.maxRecordBytes = 100 }
        let long = "a,e,\"" + String(repeating: "x", count: 5000)
        let seen = read("appId,event_type,payload\n" + long + "\nb,e,\n", commas, options)
        #expect(seen.codes == [.recordTooLarge, nil])
        #expect(seen.records.first?.length == UInt64(long.utf8.count))
    }

    @Test("A CSV header over the size limit is refused")
    func longHeader() {
        let options = ReaderOptions { $0.maxRecordBytes = 10 }
        let seen = read("appId,event_type,payload\n", commas, options)
        guard case .malformedHeader(let problem) = seen.refusal else {
            Issue.record("not refused")
            return
        }
        #expect(problem.code == .recordTooLarge)
    }
}
