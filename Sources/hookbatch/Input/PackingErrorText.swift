import Records
import Sending

extension PackingError {
    func sentence(_ packing: Packing) -> String {
        switch self {
        case .truncated: "unexpected end of the \(packing.rawValue) data"
        case .corrupt(let reason): "damaged \(packing.rawValue) data (\(reason))"
        case .trailingBytes: "unexpected data after the \(packing.rawValue) data"
        case .windowTooLarge: "the \(packing.rawValue) data needs a window above 128 MiB"
        case .outOfMemory: "out of memory"
        }
    }

    /// Returns the advice for the file of this path.
    func advice(for path: String, _ packing: Packing) -> String {
        switch self {
        case .truncated, .corrupt, .trailingBytes:
            let isStream = path == InputPath.standardInput.shown
            let command = packing.unpackingCommand(isStream ? nil : path)
            let unpacking = isStream ? "… | \(command)" : command
            return (isStream ? "provide the whole stream" : "replace it with the whole file")
                + " and run the same command again to resume; or save the readable part "
                + "(\(unpacking) >\(Self.salvaged(from: path))) and send it as a new run, which sends "
                + "all its lines"
        case .windowTooLarge: return packing.advice(for: path, windowLog: 31)
        case .outOfMemory: return "free memory, then run the same command again to resume"
        }
    }

    /// A name for the readable part, with the format extension of `path`.
    private static func salvaged(from path: String) -> String {
        var name = path.lowercased()
        for ending in InputFormat.packedExtensions where name.hasSuffix(ending) {
            name.removeLast(ending.count)
        }
        let ends = [".ndjson", ".jsonl", ".json", ".csv", ".tsv"]
        return "salvaged" + (ends.first(where: name.hasSuffix) ?? "")
    }
}
