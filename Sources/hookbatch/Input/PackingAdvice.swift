import Sending

extension Packing {
    /// Returns the command that decompresses a file, or standard input for nil, to standard output.
    func unpackingCommand(_ path: String?) -> String {
        let words: [String] =
            switch self {
            case .gzip: ["gunzip", "-c"]
            case .bzip2: ["bunzip2", "-c"]
            case .xz: ["unxz", "-c"]
            case .zstd: ["unzstd", "-c"]
            case .lz4: ["unlz4", "-c"]
            // unzip and 7z do not read from a pipe.
            case .zip: path == nil ? ["bsdtar", "-xOf", "-"] : ["unzip", "-p"]
            case .sevenZip: path == nil ? ["bsdtar", "-xOf", "-"] : ["7z", "x", "-so"]
            }
        return (words + (path.map { [ShellWords.quote($0)] } ?? [])).joined(separator: " ")
    }

    /// Returns the advice with the command for a pipe.
    func advice(for path: String) -> String {
        guard path != InputPath.standardInput.shown else {
            return "decompress it in a pipe: … | \(unpackingCommand(nil)) | hookbatch send … -"
        }
        var name = path
        // Removes an extension such as `.zst`.
        if let dot = name.lastIndex(of: "."), !name[dot...].contains("/"), dot > name.startIndex {
            name = String(name[..<dot])
        }
        let report = ReportPath(besideInputNamed: name).path
        let format = name.hasSuffix(".tsv") ? " --format tsv" : ""
        return "decompress it in a pipe: \(unpackingCommand(path)) | "
            + "hookbatch send\(format) --report \(ShellWords.quote(report)) -"
    }
}
