import Sending

extension Packing {
    /// The format, which the path's extension may tell better than the first bytes.
    func named(by path: String) -> Packing {
        let sheets = [".xlsx", ".xlsm", ".xlsb", ".ods", ".numbers"]
        return self == .zip && sheets.contains(where: path.lowercased().hasSuffix)
            ? .spreadsheet : self
    }

    /// Returns the command that decompresses a file, or standard input for nil, to standard output.
    ///
    /// - Parameter windowLog: The logarithm of the window to allow; nil for zstd's default.
    func unpackingCommand(_ path: String?, windowLog: Int? = nil) -> String {
        let words: [String] =
            switch self {
            case .gzip: ["gunzip", "-c"]
            case .bzip2: ["bunzip2", "-c"]
            case .xz: ["unxz", "-c"]
            case .zstd: ["unzstd"] + (windowLog.map { ["--long=\($0)"] } ?? []) + ["-c"]
            case .lz4: ["unlz4", "-c"]
            // unzip and 7z do not read from a pipe.
            case .zip: path == nil ? ["bsdtar", "-xOf", "-"] : ["unzip", "-p"]
            case .sevenZip: path == nil ? ["bsdtar", "-xOf", "-"] : ["7z", "x", "-so"]
            case .spreadsheet, .parquet, .avro: preconditionFailure("it is not compressed text")
            }
        return (words + (path.map { [ShellWords.quote($0)] } ?? [])).joined(separator: " ")
    }

    /// Returns the advice, with the command for a pipe if there is one.
    func advice(for path: String, windowLog: Int? = nil) -> String {
        switch self {
        case .spreadsheet: return "save it as 'CSV UTF-8' in the spreadsheet program"
        case .parquet, .avro: return "convert it to NDJSON or CSV first"
        default: break
        }
        guard path != InputPath.standardInput.shown else {
            return "decompress it in a pipe: … | \(unpackingCommand(nil, windowLog: windowLog)) | "
                + "hookbatch send … -"
        }
        var name = path
        // Removes an extension such as `.zst`.
        if let dot = name.lastIndex(of: "."), !name[dot...].contains("/"), dot > name.startIndex {
            name = String(name[..<dot])
        }
        let report = ReportPath(besideInputNamed: name).path
        let format = name.hasSuffix(".tsv") ? " --format tsv" : ""
        return "decompress it in a pipe: \(unpackingCommand(path, windowLog: windowLog)) | "
            + "hookbatch send\(format) --report \(ShellWords.quote(report)) -"
    }
}
