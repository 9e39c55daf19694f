import Delivery
import Ledger
import Platform
import Records
import Sending

/// An input that probably has undelivered lines of an earlier run, without its file of origins.
struct OriginlessFile {
    /// What follows from sending it, and what to do instead.
    let warning: String
    /// Whether it is probably a copy of a file whose origins are there: then it is not sent by mistake.
    let isCopy: Bool

    /// - Parameter copy: The file of which it is a copy, or may be one.
    /// - Returns: nil for a file with other lines.
    private init?(_ path: String, copyOf copy: UndeliveredCopy?) {
        let isNamed = Self.isOfUnknown(path) || Self.isFile(of: .rejected, path)
        let isAtTerminal = Terminal.standardErrorIsTerminal
        if let copy, copy.likeness > .countAlone || isNamed || isAtTerminal {
            // A person can answer; a job with many small files must not stop for one by chance.
            isCopy = copy.likeness > .count || isNamed || isAtTerminal
            let report = Self.report(of: copy.original) ?? "REPORT"
            let sent =
                isCopy
                ? ", but under this name its lines are sent as new ones, with new keys; give it that name, or "
                : "; its lines are sent as new ones, with new keys; if it is one, do not send the other "
                    + "file too, and the next time "
            warning =
                "\(Escaping.quoted(path)) \(copy.words)\(sent)add --retry-of "
                + Escaping.escaped(ShellWords.quote(report))
            return
        }
        isCopy = false
        guard isNamed else { return nil }
        if Self.isOfUnknown(path) {
            warning =
                "\(Escaping.quoted(path)) has no file of origins beside it; if its lines may have "
                + "arrived, they may be sent twice, with new keys and without possible_duplicate; "
                + Self.advice
        } else {
            warning =
                "\(Escaping.quoted(path)) has no file of origins beside it, so its lines are sent as "
                + "new ones, with new keys; " + Self.advice
        }
    }

    /// Refuses a copy of a file of undelivered lines, whose lines would be sent as new ones, and
    /// returns the warnings for the others.
    ///
    /// - Parameters:
    ///   - inputs: Files without origins beside them.
    ///   - report: The report of the run, beside which files of origins may be too.
    ///   - isAllowed: Whether a copy is sent with a warning.
    static func check(
        _ inputs: InputOptions, report: ReportPath, to destination: SendDestination,
        isAllowed: Bool
    ) throws(UsageError) -> [String] {
        var warnings: [String] = []
        var known: [Set<String>: KnownOrigins] = [:]
        for case .file(let path) in inputs.paths
        where InputPath.file(path).isRegularFile && !InputPath.file(path).isDescriptor {
            let folders = Set([path, report.path].map(Directory.parent))
            var origins = known[folders] ?? KnownOrigins(in: folders.sorted())
            let copy = origins.original(
                of: path, comparesLines: inputs.paths.count <= maxCompared, to: destination, inputs)
            known[folders] = origins
            guard let file = OriginlessFile(path, copyOf: copy) else { continue }
            guard !file.isCopy || isAllowed else {
                throw UsageError(
                    file.warning + ", or " + Flags.files.fresh.declaration.spelling
                        + " to send them as new ones")
            }
            warnings.append(file.warning)
        }
        return warnings
    }

    /// Maximum inputs whose lines are compared.
    private static let maxCompared = 100

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

    /// The report of the run that wrote a file of undelivered lines, by its name; nil without one.
    private static func report(of undelivered: String) -> String? {
        guard
            let mark = [Outcome.rejected, .unknown].compactMap({
                undelivered.range(ofLast: ".\($0.rawValue).")
            }).first
        else { return nil }
        let base = undelivered[..<mark.lowerBound]
        return ["ndjson", "csv"].map { "\(base).report.\($0)" }
            .first { FileStatus.exists($0, followingLinks: true) }
    }
}
