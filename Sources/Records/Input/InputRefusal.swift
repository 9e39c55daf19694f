/// A reason to refuse an input as a whole. It gives no record.
package enum InputRefusal: Hashable, Sendable {
    /// The text is in this encoding instead of UTF-8.
    case encoding(TextEncoding)
    /// The input is gzip data (RFC 1952 §2.3.1) or zstd data (RFC 8878 §3.1.1).
    case compressed
    /// The input is a tar archive, possibly after decompression.
    case tarArchive
    /// NDJSON that begins with a JSON array.
    case jsonArray
    /// The CSV header lacks columns; `found` are its first ones, truncated.
    ///
    /// `similar` has a found name for a missing one from which it differs only in case, white space
    /// or invisible characters. A payload is missing only with such a name.
    case missingColumns([String], found: [String], similar: [String: String] = [:])
    /// The CSV header lacks the column of the idempotency key; `found` are its first ones, truncated.
    case missingKeyColumn(String, found: [String])
    /// The CSV header lacks columns that a selection tests; `found` are its first ones, truncated.
    case missingSelectedColumns([String], found: [String])
    /// The CSV header lacks columns of a payload's members; `found` are its first ones, truncated.
    case missingMemberColumns([String], found: [String])
    /// The CSV header has a required column twice.
    case duplicateColumn(String)
    /// The CSV header has more other columns than a payload may take.
    case tooManyColumns(limit: Int)
    /// The payload, or a member of it, is mapped to the whole record, a CSV row.
    case wholeRowAsPayload
    /// A payload's member in JSON has a conversion, which is for the text of CSV cells.
    case conversionInJSON(PayloadTemplate.Conversion, position: String)
    /// The CSV header is not RFC 4180, not UTF-8 or too long.
    case malformedHeader(RecordProblem)
    /// The same for CSV in which a line after the header begins with `{`.
    indirect case linesOfJSON(InputRefusal)

    /// The cause and the remedy in one sentence, without a full stop.
    ///
    /// Names from the input are truncated, and escaped for a terminal.
    package var message: String {
        switch self {
        case .encoding(let encoding):
            return "the input is \(encoding.rawValue), not UTF-8"
        case .compressed:
            return "the input is compressed more than once: decompress it first (gunzip or unzstd)"
        case .tarArchive:
            return "the input is a tar archive: extract its files first (tar -xf FILE)"
        case .jsonArray:
            return "the input is a JSON array, not one record per line: use --format json"
        case .missingColumns(let missing, let found, let similar):
            var text = Self.absent(missing, found: found) + "; "
            let usual = FieldNames().inOrder
            let typed = missing.filter { !usual.contains($0) }
            if !typed.isEmpty { text += "correct \(Self.list(typed)) in --map" }
            let kinds = PayloadTemplate.Conversion.allCases.map { ":" + $0.rawValue }
            if let kind = kinds.first(where: { kind in typed.contains { $0.hasSuffix(kind) } }) {
                text += " ('\(kind)' is for --map payload/NAME=COLUMN\(kind))"
            }
            if typed.count < missing.count {
                if !typed.isEmpty { text += ", and " }
                text += Self.advice(on: missing.filter { !typed.contains($0) }, similar: similar)
            }
            if !similar.isEmpty { return text }
            if typed.isEmpty, missing.count == 2, !found.contains(usual[2]) {
                text += ", and the others with --map payload='*' if they are to be sent"
            }
            if typed.isEmpty { text += ", or use --no-header if the first row is data" }
            if found.count == 1 { text += ", or --delimiter if the delimiter is another character" }
            return text
        case .missingKeyColumn(let name, let found):
            return Self.absent([name], found: found)
                + "; correct the name in --idempotency-key-from"
        case .missingSelectedColumns(let missing, let found):
            return Self.absent(missing, found: found)
                + "; correct the name in --only, --except, --arrived or --time"
        case .duplicateColumn(let name):
            return "the CSV header has a duplicate column \(Self.list([name])):"
                + " rename or remove one of them"
        case .wholeRowAsPayload:
            return "a whole CSV row can't be the payload: choose a column (--map payload=COLUMN)"
                + " or all columns (--map payload='*')"
        case .missingMemberColumns(let missing, let found):
            return Self.absent(missing, found: found)
                + "; correct the name in --map payload/NAME=COLUMN"
        case .tooManyColumns(let limit):
            return "--map payload='*' takes at most \(limit) columns:"
                + " name the necessary ones with --map payload/NAME=COLUMN"
        case .conversionInJSON(let conversion, let position):
            return "':\(conversion.rawValue)' after \(Self.list([position])) is for CSV cells,"
                + " and a JSON value keeps its type: remove the suffix"
        case .linesOfJSON(let refusal):
            return refusal.message
                + "; if the records are lines of JSON among others, use --format ndjson"
        case .malformedHeader(let problem):
            let text = "invalid CSV header: \(problem.describe())"
            return problem.code == .csvQuote
                ? text + "; if the first row is data, use --no-header too; if quotes are ordinary"
                    + " characters, --quote none" : text
        }
    }

    /// Windows-1252 as `iconv` names it.
    package static let windows1252 = "WINDOWS-1252"

    /// The encoding from which the input must be converted, as `iconv` names it; nil if another
    /// reason refuses it.
    package var encoding: String? {
        switch self {
        case .encoding(let encoding): encoding.rawValue
        case .malformedHeader(let problem): problem.mayBeWindows1252 ? Self.windows1252 : nil
        case .linesOfJSON(let refusal): refusal.encoding
        default: nil
        }
    }

    /// The maximum number of names in a message.
    ///
    /// One more is kept, to detect further names.
    static let maxNames = 20
    /// The maximum length of a kept name, in bytes.
    ///
    /// It is sufficient for the 64 characters of a message.
    static let maxNameBytes = 260

    /// How to name the columns of unmapped fields; some have names that are similar to the usual ones.
    private static func advice(on missing: [String], similar: [String: String]) -> String {
        if similar.isEmpty {
            return "name \(missing.count == 1 ? "it" : "them") with "
                + missing.map { "--map \($0)=COLUMN" }.joined(separator: " ")
        }
        var maps: [String] = []
        var others: [String] = []
        for name in missing {
            guard let column = similar[name] else { continue }
            if column.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
                // --map does not accept a control character.
                others.append("rename \(list([column])) to '\(name)'")
            } else {
                maps.append("--map \(name)=\(shellWord(column))")
            }
        }
        if !maps.isEmpty { others.insert("use " + maps.joined(separator: " "), at: 0) }
        if similar.count < missing.count { others.append("map the other columns with --map too") }
        return others.joined(separator: ", and ")
    }

    /// A name for a shell, with escapes for characters that are not ASCII and may be invisible.
    private static func shellWord(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 >= 0x80 }) else { return "'\(name)'" }
        let bytes = name.utf8.map { byte in
            byte < 0x80 ? String(UnicodeScalar(byte)) : "\\x" + String(byte, radix: 16)
        }
        return "$'\(bytes.joined())'"
    }

    private static func absent(_ missing: [String], found: [String]) -> String {
        "the CSV header has no \(missing.count == 1 ? "column" : "columns") \(list(missing))"
            + " (found: \(list(found)))"
    }

    /// At most `maxNames` quoted names of at most 64 characters.
    private static func list(_ names: [String]) -> String {
        var shown = names.prefix(maxNames).map { "'\(ShownText.truncated($0, to: 64))'" }
        if names.count > maxNames { shown.append("and more") }
        return shown.joined(separator: ", ")
    }
}
