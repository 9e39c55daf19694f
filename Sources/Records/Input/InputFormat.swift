/// How the records of an input are written.
package enum InputFormat: Hashable, Sendable {
    /// One JSON object a line.
    case ndjson
    /// RFC 4180 with this delimiter: an ASCII byte other than a quote, CR or LF.
    case csv(delimiter: UInt8)

    /// The format that a path's extension names (`.ndjson .jsonl .json`, `.csv`, `.tsv`; case does
    /// not matter, nor does a `.gz` after it), else the one that the first non-blank byte shows:
    /// `{` is NDJSON, anything else CSV with commas. Nil if neither tells: no such extension, and no byte that is not blank.
    package static func detect(
        path: String, firstBytes: some Collection<UInt8>
    ) -> InputFormat? {
        var name = path.utf8.split(separator: Byte.slash).last ?? ""[...].utf8
        if String(name.suffix(3))?.lowercased() == ".gz" { name = name.dropLast(3) }
        if let dot = name.lastIndex(of: Byte.dot) {
            switch String(name[name.index(after: dot)...])?.lowercased() {
            case "ndjson", "jsonl", "json": return .ndjson
            case "csv": return .csv(delimiter: Byte.comma)
            case "tsv": return .csv(delimiter: Byte.tab)
            default: break
            }
        }
        let mark = TextEncoding.utf8Mark
        let text =
            firstBytes.starts(with: mark)
            ? firstBytes.dropFirst(mark.count) : firstBytes.dropFirst(0)
        guard let first = text.first(where: { !Byte.isJSONSpace($0) }) else { return nil }
        return first == Byte.openBrace ? .ndjson : .csv(delimiter: Byte.comma)
    }
}
