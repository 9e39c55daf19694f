/// Why an input can't be read at all: found at its start, before any record.
package enum InputRefusal: Hashable, Sendable {
    /// The text is not UTF-8 but in this encoding.
    case encoding(TextEncoding)
    /// The input is compressed by gzip (RFC 1952 §2.3.1).
    case compressed
    /// The CSV header lacks columns that are needed; `found` are its first ones, shortened.
    case missingColumns([String], found: [String])
    /// The CSV header names a needed column twice.
    case duplicateColumn(String)
    /// The whole record is to be the payload, and the record is a CSV row.
    case wholeRowAsPayload
    /// The CSV header is not RFC 4180, not UTF-8 or too long.
    case malformedHeader(RecordProblem)

    /// What is wrong and what to do, in one plain sentence without a full stop. Names from the
    /// input are shortened and stripped of what could disturb a terminal.
    package var message: String {
        switch self {
        case .encoding(let encoding):
            return "the input is \(encoding.rawValue), not UTF-8: convert it first"
                + " (iconv -f \(encoding.rawValue) -t UTF-8)"
        case .compressed:
            return "the input is compressed more than once: decompress it first (gunzip)"
        case .missingColumns(let missing, let found):
            let isOne = missing.count == 1
            var text = "the CSV header has no \(isOne ? "column" : "columns")"
            text += " \(Self.list(missing)) (found: \(Self.list(found)));"
            text += " map \(isOne ? "it" : "them") with --map appId='Customer ID',"
            text += " or use --no-header if the first row is data"
            if found.count == 1 { text += ", or --delimiter if the delimiter is another character" }
            return text
        case .duplicateColumn(let name):
            return "the CSV header has a duplicate column \(Self.list([name])):"
                + " rename or remove one of them"
        case .wholeRowAsPayload:
            return "a whole CSV row can't be the payload: choose a column (--map payload=COLUMN)"
                + " or convert the input to NDJSON first"
        case .malformedHeader(let problem):
            return "invalid CSV header: \(problem.describe())"
        }
    }

    /// How many names a message shows; one more is kept, to know that there are more.
    static let namesShown = 20
    /// How many bytes of a name are kept: enough for the 64 characters that are shown.
    static let bytesKept = 260

    /// The names in quotes: at most `namesShown` of them, each of at most 64 characters.
    private static func list(_ names: [String]) -> String {
        var shown = names.prefix(namesShown).map { "'\(plain($0))'" }
        if names.count > namesShown { shown.append("and more") }
        return shown.joined(separator: ", ")
    }

    private static func plain(_ name: String) -> String {
        var text = ""
        for scalar in name.unicodeScalars.prefix(64) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
                text += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                text.unicodeScalars.append(scalar)
            }
        }
        return name.unicodeScalars.count > 64 ? text + "…" : text
    }
}
