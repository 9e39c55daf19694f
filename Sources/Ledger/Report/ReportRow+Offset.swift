import Delivery
import Records

extension ReportRow {
    /// The offset of the record or its problem by the row's detail; nil without one.
    ///
    /// The detail of a JSON input's record begins with it, and the sentence about an invalid record
    /// ends with it. It orders the records of one line.
    package var recordOffset: UInt64? {
        guard let detail = fields.detail else { return nil }
        let text = bytes[detail].dropFirst().dropLast()
        let words = "at byte ".utf8
        if text.starts(with: words) {
            let digits = text.dropFirst(words.count).prefix { Self.isDigit($0) }
            return UInt64(String(decoding: digits, as: UTF8.self))
        }
        guard fields.outcome == .invalid else { return nil }
        let digits = text.suffix(20).reversed().prefix { Self.isDigit($0) }
        guard !digits.isEmpty, text.dropLast(digits.count).suffix(words.count).elementsEqual(words)
        else { return nil }
        return UInt64(String(decoding: digits.reversed(), as: UTF8.self))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 <= 9 }
}
