import Delivery
import Ledger
import Platform
import Records
import Sending

/// An input that is probably a file of undelivered lines, by its name, without its file of origins.
struct OriginlessFile {
    /// What follows from sending it, and what to do instead.
    let warning: String
    /// Whether it is probably a copy of a file whose origins are there: then it is not sent by mistake.
    let isCopy: Bool

    /// Returns nil if the name is another one.
    init?(_ path: String) {
        if let original = Self.original(ofCopy: path) {
            let report = Self.report(of: original) ?? "REPORT"
            isCopy = true
            warning =
                "\(Escaping.quoted(path)) looks like a copy of \(Escaping.quoted(original)), but under "
                + "this name its lines are sent as new ones, with new keys; "
                + "give it that name, or add --retry-of "
                + Escaping.escaped(ShellWords.quote(report))
            return
        }
        isCopy = false
        if Self.isOfUnknown(path) {
            warning =
                "\(Escaping.quoted(path)) has no file of origins beside it; if its lines may have "
                + "arrived, they may be sent twice, with new keys and without possible_duplicate; "
                + Self.advice
        } else if Self.isFile(of: .rejected, path) {
            warning =
                "\(Escaping.quoted(path)) has no file of origins beside it, so its lines are sent as "
                + "new ones, with new keys; " + Self.advice
        } else {
            return nil
        }
    }

    /// Whether a file has the name of a file of unknown lines, which may be compressed.
    static func isOfUnknown(_ path: String) -> Bool { isFile(of: .unknown, path) }

    private static let advice = "keep NAME\(OriginsHeader.pathExtension) beside such a file"

    private static func isFile(of outcome: Outcome, _ path: String) -> Bool {
        ReportPath.undeliveredExtensions.contains { format in
            ([""] + InputFormat.packedExtensions).contains {
                path.hasSuffix(".\(outcome.rawValue).\(format)\($0)")
            }
        }
    }

    /// The file of undelivered lines with a name that is the start of this one, such as
    /// `orders.rejected.csv` for `orders.rejected-fixed.csv`; nil without one.
    private static func original(ofCopy path: String) -> String? {
        for outcome in [Outcome.rejected, .unknown] {
            guard let mark = path.range(ofLast: ".\(outcome.rawValue)"),
                !path[mark.upperBound...].contains("/")
            else { continue }
            for format in ReportPath.undeliveredExtensions {
                let original = "\(path[..<mark.upperBound]).\(format)"
                if original != path, exists(original + OriginsHeader.pathExtension) {
                    return original
                }
            }
        }
        return nil
    }

    /// The report of the run that wrote a file of undelivered lines, by its name; nil without one.
    private static func report(of undelivered: String) -> String? {
        guard
            let mark = [Outcome.rejected, .unknown].compactMap({
                undelivered.range(ofLast: ".\($0.rawValue).")
            }).first
        else { return nil }
        let base = undelivered[..<mark.lowerBound]
        return ["ndjson", "csv"].map { "\(base).report.\($0)" }.first(where: exists)
    }

    private static func exists(_ path: String) -> Bool {
        FileStatus.exists(path, followingLinks: true)
    }
}
