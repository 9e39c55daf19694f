/// The format of an input's records.
package enum InputFormat: Hashable, Sendable {
    /// One JSON object per line.
    case ndjson
    /// RFC 4180. The delimiter is an ASCII byte except quote, CR and LF.
    case csv(delimiter: UInt8)

    /// The format by the path's extension, or else by the first non-blank byte.
    ///
    /// Extensions are `.ndjson .jsonl .json`, `.csv` and `.tsv`, in any case, with or without
    /// `.gz` or `.zst`. A first `{` means NDJSON, any other byte CSV with commas. Nil for an unknown
    /// extension and only blank bytes.
    package static func detect(
        path: String, firstBytes: some Collection<UInt8>
    ) -> InputFormat? {
        var name = path.utf8.split(separator: Byte.slash).last ?? ""[...].utf8
        for ending in [".gz", ".zst"]
        where String(name.suffix(ending.utf8.count))?.lowercased() == ending {
            name = name.dropLast(ending.utf8.count)
        }
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
