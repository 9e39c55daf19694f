extension Duration {
    /// Reads `30s`, `250ms`, `1.5h`, `1h30m`: numbers with units, from the largest unit to the
    /// smallest, each unit once. Returns nil for other text, including a bare number.
    init?(text: String) {
        let units: [(name: String, nanoseconds: Int64)] = [
            ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000),
            ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000),
        ]
        var rest = text[...].utf8
        var total: Int64 = 0
        var nextUnit = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            guard let number = DecimalNumber.take(from: &rest) else { return nil }
            let name = rest.prefix { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
            rest = rest[name.endIndex...]
            guard
                let unit = units[nextUnit...].firstIndex(where: { name.elementsEqual($0.name.utf8) }
                ),
                let nanoseconds = number.times(units[unit].nanoseconds)
            else { return nil }
            nextUnit = unit + 1
            let (sum, overflow) = total.addingReportingOverflow(nanoseconds)
            if overflow { return nil }
            total = sum
        }
        self = .nanoseconds(total)
    }

    /// The length in nanoseconds, clamped to `Int64` (292 years).
    var inNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow2) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || overflow2 ? (seconds < 0 ? .min : .max) : sum
    }

    /// The length for display: `0.4 s`, `25 s`, `3 min 12 s`, `2 h 5 min`, `3 d 4 h`.
    var shown: String {
        let milliseconds = max(0, inNanoseconds) / 1_000_000
        if milliseconds < 10_000 { return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s" }
        let seconds = milliseconds / 1000
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3600: return "\(seconds / 60) min \(seconds % 60) s"
        case ..<86_400: return "\(seconds / 3600) h \(seconds / 60 % 60) min"
        default: return "\(seconds / 86_400) d \(seconds / 3600 % 24) h"
        }
    }
}

extension Duration {
    /// The shortest text for `init(text:)`, in whole milliseconds.
    var shownExactly: String {
        var rest = max(0, inNanoseconds) / 1_000_000
        var text = ""
        for (name, length) in [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)]
            as [(String, Int64)]
        {
            if rest >= length {
                text += "\(rest / length)\(name)"
                rest %= length
            }
        }
        return text.isEmpty ? "0s" : text
    }
}
