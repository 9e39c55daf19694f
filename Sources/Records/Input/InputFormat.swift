/// The format of an input's records.
package enum InputFormat: Hashable, Sendable {
    /// One JSON object per line.
    case ndjson
    /// JSON values and arrays of them, with or without white space in between and inside.
    case json
    /// RFC 4180, or another dialect.
    case csv(CSVDialect)

    /// RFC 4180 with a delimiter, an ASCII byte except quote, CR and LF.
    package static func csv(delimiter: UInt8) -> InputFormat {
        .csv(CSVDialect(delimiter: delimiter))
    }

    /// The number of first bytes after which `detect` has decided, or nothing decides.
    package static let sampleSize = 64 << 10

    /// The extensions of compressed files, in lower case; they stand after the format's.
    package static let packedExtensions = [".gz", ".zst"]

    /// The format by the path's extension alone; nil if the first bytes decide.
    ///
    /// Extensions are `.csv` and `.tsv`, in any case, with or without `.gz` or `.zst`, and the names
    /// of files of undelivered JSON records.
    package static func named(_ path: String) -> InputFormat? {
        let (name, ending) = parts(of: path)
        switch ending {
        case "csv": return .csv(CSVDialect())
        case "tsv": return .csv(delimiter: Byte.tab)
        case "json" where name.hasSuffix(".rejected") || name.hasSuffix(".unknown"): return .json
        default: return nil
        }
    }

    /// The format by the path's extension and the first bytes; nil if more bytes are needed.
    ///
    /// Extensions are `.ndjson .jsonl .json`, and those of `named`. A first `[` means JSON unless
    /// the extension is that of CSV, or the first line is text such as `[INFO] started`. A first `{`
    /// means NDJSON, but JSON if the extension is `.json` or unknown and the first line is not one
    /// whole value. With an unknown extension, any other byte means CSV. A record separator (RFC 7464)
    /// counts as white space.
    ///
    /// - Parameter isFinal: Whether there are no more bytes, or no more are used.
    package static func detect(
        path: String, firstBytes: some Collection<UInt8>, isFinal: Bool = false
    ) -> InputFormat? {
        if let named = named(path) { return named }
        let mark = TextEncoding.utf8Mark
        let text =
            firstBytes.starts(with: mark)
            ? firstBytes.dropFirst(mark.count) : firstBytes.dropFirst(0)
        guard
            let start = text.firstIndex(where: {
                !Byte.isJSONSpace($0) && $0 != Byte.recordSeparator
            })
        else {
            return hasLineExtension(path) ? .ndjson : nil
        }
        let first = text[start]
        if first == Byte.openBracket {
            switch JSONFirstLine.isText(Array(text[start...])) {
            case nil where !isFinal: return nil
            case false, nil: return .json
            case true: break
            }
        }
        if hasLineExtension(path) { return .ndjson }
        if first == Byte.openBrace {
            return JSONFirstLine.isWholeValue(Array(text[start...])).map { $0 ? .ndjson : .json }
        }
        return parts(of: path).ending == "json" ? .ndjson : .csv(CSVDialect())
    }

    /// Whether the extension promises one record per line.
    package static func hasLineExtension(_ path: String) -> Bool {
        ["ndjson", "jsonl"].contains(parts(of: path).ending)
    }

    /// The file's name up to its extension, and the extension, in lower case without that of a
    /// compressed file.
    private static func parts(of path: String) -> (name: String, ending: String?) {
        var name =
            String(path.utf8.split(separator: Byte.slash).last ?? "".utf8[...])?
            .lowercased() ?? ""
        for ending in packedExtensions where name.hasSuffix(ending) {
            name.removeLast(ending.count)
        }
        guard let dot = name.utf8.lastIndex(of: Byte.dot) else { return (name, nil) }
        return (String(name[..<dot]), String(name[name.index(after: dot)...]))
    }
}
