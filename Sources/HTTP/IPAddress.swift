/// Parsing of the IP addresses in URLs, and loopback detection.
package enum IPAddress {
    /// The four numbers of a dotted quad; nil for all else, shortened and octal forms included.
    static func parseV4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var numbers: [UInt8] = []
        for part in parts {
            guard part.utf8.allSatisfy({ $0 >= ASCII.zero && $0 <= ASCII.nine }),
                part.count == 1 || part.utf8.first != ASCII.zero, let number = UInt8(part)
            else { return nil }
            numbers.append(number)
        }
        return numbers
    }

    /// The eight groups of an IPv6 address (RFC 4291 §2.2), without brackets; nil for all else,
    /// zone identifiers included.
    package static func parseV6(_ text: Substring) -> [UInt16]? {
        guard let gap = doubleColon(in: text) else {
            return groups(text).flatMap { $0.count == 8 ? $0 : nil }
        }
        guard let before = groups(text[..<gap.lowerBound], mayEndInV4: false),
            let after = groups(text[gap.upperBound...]), before.count + after.count < 8
        else { return nil }
        let zeros = [UInt16](repeating: 0, count: 8 - before.count - after.count)
        return before + zeros + after
    }

    /// Whether the host of a URL, in lower case and without brackets, is this machine by name:
    /// `localhost`, 127.0.0.0/8 or ::1.
    static func isLoopback(host: String) -> Bool {
        if host == "localhost" { return true }
        if let numbers = parseV4(host[...]) { return numbers[0] == 127 }
        return parseV6(host[...]) == [0, 0, 0, 0, 0, 0, 0, 1]
    }

    private static func doubleColon(in text: Substring) -> Range<Substring.Index>? {
        var index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index] == ":", next < text.endIndex, text[next] == ":" {
                return index..<text.index(after: next)
            }
            index = next
        }
        return nil
    }

    /// The groups of one side of `::`; an empty side has zero groups.
    private static func groups(_ text: Substring, mayEndInV4: Bool = true) -> [UInt16]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if mayEndInV4, index == parts.count - 1, let v4 = parseV4(part) {
                groups.append(UInt16(v4[0]) << 8 | UInt16(v4[1]))
                groups.append(UInt16(v4[2]) << 8 | UInt16(v4[3]))
                continue
            }
            guard (1...4).contains(part.utf8.count), part.utf8.first != 0x2B,
                let group = UInt16(part, radix: 16)
            else { return nil }
            groups.append(group)
        }
        return groups
    }
}
