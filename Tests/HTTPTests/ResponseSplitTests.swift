import HTTP
import Testing

/// The pieces in which a response arrives never matter.
@Suite("Responses in pieces")
struct ResponseSplitTests {
    static let texts = ResponseCase.accepted.map(\.text) + ResponseCase.refused.map(\.1)
    static let limits = [
        ResponseLimits(), ResponseLimits(headBytes: 60, bodyKeptBytes: 3, bodyReadBytes: 6),
    ]

    @Test("A response split in two is read like the whole response", arguments: texts, limits)
    func everySplit(_ text: String, _ limits: ResponseLimits) {
        let bytes = Array(wire(text).utf8)
        for closes in [false, true] {
            let whole = ResponseReading(bytes, closes: closes, limits: limits)
            for cut in 0...bytes.count {
                var parser = ResponseParser(limits: limits)
                let split = ResponseReading(
                    [bytes[..<cut], bytes[cut...]], closes: closes, with: &parser)
                #expect(split == whole, "cut at \(cut)")
            }
        }
    }

    @Test(
        "A response that arrives byte by byte is read like the whole response", arguments: texts,
        limits)
    func byteByByte(_ text: String, _ limits: ResponseLimits) {
        let bytes = Array(wire(text).utf8)
        for closes in [false, true] {
            var parser = ResponseParser(limits: limits)
            let single = ResponseReading(
                bytes.indices.map { bytes[$0...$0] }, closes: closes, with: &parser)
            #expect(single == ResponseReading(bytes, closes: closes, limits: limits))
        }
    }

    @Test("Earlier responses on a connection do not affect the next", arguments: limits)
    func afterAnother(_ limits: ResponseLimits) {
        let answers = Self.texts.map { Array(wire($0).utf8) }
        // The same head again, with other bytes after it, and another head of its length.
        let variants = answers.flatMap { bytes in
            [bytes, bytes + [0x30], bytes.map { $0 == 0x31 ? 0x32 : $0 }]
        }
        for former in answers {
            var parser = ResponseParser(limits: limits)
            for bytes in variants {
                for before in [former, bytes] {
                    parser.reset()
                    _ = ResponseReading([before[...]], with: &parser)
                    parser.reset()
                    let reading = ResponseReading([bytes[...]], closes: true, with: &parser)
                    guard reading == ResponseReading(bytes, closes: true, limits: limits) else {
                        let text = String(decoding: before, as: UTF8.self)
                        Issue.record("\(String(decoding: bytes, as: UTF8.self)) after \(text)")
                        return
                    }
                }
                for cut in stride(from: 0, to: bytes.count, by: 5) {
                    parser.reset()
                    let reading = ResponseReading(
                        [bytes[..<cut], bytes[cut...]], closes: true, with: &parser)
                    #expect(reading == ResponseReading(bytes, closes: true, limits: limits))
                }
            }
        }
    }
}
