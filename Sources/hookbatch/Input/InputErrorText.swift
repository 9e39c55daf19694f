import Sending

extension InputError {
    var message: String {
        switch self {
        case .doesNotExist(let path):
            "\(Self.named(path)) does not exist" + Self.advice(missing: path)
        case .danglingLink(let path, let target):
            "\(Self.named(path)) is a symbolic link to \(Self.named(target)), which does not exist"
        case .isDirectory(let path):
            "\(Self.named(path)) is a directory; specify the files in it "
                + "(example: hookbatch check \(Escaping.escaped(Self.filesIn(path))))"
        case .sameFile(let path, let other):
            "\(Self.named(path)) and \(Self.named(other)) are the same file; "
                + "every line would be sent twice"
        case .system(let call, let path, let number):
            "\(Self.named(path)) can't be \(call == "open" ? "opened" : "read"): "
                + SystemMessage.text(number)
        case .shrank(let path, let from, let to):
            "\(Self.named(path)) shrank while it was read: from "
                + "\(WholeNumber.shown(from, "byte")) to \(WholeNumber.shown(to))"
        case .packed(let path, let packing): Self.unsupported(packing.named(by: path), path)
        case .gzip(let path, let fault, let unpacked):
            "\(Self.named(path)) can't be decompressed: \(fault.sentence), after "
                + "\(WholeNumber.shown(unpacked, "decompressed byte")); "
                + Escaping.escaped(fault.advice(for: path))
        case .waitEnded(.signal):
            "stopped before anything was sent; run the same command again to resume"
        case .waitEnded(.maxDuration):
            "stopped before anything was sent: --max-duration elapsed; run the same command again "
                + "to resume"
        }
    }

    private static func unsupported(_ packing: Packing, _ path: String) -> String {
        "\(named(path)): \(packing.rawValue) is not supported; "
            + Escaping.escaped(packing.advice(for: path))
    }

    /// Returns the advice for a missing file.
    private static func advice(missing path: String) -> String {
        if path.contains(where: { "*?[".contains($0) }) {
            return ": no file matches the pattern, or it is in quotes; list the files with ls"
        }
        return InputPath.file(path).nearestFile().map { "; did you mean \(named($0))?" } ?? ""
    }

    private static func filesIn(_ directory: String) -> String {
        let folder = directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        return ShellWords.quote(folder) + "/*.ndjson"
    }

    /// An input's path for messages.
    static func named(_ path: String) -> String {
        path == InputPath.standardInput.shown ? "standard input" : Escaping.quoted(path)
    }
}

extension GzipFault {
    var sentence: String {
        switch self {
        case .truncated: "unexpected end of the gzip data"
        case .corrupt(let reason): "damaged gzip data (\(reason))"
        case .trailingBytes: "unexpected data after the gzip data"
        case .outOfMemory: "out of memory"
        }
    }

    /// Returns the advice for the file of this path.
    func advice(for path: String) -> String {
        switch self {
        case .truncated, .corrupt, .trailingBytes:
            let isStream = path == InputPath.standardInput.shown
            let unpacking =
                isStream ? "… | gunzip -c" : "gunzip -c \(ShellWords.quote(path))"
            return (isStream ? "provide the whole stream" : "replace it with the whole file")
                + " and run the same command again to resume; or save the readable part "
                + "(\(unpacking) >\(Self.salvaged(from: path))) and send it as a new run, which sends "
                + "all its lines"
        case .outOfMemory: return "free memory, then run the same command again to resume"
        }
    }

    /// A name for the readable part, with the format extension of `path`.
    private static func salvaged(from path: String) -> String {
        var name = path.lowercased()
        if name.hasSuffix(".gz") { name.removeLast(3) }
        let ends = [".ndjson", ".jsonl", ".json", ".csv", ".tsv"]
        return "salvaged" + (ends.first(where: name.hasSuffix) ?? "")
    }
}
