import Delivery

/// The completions of a value in a shell.
enum ValueCompletion: Hashable, Sendable {
    case nothing
    /// Any file.
    case files
    /// One of these words, or text that begins with one. No word contains a space.
    case words([String])
}

/// The syntax of a flag's value.
struct ValueSyntax<Value: Sendable>: Sendable {
    /// The placeholder in the help, such as `RATE`.
    let placeholder: String
    /// The name of a valid value, to complete "'5x' is not …".
    let noun: String
    /// A valid value, for the same message.
    let example: String
    /// Whether the value may contain a secret and is never printed.
    let isSecret: Bool
    /// The completions in a shell.
    let completion: ValueCompletion
    /// The kind of value and the unit that a bare number probably lacks; nil if there is none.
    let missingUnit: (kind: String, unit: String)?
    /// Returns the part that an invalid text lacks, if one does, and what was probably meant.
    let correction: @Sendable (String) -> (lacking: String?, example: String)?
    /// Returns the value of a text; nil if the text is invalid.
    let parse: @Sendable (String) -> Value?

    init(
        _ placeholder: String, noun: String, example: String, isSecret: Bool = false,
        completion: ValueCompletion = .nothing, missingUnit: (kind: String, unit: String)? = nil,
        correction: @escaping @Sendable (String) -> (lacking: String?, example: String)? = {
            _ in nil
        },
        parse: @escaping @Sendable (String) -> Value?
    ) {
        self.placeholder = placeholder
        self.noun = noun
        self.example = example
        self.isSecret = isSecret
        self.completion = completion
        self.missingUnit = missingUnit
        self.correction = correction
        self.parse = parse
    }

    /// Describes a text that `parse` refuses.
    func invalidValue(_ text: String) -> InvalidValue {
        var suggestion: (kind: String, text: String)?
        if let missingUnit, parse(text + missingUnit.unit) != nil {
            suggestion = (missingUnit.kind, text + missingUnit.unit)
        }
        return InvalidValue(
            text: text, noun: noun, isSecret: isSecret, suggestion: suggestion,
            correction: correction(text))
    }
}

extension ValueSyntax {
    /// One word of a fixed list.
    static func choice(example: Value) -> ValueSyntax
    where Value: CaseIterable & RawRepresentable<String> {
        let words = Value.allCases.map(\.rawValue)
        return ValueSyntax(
            words.joined(separator: "|"), noun: "one of " + words.joined(separator: ", "),
            example: example.rawValue, completion: .words(words), parse: Value.init(rawValue:))
    }
}

extension ValueSyntax<String> {
    static func path(example: String, isSecret: Bool = false) -> ValueSyntax {
        ValueSyntax(
            "PATH", noun: "a path", example: example, isSecret: isSecret, completion: .files
        ) { $0.isEmpty ? nil : $0 }
    }

    /// A header field, which is validated with the others.
    static let headerField = ValueSyntax(
        "'NAME: VALUE'", noun: "a header field", example: "'X-Tenant: acme'", isSecret: true
    ) { $0.isEmpty ? nil : $0 }

    /// A URL whose parts are validated later, where they are used.
    static let proxyURL = ValueSyntax(
        "URL", noun: "a proxy's URL", example: "http://proxy.example:3128", isSecret: true
    ) { $0.isEmpty || !$0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? nil : $0 }
}

extension ValueSyntax<Int> {
    static func count(_ range: ClosedRange<Int>, example: Int) -> ValueSyntax {
        ValueSyntax("N", noun: "a number \(shown(range))", example: String(example)) {
            WholeNumber.parse($0, in: range)
        }
    }

    static func bytes(_ range: ClosedRange<Int>, example: String) -> ValueSyntax {
        let low = ByteCount.shown(UInt64(range.lowerBound))
        let high = ByteCount.shown(UInt64(range.upperBound))
        return ValueSyntax("SIZE", noun: "a size from \(low) to \(high)", example: example) {
            ByteCount.parse($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    private static func shown(_ range: ClosedRange<Int>) -> String {
        let low = WholeNumber.shown(range.lowerBound)
        return range.upperBound == .max
            ? "of at least \(low)" : "from \(low) to \(WholeNumber.shown(range.upperBound))"
    }
}

extension ValueSyntax<Duration> {
    /// A duration from `least` to `most`. 0 needs no unit.
    static func duration(
        from least: Duration = .zero, to most: Duration = .seconds(365 * 86_400), example: String
    ) -> ValueSyntax {
        let bounds =
            switch (least > .zero, most < .seconds(365 * 86_400)) {
            case (false, false): ""
            case (true, false): " of at least \(least.shownExactly)"
            case (false, true): " of at most \(most.shownExactly)"
            case (true, true): " from \(least.shownExactly) to \(most.shownExactly)"
            }
        return ValueSyntax(
            "DURATION", noun: "a duration" + bounds, example: example,
            missingUnit: ("duration", "s")
        ) {
            // Nothing needs no unit.
            if $0 == "0", least == .zero { return .zero }
            return Duration(text: $0).flatMap { $0 >= least && $0 <= most ? $0 : nil }
        }
    }
}

extension ValueSyntax<Rate> {
    static let rate = ValueSyntax(
        "RATE", noun: "a rate", example: "200/s", missingUnit: ("rate", "/s"),
        parse: Rate.init(text:))
}

extension ValueSyntax<ErrorLimit> {
    static let errorLimit = ValueSyntax(
        "N|N%", noun: "a number or a percentage", example: "5%", parse: ErrorLimit.init(text:))
}

extension ValueSyntax<StatusCodes> {
    static let statusCodes = ValueSyntax(
        "CODES", noun: "a list of status codes from 300 to 599", example: "429,503,5xx",
        parse: StatusCodes.init(text:))
}

extension ValueSyntax<Delimiter> {
    static let delimiter = ValueSyntax(
        "CHAR", noun: "one ASCII character, 'tab' or 'auto'", example: ";",
        completion: .words(["auto", "tab"]),
        parse: Delimiter.init(text:))
}
