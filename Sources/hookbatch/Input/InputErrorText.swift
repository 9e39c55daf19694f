import Sending
import Platform

extension InputError {
    /// The words about a compressed file that is damaged or cut off.
    static let unpackingFailed = "can't be decompressed"

    var message: String {
        switch self {
        case .doesNotExist(let path):
            "\(Self.named(path)) does not exist" + Self.advice(missing: path)
        case .danglingLink(let path, let target):
            "\(Self.named(path)) is a symbolic link to \(Self.named(target)), which does not exist"
        case .isDirectory(let path):
            "\(Self.named(path)) is a directory; list the files in it (example: "
                + "\(Escaping.escaped(Self.listing(path))) | hookbatch check --files-from -)"
        case .sameFile(let path, let other):
            "\(Self.named(path)) and \(Self.named(other)) are the same file; "
                + "every line would be sent twice"
        case .system(let call, let path, let number):
            "\(Self.named(path)) can't be \(call == "open" ? "opened" : "read"): "
                + SystemError.text(of: number)
        case .replaced(let path):
            "\(Self.named(path)) was removed, replaced or changed before it was read"
        case .shrank(let path, let from, let to):
            "\(Self.named(path)) shrank while it was read: from "
                + "\(WholeNumber.shown(from, "byte")) to \(WholeNumber.shown(to))"
        case .packed(let path, let packing): Self.unsupported(packing.named(by: path), path)
        case .unpacking(let path, let packing, let error, let unpacked):
            "\(Self.named(path)) \(Self.unpackingFailed): \(error.sentence(packing)), after "
                + "\(WholeNumber.shown(unpacked, "decompressed byte")); "
                + Escaping.escaped(error.advice(for: path, packing))
        case .zstdLibrary(let path, let reason):
            "\(Self.named(path)) is compressed with zstd, and libzstd can't be loaded "
                + "(\(Escaping.escaped(reason))); install it (libzstd1 on Debian and Ubuntu), or "
                + Escaping.escaped(Packing.zstd.advice(for: path))
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

    private static func listing(_ directory: String) -> String {
        // find would take it for an option.
        let folder = directory.hasPrefix("-") ? "./" + directory : directory
        return "find \(ShellWords.quote(folder)) -name '*.ndjson' | sort"
    }

    /// An input's path for messages.
    static func named(_ path: String) -> String {
        path == InputPath.standardInput.shown ? "standard input" : Escaping.quoted(path)
    }
}
