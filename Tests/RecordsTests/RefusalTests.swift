import Records
import Testing

@Suite("Input refusals and formats")
struct RefusalTests {
    @Test(
        "An input in UTF-16 or UTF-32 is refused, with or without a byte-order mark",
        arguments: [
            ([0xFF, 0xFE, 0x7B, 0x00], .utf16LittleEndian),
            ([0xFE, 0xFF, 0x00, 0x7B], .utf16BigEndian),
            ([0xFF, 0xFE, 0x00, 0x00], .utf32LittleEndian),
            ([0x00, 0x00, 0xFE, 0xFF], .utf32BigEndian),
            ([0x7B, 0x00, 0x22, 0x00], .utf16LittleEndian),
            ([0x00, 0x7B, 0x00, 0x22], .utf16BigEndian),
            ([0x7B, 0x00, 0x00, 0x00], .utf32LittleEndian),
            ([0x00, 0x00, 0x00, 0x7B], .utf32BigEndian),
            ([0xFF, 0xFE], .utf16LittleEndian),
        ] as [([UInt8], TextEncoding)])
    func encodings(bytes: [UInt8], encoding: TextEncoding) {
        for format in [.ndjson, commas] {
            let seen = read(bytes, format, chunk: { 1 })
            #expect(seen.refusal == .encoding(encoding))
            #expect(seen.refusal?.message.contains(encoding.rawValue) == true)
        }
    }

    @Test("A compressed input is refused, and the message has the remedy", arguments: [2, 4, 10])
    func compressed(count: Int) {
        let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
        for format in [.ndjson, commas] {
            let seen = read(Array(header.prefix(count)), format, chunk: { 1 })
            #expect(seen.refusal == .compressed)
            #expect(seen.refusal?.message.contains("gunzip") == true)
        }
    }

    /// The first header of a tar archive with one file.
    private static func tarHeader(_ name: String, magic: String = "ustar") -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        header.replaceSubrange(0..<name.utf8.count, with: name.utf8)
        header.replaceSubrange(257..<262, with: magic.utf8)
        return header
    }

    @Test("A tar archive is refused, whatever the format is taken for", arguments: ["a", "in.csv"])
    func tar(name: String) {
        for format in [.ndjson, commas] {
            for chunk in [1, 100, .max] {
                let seen = read(Self.tarHeader(name), format, chunk: { chunk })
                #expect(seen.refusal == .tarArchive && seen.records.isEmpty)
                #expect(seen.refusal?.message.contains("tar -xf FILE") == true)
            }
        }
    }

    @Test("Zeros after the first bytes do not make an input a tar archive")
    func notTar() {
        for chunk in [1, .max] {
            let other = read(Self.tarHeader("abcde", magic: "other"), .ndjson, chunk: { chunk })
            #expect(other.codes == [.notJSON])
            let short = read(Array("abcde\0\0\0\0".utf8), .ndjson, chunk: { chunk })
            #expect(short.codes == [.notJSON])
        }
        // The input decides at once, without the bytes that may follow.
        var reader = RecordReader(format: .ndjson)
        let line = Array("abc\0def\n".utf8)
        reader.fill {
            $0.copyBytes(from: line); return line.count
        }
        guard case .record = reader.next() else {
            Issue.record("no record")
            return
        }
    }

    @Test("A UTF-8 byte-order mark is skipped, but counts in offsets")
    func mark() {
        let seen = read("\u{FEFF}" + event())
        #expect(seen.codes == [nil])
        #expect(seen.records.first?.offset == 3)
    }

    @Test("Zero bytes at the start of a UTF-8 file invalidate only their line")
    func zeros() {
        let seen = read([0, 0, 0, 0, 10] + Array(event().utf8))
        #expect(seen.codes == [.invalidJSON, nil])
    }

    @Test(
        "An empty input has no records, but is not refused",
        arguments: ["", "\n", "\u{FEFF}", "\r\n\n", "  "])
    func empty(input: String) {
        for format in [.ndjson, commas] {
            #expect(read(input, format).records.isEmpty)
            #expect(read(input, format).refusal == nil)
        }
    }

    @Test(
        "NDJSON that begins with a JSON array is refused, and the message has the remedy",
        arguments: [
            "[\n{},\n{}\n]\n", "[{}]", "\n \r\n\t[\n", "\u{FEFF}[", "[]\n" + event(),
            "  [" + String(repeating: " ", count: 300),
        ])
    func array(input: String) {
        let options = ReaderOptions { $0.maxRecordBytes = 200 }
        let mapped = ReaderOptions {
            $0.maxRecordBytes = 200
            $0.mapping.payload = .pointer([])
        }
        for options in [options, mapped] {
            for chunk in [1, 7, .max] {
                let seen = read(Array(input.utf8), .ndjson, options, chunk: { chunk })
                #expect(seen.refusal == .jsonArray && seen.records.isEmpty)
                #expect(seen.refusal?.message.contains("use --format json") == true)
            }
        }
    }

    @Test("A JSON array after the first line of NDJSON is an invalid line")
    func laterArray() {
        let seen = read("{}\n[]\n[\n" + event())
        #expect(seen.refusal == nil)
        #expect(seen.codes == [.missingAppID, .notAnObject, .invalidJSON, nil])
    }

    @Test("A CSV header without a required column is refused, with its columns and the remedy")
    func missing() throws {
        let refusal = try #require(read("app_id;event_type\na;e\n", commas).refusal)
        #expect(refusal == .missingColumns(["appId", "event_type"], found: ["app_id;event_type"]))
        for part in ["'appId', 'event_type'", "'app_id;event_type'", "--no-header", "--delimiter"] {
            #expect(refusal.message.contains(part))
        }
    }

    @Test("A column that a flag names and the CSV header lacks is to be corrected in the flag")
    func missingNamed() throws {
        let key = ReaderOptions { $0.idempotencyKeyFrom = ["id"] }
        let missing = try #require(read("appId,event_type\n", commas, key).refusal)
        #expect(missing == .missingKeyColumn("id", found: ["appId", "event_type"]))
        #expect(
            missing.message == "the CSV header has no column 'id' (found: 'appId', 'event_type');"
                + " correct the name in --idempotency-key-from")
        let mapped = ReaderOptions { $0.mapping.appID = .pointer(["Customer"]) }
        #expect(
            read("customer,event_type\n", commas, mapped).refusal?.message
                == "the CSV header has no column 'Customer' (found: 'customer', 'event_type');"
                + " correct 'Customer' in --map")
        #expect(
            read("customer,kind\n", commas, mapped).refusal?.message
                == "the CSV header has no columns 'Customer', 'event_type' (found: 'customer', 'kind');"
                + " correct 'Customer' in --map, and name it with --map event_type=COLUMN")
        #expect(
            read("customer,Event_Type\n", commas, mapped).refusal?.message
                == "the CSV header has no columns 'Customer', 'event_type' (found: 'customer',"
                + " 'Event_Type'); correct 'Customer' in --map, and use --map event_type='Event_Type'"
        )
    }

    @Test(
        "A CSV header without a payload, but with a similar name, is refused with the --map for it",
        arguments: [
            ("Payload", "'Payload'"), ("PAYLOAD", "'PAYLOAD'"),
            ("\u{200B}payload", #"$'\xe2\x80\x8bpayload'"#),
            ("pay\u{AD}load", #"$'pay\xc2\xadload'"#), ("payload\u{A0}", #"$'payload\xc2\xa0'"#),
            ("\u{FEFF}Payload", #"$'\xef\xbb\xbfPayload'"#),
            ("\u{2003}pay\u{200C}l\u{200D}oad", #"$'\xe2\x80\x83pay\xe2\x80\x8cl\xe2\x80\x8doad'"#),
        ])
    func similarPayload(name: String, word: String) throws {
        let refusal = try #require(read("appId,event_type,\(name)\na,e,{}\n", commas).refusal)
        #expect(
            refusal
                == .missingColumns(
                    ["payload"], found: ["appId", "event_type", name], similar: ["payload": name]))
        #expect(refusal.message.hasSuffix("; use --map payload=\(word)"), "\(refusal.message)")
        let mapped = ReaderOptions { $0.mapping.payload = .pointer([name]) }
        #expect(read("appId,event_type,\(name)\na,e,{}\n", commas, mapped).payloads == ["{}"])
    }

    @Test("A similar name with a control character is to be renamed, because --map refuses it")
    func similarWithTab() {
        let refusal = read("appId,event_type,payload\u{B}\na,e,{}\n", commas).refusal
        #expect(refusal?.message.hasSuffix(#"; rename 'payload\u{b}' to 'payload'"#) == true)
    }

    @Test("The refusal of a CSV header names the columns similar to the required ones")
    func similarRequired() throws {
        let both = try #require(read("appid,Event_Type,Payload\n", commas).refusal)
        #expect(
            both.message.hasSuffix(
                "; use --map appId='appid' --map event_type='Event_Type' --map payload='Payload'"))
        let one = try #require(read("tenant,Event_Type\n", commas).refusal)
        #expect(
            one.message.hasSuffix(
                "; use --map event_type='Event_Type', and map the other columns with --map too"))
    }

    @Test(
        "A CSV header without a similar name for the payload is allowed",
        arguments: ["", ",payloads", ",pay load", ",payload,Payload", ",body", ",P\u{E4}yload"])
    func noSimilar(names: String) {
        let cells = String(repeating: ",{}", count: names.utf8.count { $0 == UInt8(ascii: ",") })
        let seen = read("appId,event_type\(names)\na,e\(cells)\n", commas)
        #expect(seen.refusal == nil && seen.codes == [nil])
    }

    @Test("A column that is used for another field is not compared with the payload's name")
    func usedSimilar() {
        let options = ReaderOptions { $0.idempotencyKeyFrom = ["Payload"] }
        #expect(read("appId,event_type,Payload\na,e,k\n", commas, options).codes == [nil])
    }

    @Test("A CSV header is refused for a duplicate required column only")
    func duplicates() {
        #expect(read("appId,event_type,appId\n", commas).refusal == .duplicateColumn("appId"))
        #expect(read("x,appId,event_type,x\n,a,e,\n", commas).codes == [nil])
    }

    @Test(
        "A malformed CSV header is refused",
        arguments: ["appId,\"event_type\nx", "a\"b\n", "appId,\"e\"x\n"])
    func malformed(header: String) {
        guard case .malformedHeader = read(header, commas).refusal else {
            Issue.record("not refused")
            return
        }
    }

    @Test("The names of a CSV header are escaped and truncated in messages")
    func hostileNames() throws {
        let names =
            "\u{1B}[2J\u{202E}x," + String(repeating: "n", count: 5000)
            + String(repeating: ",c", count: 5000)
        let message = try #require(read(names + "\n", commas).refusal?.message)
        #expect(!message.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
        #expect(message.utf8.count < 2000)
        let many = String(repeating: ",", count: 3_000_000)
        guard case .missingColumns(_, let found, _) = read(many + "\n", commas).refusal else {
            Issue.record("not refused")
            return
        }
        #expect(found.count < 30)
    }

    @Test("A refused input stays refused")
    func permanent() {
        var reader = RecordReader(format: commas)
        reader.fill {
            $0.copyBytes(from: "x\ny\n".utf8); return 4
        }
        for _ in 0..<2 {
            guard case .refused = reader.next() else {
                Issue.record("not refused")
                return
            }
        }
    }

    private static let auto = InputFormat.csv(CSVDialect())

    @Test(
        "The input format follows from the extension and the first line",
        arguments: [
            ("a.ndjson", "x", .ndjson), ("a.JSONL", "", .ndjson), ("b/a.json", "a,b", .ndjson),
            ("a.csv", "{", auto), ("a.tsv", "{", .csv(delimiter: 9)), ("-", " \n{}\n", .ndjson),
            ("a.log", "\u{FEFF}{}\n", .ndjson), ("x.csv/y", "{}\n", .ndjson),
            ("a", "appId", auto),
            ("-", "", nil), ("a.txt", " \n", nil), ("a.csv.gz", "{", auto),
            ("a.NDJSON.GZ", "x", .ndjson), ("a.tsv.gz", "", .csv(delimiter: 9)),
            ("a.csv.zst", "{", auto), ("a.NDJSON.ZST", "x", .ndjson),
            ("a.gz", "{}\n", .ndjson), (".gz", "x", auto),
            // JSON that is not one record a line.
            ("a.json", " \n[{", .json), ("a.ndjson", "[ \n", .json), ("-", "\u{FEFF}[\"", .json),
            ("a.log", "[1,\n", .json), ("a.log", "[]", .json), ("a.log", "[[", .json),
            // Text in brackets.
            ("a.ndjson", "[2026-11-29] x\n{}\n", .ndjson), ("a.log", "[INFO] x\n", auto),
            ("a.json", "[1] \n", .json), ("a.log", "[1 x\n", auto),
            ("a", "{\n", .json), ("a.json", "{\"a\":\r\n1}", .json), ("a.json.gz", "{}{", .json),
            ("-", "{} [", .json), ("a.csv", "[", auto), ("a.json", "{\"a\":1} \r\n{", .ndjson),
            ("a.ndjson", "{\n", .ndjson), ("a.rejected.json", "", .json),
            ("a.unknown.JSON.gz", "{}\n{}\n", .json),
            // A line with an error, or one that was cut off.
            ("a.json", "{\"a\":1,}\n{", .ndjson), ("a.json", "{\"a\":\"b\n{", .ndjson),
            ("a.json", "{},\n{},\n", .ndjson),
            // A JSON text sequence.
            ("a.json-seq", "\u{1E}{}\n", .ndjson), ("-", "\u{1E}{\n", .json),
            // Undecided.
            ("a.json", "{\"a\":1}", nil), ("a.json", "{\"a\":1} ", nil), ("-", "{\"a\":", nil),
            ("a.json", " \n", nil), ("a.log", "[", nil), ("a.ndjson", "[2026-11", nil),
        ] as [(String, String, InputFormat?)])
    func detection(path: String, first: String, format: InputFormat?) {
        #expect(InputFormat.detect(path: path, firstBytes: Array(first.utf8)) == format)
        let final = InputFormat.detect(
            path: path, firstBytes: Array(first.utf8), isFinal: true)
        #expect(final == (first.hasPrefix("[") ? format ?? .json : format))
    }
}
