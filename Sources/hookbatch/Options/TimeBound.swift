import Time

/// A bound in time: a day, a time in UTC, or a duration before now.
enum TimeBound: Hashable, Sendable {
    /// RFC 3339 in UTC with milliseconds; the texts sort like the times.
    case at(String)
    case ago(Duration)

    /// Reads `2026-03-01`, `2026-03-01T12:00:00Z`, `2026-03-01T12:00:00.250Z` and `2h`.
    init?(text: String) {
        if let duration = Duration(text: text) {
            self = .ago(duration)
            return
        }
        let pattern = Array("0000-00-00T00:00:00.000Z".utf8)
        var full = Array(text.utf8)
        switch full.count {
        case 10: full += "T00:00:00.000Z".utf8
        case 20 where full[19] == UInt8(ascii: "Z"): full[19...] = ArraySlice(".000Z".utf8)
        case 24: break
        default: return nil
        }
        for (byte, expected) in zip(full, pattern) {
            let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
            guard expected == UInt8(ascii: "0") ? isDigit : byte == expected else { return nil }
        }
        func number(_ range: Range<Int>) -> Int {
            full[range].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }
        guard (1...12).contains(number(5..<7)), (1...31).contains(number(8..<10)),
            number(11..<13) < 24, number(14..<16) < 60, number(17..<19) < 60
        else { return nil }
        self = .at(String(decoding: full, as: UTF8.self))
    }

    /// The time as text, `now` in nanoseconds since 1970.
    func rfc3339(now: Int64) -> String {
        switch self {
        case .at(let text): text
        case .ago(let duration):
            Timestamp(nanoseconds: max(0, now - duration.inNanoseconds)).rfc3339
        }
    }
}
