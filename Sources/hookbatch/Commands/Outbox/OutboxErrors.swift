/// What a file's `send` printed on standard error.
struct OutboxErrors: Equatable {
    /// Each without its prefix and the word "warning".
    private(set) var warnings: [String] = []
    /// The other messages, without proposed commands. None proposes `--fresh`, which would send
    /// everything again, or the conversion to a copy, which would be another file of the outbox.
    private(set) var problems: [String] = []
    /// The encoding of a file that must be converted, as `iconv` names it; nil without one.
    private(set) var encoding: String?

    /// Maximum number of messages to keep; a defect may print many lines.
    private static let maxProblems = 5

    /// - Parameter absolute: Returns a text with absolute paths.
    init(_ bytes: [UInt8], absolute: (String) -> String = { $0 }) {
        let prefix = Terminal.prefix
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            // A command, or the rest of a defect's report.
            if line.hasPrefix("  ") { continue }
            var message = line.hasPrefix(prefix) ? line.dropFirst(prefix.count) : line
            if let advice = message.range(ofLast: "; \(EncodingConversion.adviceStart)") {
                message = message[..<advice.lowerBound]
                encoding = EncodingConversion.encoding(of: message)
            }
            if message.hasPrefix("warning: ") {
                warnings.append(
                    absolute(Escaping.escaped(String(message.dropFirst("warning: ".count)))))
            } else if !message.hasPrefix("resuming run "), problems.count < Self.maxProblems {
                let clauses = message.split(separator: ";").filter { !$0.holds(Self.fresh) }
                let text = clauses.joined(separator: ";")
                if !text.isEmpty { problems.append(absolute(Escaping.escaped(text))) }
            }
        }
    }

    private static let fresh = Flags.files.fresh.declaration.spelling

    var text: String { problems.joined(separator: "; ") }
}
