import HTTP
import Testing

/// The pieces in which an answer arrives never matter.
@Suite("Answers in pieces")
struct AnswerSplitTests {
    static let texts = AnswerCase.accepted.map(\.text) + AnswerCase.refused.map(\.1)
    static let limits = [
        AnswerLimits(), AnswerLimits(headBytes: 60, bodyKeptBytes: 3, bodyReadBytes: 6),
    ]

    @Test("every split of an answer in two gives the same as the whole", arguments: texts, limits)
    func everySplit(_ text: String, _ limits: AnswerLimits) {
        let bytes = Array(wire(text).utf8)
        for closes in [false, true] {
            let whole = AnswerReading(bytes, closes: closes, limits: limits)
            for cut in 0...bytes.count {
                var parser = AnswerParser(limits: limits)
                let split = AnswerReading(
                    [bytes[..<cut], bytes[cut...]], closes: closes, with: &parser)
                #expect(split == whole, "cut at \(cut)")
            }
        }
    }

    @Test("byte by byte gives the same as the whole", arguments: texts, limits)
    func byteByByte(_ text: String, _ limits: AnswerLimits) {
        let bytes = Array(wire(text).utf8)
        for closes in [false, true] {
            var parser = AnswerParser(limits: limits)
            let single = AnswerReading(
                bytes.indices.map { bytes[$0...$0] }, closes: closes, with: &parser)
            #expect(single == AnswerReading(bytes, closes: closes, limits: limits))
        }
    }
}
