/// The rules of a time zone as POSIX writes them: `CET-1CEST,M3.5.0,M10.5.0/3`.
package enum POSIXTimeZone {
    /// Returns whether a text follows the grammar of `TZ` in POSIX, with hours up to 167.
    package static func isValid(_ text: String) -> Bool {
        var rest = text[...].utf8
        guard takeName(&rest), takeOffset(&rest) else { return false }
        if rest.isEmpty { return true }
        guard takeName(&rest) else { return false }
        if let next = rest.first, next != UInt8(ascii: ","), !takeOffset(&rest) { return false }
        // Without them glibc takes the rules of the United States.
        return takeRule(&rest) && takeRule(&rest) && rest.isEmpty
    }

    /// Three letters or more, or letters, digits and signs in angle brackets.
    private static func takeName(_ rest: inout Substring.UTF8View) -> Bool {
        let isQuoted = take("<", from: &rest)
        let name = rest.prefix { byte in
            isLetter(byte)
                || (isQuoted && (isDigit(byte) || byte == UInt8(ascii: "+") || byte == 0x2D))
        }
        rest = rest[name.endIndex...]
        return name.count >= 3 && name.count <= 16 && (!isQuoted || take(">", from: &rest))
    }

    /// `[+-]hh[:mm[:ss]]`, at most 24 hours.
    private static func takeOffset(_ rest: inout Substring.UTF8View) -> Bool {
        takeTime(&rest, maxHours: 24)
    }

    private static func takeTime(_ rest: inout Substring.UTF8View, maxHours: Int) -> Bool {
        if !take("+", from: &rest) { _ = take("-", from: &rest) }
        guard takeNumber(&rest, 0...maxHours) else { return false }
        for _ in 0..<2 where take(":", from: &rest) {
            guard takeNumber(&rest, 0...59) else { return false }
        }
        return true
    }

    /// `,Mm.w.d[/time]`, `,Jn[/time]` or `,n[/time]`.
    private static func takeRule(_ rest: inout Substring.UTF8View) -> Bool {
        guard take(",", from: &rest) else { return false }
        if take("M", from: &rest) {
            guard takeNumber(&rest, 1...12), take(".", from: &rest), takeNumber(&rest, 1...5),
                take(".", from: &rest), takeNumber(&rest, 0...6)
            else { return false }
        } else if take("J", from: &rest) {
            guard takeNumber(&rest, 1...365) else { return false }
        } else {
            guard takeNumber(&rest, 0...365) else { return false }
        }
        return take("/", from: &rest) ? takeTime(&rest, maxHours: 167) : true
    }

    private static func takeNumber(
        _ rest: inout Substring.UTF8View, _ range: ClosedRange<Int>
    ) -> Bool {
        let digits = rest.prefix(while: isDigit)
        rest = rest[digits.endIndex...]
        guard digits.count <= 3, let number = Int(String(Substring(digits))) else { return false }
        return range.contains(number)
    }

    private static func take(_ byte: Unicode.Scalar, from rest: inout Substring.UTF8View) -> Bool {
        guard rest.first == UInt8(ascii: byte) else { return false }
        rest.removeFirst()
        return true
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20)
    }
}
