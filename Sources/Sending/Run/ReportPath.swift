package import Ledger
package import Records

/// The report's path and format. The names of the run's other files derive from it.
package struct ReportPath: Hashable, Sendable {
    package enum Format: String, Sendable { case ndjson, csv }

    /// As given, or derived from the first input's name.
    package let path: String
    package let format: Format

    /// Returns nil if the name does not end in `.ndjson` or `.csv`, or is only that.
    package init?(text: String) {
        let name = text.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        let format: Format? =
            name.hasSuffix(".ndjson") ? .ndjson : name.hasSuffix(".csv") ? .csv : nil
        guard let format, name.utf8.count > format.rawValue.utf8.count + 1 else { return nil }
        path = text
        self.format = format
    }

    /// `events.report.ndjson` in the current directory for an input `/data/events.csv`.
    package init(besideInputNamed input: String) {
        path = Self.stem(ofInput: input) + ".report.ndjson"
        format = .ndjson
    }

    /// The report of a retry of this report's lines, beside it: `events.try-2.report.ndjson`.
    package func ofTry(_ number: Int) -> ReportPath {
        let first = Self.withoutTry(base)
        return ReportPath(path: "\(first).try-\(number).report.\(format.rawValue)", format: format)
    }

    /// How the paths of the files of this run and of its retries begin: `events.`
    package var stem: String { Self.withoutTry(base) + "." }

    private init(path: String, format: Format) {
        self.path = path
        self.format = format
    }

    /// Returns a base without the `.try-2` of an earlier retry.
    private static func withoutTry(_ base: String) -> Substring {
        let digits = base.utf8.reversed().prefix { (0x30...0x39).contains($0) }
        let rest = base.dropLast(digits.count)
        let mark = ".try-"
        guard !digits.isEmpty, rest.hasSuffix(mark), rest.count > mark.count,
            rest.dropLast(mark.count).last != "/"
        else { return base[...] }
        return rest.dropLast(mark.count)
    }

    /// The report, its summary, the journal and the spool.
    package var files: RunFiles { RunFiles(report: path, summary: summary) }
    /// The append-only file from which the run resumes.
    package var journal: String { files.journal }
    package var summary: String { base + ".summary.json" }
    /// The original bytes of the records in flight from a stream.
    package var spool: String { files.spool }
    /// The unfinished records of standard input after a stop.
    package var rest: String { base + ".rest" }

    /// The manifest of a job of which this would be the report without shards.
    package var manifest: String { base + ".shards.json" }

    /// Returns the report of a shard: `events.shard-02-of-08.report.ndjson`.
    package func of(_ shard: Shard) -> ReportPath {
        ReportPath(
            path: "\(base).shard-\(shard.name)\(path.dropFirst(base.count))", format: format)
    }

    /// The extensions of files of undelivered lines: those of the formats of inputs.
    package static let undeliveredExtensions = ["ndjson", "json", "csv", "tsv"]

    /// The file of lines that certainly did not arrive, in the input's own format.
    ///
    /// Each of several inputs has its own file. Its name contains the input's number, because two
    /// inputs can have the same name.
    package func rejected(input: Int, of inputs: [InputPath], extension ending: String) -> String {
        undeliveredPath("rejected", input: input, of: inputs, ending: ending)
    }

    /// The file of lines that may have arrived.
    package func unknown(input: Int, of inputs: [InputPath], extension ending: String) -> String {
        undeliveredPath("unknown", input: input, of: inputs, ending: ending)
    }

    /// Returns whether a path is that of a file of undelivered lines of a run with this report.
    package func hasUndelivered(named path: String) -> Bool {
        guard path.hasPrefix(base + ".") else { return false }
        var name = path.dropFirst(base.count + 1)
        let endings = ["rejected", "unknown"].flatMap { kind in
            Self.undeliveredExtensions.map { "\(kind).\($0)" }
        }
        guard let ending = endings.first(where: { name.hasSuffix($0) }) else { return false }
        name = name.dropLast(ending.count)
        // One of several inputs has its number and its name before.
        if name.isEmpty { return true }
        let digits = name.utf8.prefix { (0x30...0x39).contains($0) }.count
        return digits > 0 && name.dropFirst(digits).first == "-" && name.last == "."
            && !name.contains("/")
    }

    /// Returns whether a file of the run would have this name.
    package func wouldOverwrite(_ path: InputPath, of inputs: [InputPath]) -> Bool {
        overwritten([path], of: inputs) != nil
    }

    /// Returns the first input whose name a file of the run would have; nil without one.
    package func overwritten(of inputs: [InputPath]) -> InputPath? {
        overwritten(inputs, of: inputs)
    }

    private func overwritten(_ paths: [InputPath], of inputs: [InputPath]) -> InputPath? {
        let names = Set([path, journal, summary, rest].map(InputPath.normalised))
        // Without the extensions, as the formats are not known yet.
        let stems = Set(
            inputs.indices.flatMap { index in
                ["rejected", "unknown"].map {
                    InputPath.normalised(
                        undeliveredPath($0, input: index, of: inputs, ending: ""))
                }
            })
        return paths.first { path in
            guard case .file(let name) = path else { return false }
            let normalised = InputPath.normalised(name)
            if names.contains(normalised) { return true }
            // A stem ends with a point, in the last step.
            var start = normalised[...]
            while let last = start.last, last != "/" {
                if last == ".", stems.contains(String(start)) { return true }
                start.removeLast()
            }
            return false
        }
    }

    private func undeliveredPath(_ kind: String, input: Int, of inputs: [InputPath], ending: String)
        -> String
    {
        guard inputs.count > 1 else { return "\(base).\(kind).\(ending)" }
        return "\(base).\(input + 1)-\(Self.stem(ofInput: inputs[input].shown)).\(kind).\(ending)"
    }

    /// The path without `.report` and the extension.
    private var base: String {
        let stem = path.dropLast(format.rawValue.utf8.count + 1)
        let suffix = ".report"
        let name = stem.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        return String(name.hasSuffix(suffix) && name != suffix ? stem.dropLast(suffix.count) : stem)
    }

    /// An input's name without its directory and known extensions.
    private static func stem(ofInput input: String) -> String {
        var name = input.split(separator: "/").last ?? "input"
        let packed = InputFormat.packedExtensions
        for ending in packed + [".ndjson", ".jsonl", ".json", ".csv", ".tsv"]
        where name.hasSuffix(ending) && name.utf8.count > ending.utf8.count {
            name = name.dropLast(ending.count)
            if !packed.contains(ending) { break }
        }
        return String(name)
    }
}
