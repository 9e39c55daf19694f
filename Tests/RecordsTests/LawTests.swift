import Records
import TestSupport
import Testing

@Suite("Laws of reading")
struct LawTests {
    @Test(
        "Any split of the input into reads gives the same records",
        arguments: ["ndjson", "csv", "soup"])
    func splits(kind: String) {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        for round in 0..<60 {
            let input: [UInt8]
            switch kind {
            case "ndjson": input = (0..<20).flatMap { _ in choices.line() }
            case "csv":
                input = Array("appId,event_type,payload\na,e,x\n".utf8) + choices.csvSoup(count: 80)
            default: input = choices.csvSoup(count: 80)
            }
            let format: InputFormat = kind == "ndjson" ? .ndjson : commas
            let options = ReaderOptions {
                $0.hasHeader = kind != "soup"
                $0.payload = choices.pick([.any, .objectOrString])
                $0.maxRecordBytes = choices.pick(
                    kind == "csv" ? [8 << 20, 100, 30] : [8 << 20, 100, 30, 5, 1])
                $0.idempotencyKeyFrom = choices.pick([nil, ["appId"], ["payload", "a"]])
            }
            _ = readInPieces(
                input, format, options, using: &choices, "seed \(seed), round \(round)")
        }
    }

    @Test("Detaching the memory of records changes none of them", arguments: [true, false])
    func detached(isCSV: Bool) {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        for round in 0..<40 {
            let input =
                isCSV ? choices.csvSoup(count: 200) : (0..<40).flatMap { _ in choices.line() }
            let options = ReaderOptions {
                $0.hasHeader = false
                $0.payload = .any
                $0.csvPayload = choices.pick([.auto, .text])
                $0.largePayloadBytes = choices.pick([0, 10, .max])
            }
            let format = isCSV ? commas : InputFormat.ndjson
            var kept: [DetachedRecord] = []
            var generator = choices
            let seen = read(
                input, format, options, chunk: { choices.below(100) + 1 },
                onRecord: { reader, change in
                    guard generator.below(3) == 0 else { return }
                    kept.append(DetachedRecord(&reader, change))
                })
            #expect(
                seen == read(input, format, options), "seed \(seed), round \(round)")
            for kept in kept {
                let record = seen.records[kept.index]
                #expect(
                    kept.payload == record.payload && kept.restored() == record.bytes,
                    "seed \(seed), round \(round)")
            }
        }
    }

    @Test("Records cover the input in order, without overlap, each with its own line")
    func coverage() {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        for round in 0..<100 {
            let isCSV = choices.below(2) == 0
            let input =
                isCSV ? choices.csvSoup(count: 100) : (0..<20).flatMap { _ in choices.line() }
            let options = ReaderOptions {
                $0.hasHeader = false
                $0.maxRecordBytes = choices.pick([8 << 20, 60, 4])
            }
            let seen = read(input, isCSV ? commas : .ndjson, options)
            guard seen.refusal == nil else { continue }
            var covered = Array(repeating: false, count: input.count)
            // The first line decides whether a CR alone ends a line of CSV.
            let lines = [false, true].map { endsInReturn in
                seen.records.map { lineNumber(in: input, at: Int($0.offset), endsInReturn) }
            }
            #expect(
                lines.contains(seen.records.map(\.line)), "seed \(seed), round \(round)")
            for (index, record) in seen.records.enumerated() {
                let range = Int(record.offset)..<Int(record.offset + record.length)
                #expect(record.ordinal == UInt64(index + 1))
                #expect(record.bytes == nil || record.bytes == Array(input[range]))
                let kept = input[range].prefix(options.maxRecordBytes)
                #expect(record.hash == Array(kept).withUnsafeBytes { XXH64.hash($0) })
                for byte in range {
                    #expect(!covered[byte], "seed \(seed), round \(round)")
                    covered[byte] = true
                }
            }
            let lost = input.indices.filter {
                !covered[$0] && ![9, 10, 13, 32].contains(input[$0])
            }
            let mark = input.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            #expect(lost.allSatisfy { $0 < mark }, "seed \(seed), round \(round)")
        }
    }

    @Test("The CSV reader agrees with the reference reader")
    func referenceCSV() {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        let text = ReaderOptions {
            $0.csvPayload = .text
            $0.computesHashes = false
        }
        for round in 0..<2000 {
            let input =
                Array("appId,event_type,payload\na,e,x\n".utf8)
                + choices.csvSoup(count: choices.below(60))
            let rows = ReferenceCSV.rows(of: input).dropFirst()
            let seen = read(input, commas, text)
            #expect(seen.records.count == rows.count, "seed \(seed), round \(round)")
            for (record, row) in zip(seen.records, rows) {
                let place = "seed \(seed), round \(round), line \(row.line)"
                #expect(Int(record.line) == row.line, "\(place)")
                #expect(Int(record.offset) == row.offset, "\(place)")
                #expect(Int(record.length) == row.length, "\(place)")
                let code = row.code ?? (row.fields.count == 3 ? nil : .csvColumns)
                if code != nil { #expect(record.code == code, "\(place)") }
                guard code == nil else { continue }
                #expect(record.payload == literal(row.fields[2]), "\(place)")
                if let appID = record.appID {
                    #expect(Array(appID.utf8) == row.fields[0], "\(place)")
                }
                if let type = record.eventType {
                    #expect(type == literal(row.fields[1]), "\(place)")
                }
            }
        }
    }

    @Test("The JSON validator agrees with the reference validator on damaged documents")
    func referenceJSON() {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        var accepted = 0
        for round in 0..<8000 {
            var bytes = Array(choices.json().utf8)
            if choices.below(4) > 0 { choices.mutate(&bytes) }
            let expected = ReferenceJSON.accepts(bytes)
            if expected { accepted += 1 }
            #expect(
                bytes.withUnsafeBytes(JSONDocument.isValid) == expected,
                "seed \(seed), round \(round): \(String(decoding: bytes, as: UTF8.self))")
        }
        #expect(accepted > 2000 && accepted < 7500)
    }

    @Test("A line has a JSON problem only if the reference validator rejects it")
    func referenceLines() {
        var choices = SeededGenerator.fromEnvironment()
        let seed = choices.seed
        for round in 0..<2000 {
            let line = Array(choices.line().prefix { $0 != 10 && $0 != 13 })
            guard let record = read(line).records.first else { continue }
            let isJSON = ![.invalidJSON, .notJSON, .invalidUTF8, .tooDeep]
                .contains(record.code)
            #expect(isJSON == ReferenceJSON.accepts(line), "seed \(seed), round \(round)")
        }
    }
}

/// Reads an input at once, and expects the same from reading it byte by byte and in random pieces.
func readInPieces(
    _ input: [UInt8], _ format: InputFormat, _ options: ReaderOptions,
    using choices: inout SeededGenerator, _ place: String
) -> Readout {
    let whole = read(input, format, options)
    #expect(whole == read(input, format, options, chunk: { 1 }), "one byte at a time: \(place)")
    #expect(
        whole == read(input, format, options, chunk: { choices.below(40) + 1 }), "\(place)")
    return whole
}

/// The JSON string literal of a text.
func literal(_ text: [UInt8]) -> String {
    var output: [UInt8] = []
    text.withUnsafeBytes { JSONString.appendLiteral(of: $0, to: &output) }
    return String(decoding: output, as: UTF8.self)
}

/// The physical line at an offset, from 1.
///
/// - Parameter endsInReturn: Whether CR, LF and CR LF each end a line; otherwise LF does.
private func lineNumber(in input: [UInt8], at offset: Int, _ endsInReturn: Bool) -> UInt64 {
    var line: UInt64 = 1
    for i in 0..<offset {
        let isPair = input[i] == 13 && i + 1 < input.count && input[i + 1] == 10
        if input[i] == 10 || endsInReturn && input[i] == 13 && !isPair { line += 1 }
    }
    return line
}
