import TestSupport

/// The input of a job, and its number of records.
///
/// It repeats a block that is generated once: a debug build generates records slowly.
struct JobInput {
    var bytes: [UInt8]
    var lines: Int
    var isCSV: Bool
    /// Whether the input comes through a pipe and can't be read again.
    var isPiped = false

    init(_ bytes: [UInt8], lines: Int, isCSV: Bool = false) {
        self.bytes = bytes
        self.lines = lines
        self.isCSV = isCSV
    }

    /// Creates an input of `head` and `lines` records.
    ///
    /// One record is the first of `block`; more are repetitions of the whole block.
    init(_ lines: Int, head: [UInt8], block: [UInt8]) {
        self.init(head, lines: lines, isCSV: !head.isEmpty)
        guard lines > 1 else {
            bytes += block[...(block.firstIndex(of: UInt8(ascii: "\n")) ?? 0)]
            return
        }
        precondition(lines.isMultiple(of: Self.blockLines), "an input is made of whole blocks")
        bytes.reserveCapacity(head.count + block.count * (lines / Self.blockLines))
        for _ in 0..<lines / Self.blockLines { bytes += block }
    }

    static let blockLines = 500

    /// Records of 20 applications with payloads of about 200 bytes, the same in every run.
    private static let events = Events(count: blockLines, payloadBytes: 200)

    static let ndjson: [UInt8] = {
        var generator = SeededGenerator(seed: 1)
        return events.ndjson(using: &generator)
    }()

    static let head = [UInt8]("appId,event_type,payload\r\n".utf8)

    static let csv: [UInt8] = {
        var generator = SeededGenerator(seed: 1)
        return Array(events.csv(using: &generator).dropFirst(head.count))
    }()

    static let flatHead = [UInt8]("appId,event_type,n,json,name,city,note\r\n".utf8)

    /// Rows of about 100 bytes with a cell for each value of the payload.
    static let flatCSV: [UInt8] = (0..<blockLines).flatMap { number in
        let row =
            "app_\(number % 20),t,\(number),\"{\"\"a\"\":[\(number)]}\",\"Zoë \"\"\(number)\"\"\",,"
            + "A note of customer \(number)\r\n"
        return [UInt8](row.utf8)
    }

    /// Returns the shortest valid records.
    static func tiny(lines: Int) -> Self {
        let line = [UInt8](#"{"appId":"a","event_type":"t"}"#.utf8) + [UInt8(ascii: "\n")]
        let block = Array(repeatElement(line, count: blockLines).joined())
        return Self(lines, head: [], block: block)
    }

    /// Returns the records of NDJSON as the elements of one array.
    func asArray() -> Self {
        var text: [UInt8] = [UInt8(ascii: "[")]
        text.reserveCapacity(bytes.count + lines + 2)
        for byte in bytes {
            if byte == UInt8(ascii: "\n") { text.append(UInt8(ascii: ",")) }
            text.append(byte)
        }
        text.removeLast(2)
        text.append(UInt8(ascii: "]"))
        return Self(text, lines: lines)
    }

    /// Returns one record for each of `count` applications.
    static func applications(_ count: Int) -> Self {
        var text = ""
        for number in 0..<count { text += #"{"appId":"app_\#(number)","event_type":"t"}"# + "\n" }
        return Self([UInt8](text.utf8), lines: count)
    }

    /// Returns CSV rows with quoted cells of about `bytes` bytes.
    ///
    /// The cells are JSON, or text that becomes a string.
    static func largeCells(_ bytes: Int, isJSON: Bool, lines: Int) -> Self {
        let piece =
            isJSON
            ? #"{""id"":""evt_1"",""note"":""left, and right"",""n"":1.5},"#
            : #"A line of text, and ""some words"" in it. "#
        let content = String(repeating: piece, count: bytes / piece.utf8.count)
        let cell = isJSON ? #"{""all"":["# + content + "null]}" : content
        let row = [UInt8](("a,t,\"" + cell + "\"\r\n").utf8)
        var input = head
        for _ in 0..<lines { input += row }
        return Self(input, lines: lines, isCSV: true)
    }

    /// Returns records of just under 8 MiB each, the maximum record size.
    static func large(lines: Int) -> Self {
        var bytes: [UInt8] = []
        for _ in 0..<lines {
            bytes += #"{"appId":"a","event_type":"t","payload":""#.utf8
            bytes += [UInt8](repeating: UInt8(ascii: "x"), count: (8 << 20) - 100)
            bytes += "\"}\n".utf8
        }
        return Self(bytes, lines: lines)
    }
}
