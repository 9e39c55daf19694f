/// One filter of an endpoint's events: a type, or a prefix of types such as `user.*`.
package struct EventPattern: Hashable, Sendable {
    /// The type, or the prefix with its full stop.
    package let eventType: String
    package let isPrefix: Bool

    /// Maximum bytes. Arbitrary.
    private static let maxBytes = 255

    /// Parses `TYPE`, `PREFIX.*` or `*`; nil for other text.
    package init?(_ text: some StringProtocol) {
        isPrefix = text == "*" || text.hasSuffix(".*")
        eventType = String(isPrefix ? text.dropLast() : text[...])
        guard isPrefix || !eventType.isEmpty, eventType != ".", !eventType.utf8.contains(0x2A),
            eventType.utf8.count <= Self.maxBytes, eventType.utf8.allSatisfy({ $0 > 0x20 })
        else { return nil }
    }

    /// Parses patterns that are separated by commas; nil if one is invalid or given twice.
    package static func list(_ text: String) -> [EventPattern]? {
        var patterns: [EventPattern] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let pattern = EventPattern(part), !patterns.contains(pattern) else { return nil }
            patterns.append(pattern)
        }
        return patterns
    }

    /// The pattern as it is typed.
    package var text: String { isPrefix ? eventType + "*" : eventType }
}
