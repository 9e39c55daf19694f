import Time

extension TimeFormat {
    private static let named: [(name: String, format: TimeFormat)] = [
        ("rfc3339", .rfc3339), ("clf", .accessLog), ("unix", .unix(.seconds)),
        ("unix-ms", .unix(.milliseconds)), ("unix-us", .unix(.microseconds)),
        ("unix-ns", .unix(.nanoseconds)),
    ]

    static var names: [String] { named.map(\.name) }

    /// Reads a name, or a pattern.
    init?(text: String) {
        if let (_, format) = Self.named.first(where: { $0.name == text }) {
            self = format
        } else if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }),
            let pattern = TimePattern(text)
        {
            self = .pattern(pattern)
        } else {
            return nil
        }
    }
}

extension ValueSyntax<TimeFormat> {
    static let timeFormat = ValueSyntax(
        "FORMAT",
        noun: "one of \(TimeFormat.names.joined(separator: ", ")), or a pattern of strptime, "
            + "without %f",
        example: "%d.%m.%Y %H:%M", completion: .words(TimeFormat.names),
        parse: TimeFormat.init(text:))
}
