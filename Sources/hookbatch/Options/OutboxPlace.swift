import Ledger
import Platform
import Sending

/// Where the files of a run are in an outbox: in a folder of their own below `sending`, `done` or
/// `failed`.
struct OutboxPlace {
    /// The path of the outbox's folder.
    let outbox: String
    /// The path of the run's folder.
    let folder: String
    /// The start of the names of all files of its lines.
    private let root: String

    /// The name of the ledger in the outbox's folder.
    static let ledgerName = ".hookbatch-outbox.ndjson"
    /// The folders of finished files.
    static let finished = ["done", "failed"]

    /// Returns nil for the report of a run elsewhere.
    init?(of report: ReportPath) {
        let folder = Directory.parent(of: Directory.absolute(report.path))
        let kind = Directory.parent(of: folder)
        let outbox = Directory.parent(of: kind)
        guard let name = kind.split(separator: "/").last.map({ String($0) }),
            name == "sending" || Self.finished.contains(name),
            FileStatus.exists("\(outbox)/\(Self.ledgerName)")
        else { return nil }
        (self.outbox, self.folder) = (outbox, folder)
        let file = report.stem.split(separator: "/").last ?? ""
        // The stem ends with a point.
        root = RetryName.root(of: String(file.dropLast()))
    }

    /// Returns the command that gives a file of undelivered lines to the next round.
    func giveBack(_ path: String) -> String {
        // The origins first, so that no round takes the file without them.
        let path = Directory.absolute(path)
        let words = ["mv", "-n", path + OriginsHeader.pathExtension, path, outbox + "/"]
        return ShellWords.joined(words)
    }

    /// The other folders of the first file and of the files of its lines, finished or not.
    ///
    /// - Parameter limit: Their maximum number of each kind.
    func related(upTo limit: Int) -> [String] {
        (Self.finished + ["sending"]).flatMap { kind in
            ((try? Directory.names(in: "\(outbox)/\(kind)")) ?? [])
                .compactMap { String(validating: $0, as: UTF8.self) }
                // Other files of the name have a time after it.
                .filter { $0 == root || $0.hasPrefix(root + ".") && RetryName.root(of: $0) == root }
                .sorted().suffix(limit).map { "\(outbox)/\(kind)/\($0)" }
        }
        .filter { $0 != folder }
    }
}
