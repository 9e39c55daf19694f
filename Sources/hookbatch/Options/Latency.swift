/// The delay of responses: `50ms`, or `50ms±20ms` (also `50ms+-20ms`).
struct Latency: Hashable, Sendable {
    /// At most one minute.
    var middle: Duration
    /// At most `middle`.
    var spread: Duration

    init?(text: String) {
        let parts: [Substring]
        if let sign = text.firstIndex(of: "±") {
            parts = [text[..<sign], text[text.index(after: sign)...]]
        } else if let sign = text.firstIndex(of: "+") {
            let rest = text[text.index(after: sign)...]
            guard rest.hasPrefix("-") else { return nil }
            parts = [text[..<sign], rest.dropFirst()]
        } else {
            parts = [text[...]]
        }
        guard let middle = Duration(text: String(parts[0])), middle <= .seconds(60) else {
            return nil
        }
        self.middle = middle
        spread = .zero
        if parts.count == 2 {
            guard let spread = Duration(text: String(parts[1])), spread <= middle else {
                return nil
            }
            self.spread = spread
        }
    }

    /// In nanoseconds.
    var range: ClosedRange<Int64> {
        (middle - spread).inNanoseconds...(middle + spread).inNanoseconds
    }

    var shown: String {
        spread == .zero ? middle.shownExactly : "\(middle.shownExactly) ± \(spread.shownExactly)"
    }
}
