import Ledger
import Platform

/// The folder that is to hold a file which a flag names.
enum OutputFolder {
    /// What to say if there is no such folder; nil if there is.
    static func refusal(of path: String, for flag: String) throws(SystemError) -> String? {
        let folder = Directory.parent(of: path)
        guard try FileStatus.of(folder, followingLinks: true) == nil else { return nil }
        return "\(flag): folder \(Shown.quoted(folder)) does not exist; create it or choose another"
    }
}
