import Ledger
import Platform

/// The folder of an output file.
enum OutputFolder {
    /// Returns a message if the folder does not exist, else nil.
    static func refusal(of path: String, for flag: String) throws(SystemError) -> String? {
        let folder = Directory.parent(of: path)
        guard try FileStatus.of(folder, followingLinks: true) == nil else { return nil }
        return
            "\(flag): folder \(Escaping.quoted(folder)) does not exist; create it or choose another"
    }
}
