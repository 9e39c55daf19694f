import Ledger
import Platform
import Records
import Sending

/// A file of undelivered lines of which another file is a copy, edited or not.
///
/// Under another name its lines would be sent as new ones.
struct UndeliveredCopy {
    /// Why a file is taken for a copy.
    enum Likeness: Comparable {
        /// It has as many lines, and nothing shows that they are others.
        case countAlone
        /// It has as many lines, and most of them are for the application of the same line, or its
        /// name contains that of the file that had the lines first.
        case count
        /// Most of its lines are unchanged ones of the other file, or some of as many lines.
        case lines
        /// Its name contains that of the other file.
        case name
    }

    /// The file of undelivered lines.
    let original: String
    let likeness: Likeness

    /// What the copy is to the original, after its name.
    var words: String {
        let name = Escaping.quoted(original)
        return switch likeness {
        case .name: "looks like a copy of \(name)"
        case .lines: "has the lines of \(name)"
        case .countAlone, .count:
            "has as many lines as \(name), and may be a copy of it"
        }
    }
}

/// The files of origins in some folders, with which files are compared.
struct KnownOrigins {
    /// The files of undelivered lines, with their names without the extension.
    private let files: [(path: String, stem: String)]
    private var samples: [Known]?

    /// A file of undelivered lines.
    private struct Known {
        let original: String
        let origins: OriginsSample
        /// XXH64 of its lines as the run left them, and as they are now.
        let hashes: Set<UInt64>
    }

    /// Lines of each file that are compared: most people edit a few, and keep the order.
    private static let sampleLines = 1000
    /// Maximum files whose lines are compared, the newest ones.
    private static let maxSamples = 32

    /// A folder that can't be read has none.
    init(in folders: [String]) {
        files = folders.flatMap { folder in
            ((try? Directory.names(in: folder, endingWith: OriginsHeader.pathExtension)) ?? [])
                .compactMap { String(validating: $0, as: UTF8.self) }.sorted()
                .compactMap { name in
                    let undelivered = name.dropLast(OriginsHeader.pathExtension.count)
                    return ReportPath.undeliveredExtensions.first {
                        undelivered.hasSuffix("." + $0)
                    }.map { format in
                        (
                            folder == "." ? String(undelivered) : "\(folder)/\(undelivered)",
                            String(undelivered.dropLast(format.count + 1))
                        )
                    }
                }
        }
    }

    /// Returns the file of undelivered lines of which a file is a copy; nil without one.
    ///
    /// - Parameters:
    ///   - comparesLines: Whether it is read, up to a thousand lines.
    ///   - destination: The one of the file; lines for another one are not compared.
    mutating func original(
        of path: String, comparesLines: Bool, to destination: SendDestination,
        _ options: InputOptions
    ) -> UndeliveredCopy? {
        guard !files.isEmpty else { return nil }
        let name = Self.name(of: path)
        let named = files.filter { $0.path != path && Self.contains(name, $0.stem) }
        // The names of later runs contain those of earlier ones.
        if let original = named.max(by: { $0.stem.utf8.count < $1.stem.utf8.count }) {
            return UndeliveredCopy(original: original.path, likeness: .name)
        }
        guard comparesLines,
            let file = FileRecords.sample(at: path, upTo: Self.sampleLines, options)
        else { return nil }
        return loadSamples(options)
            // The file that had the lines first is no copy.
            .filter { known in
                !known.origins.names.contains { Self.name(of: $0) == name }
                    && known.origins.header.destination.map(destination.isSame) ?? true
            }
            .compactMap { known in
                Self.likeness(file, known).map { like, count in
                    let isNamed = known.origins.names.contains {
                        Self.contains(name, Self.stem(of: $0))
                    }
                    let like = like == .countAlone && isNamed ? .count : like
                    return (
                        UndeliveredCopy(original: known.original, likeness: like), count,
                        known.origins.header.tries
                    )
                }
            }
            .max { ($0.0.likeness, $0.1, $0.2) < ($1.0.likeness, $1.1, $1.2) }?.0
    }

    private mutating func loadSamples(_ options: InputOptions) -> [Known] {
        if let samples { return samples }
        let newest = files.map { (path: $0.path, time: Self.modified(Self.origins(of: $0.path))) }
            .sorted { $0.time > $1.time }.prefix(Self.maxSamples)
        let loaded = newest.compactMap { file -> Known? in
            guard
                let origins = try? OriginsSample(
                    of: Self.origins(of: file.path), upTo: Self.sampleLines)
            else { return nil }
            let now = FileRecords.sample(at: file.path, upTo: Self.sampleLines, options)
            return Known(
                original: file.path, origins: origins,
                hashes: Set(origins.hashes + (now?.hashes ?? [])))
        }
        samples = loaded
        return loaded
    }

    /// Returns how a file is like the undelivered lines, and the number of its lines that are.
    private static func likeness(
        _ file: FileRecords.Sample, _ known: Known
    ) -> (UndeliveredCopy.Likeness, Int)? {
        let (count, origins) = (file.hashes.count, known.origins)
        // A copy has no more lines, since some may have been removed.
        guard count > 0, file.isWhole || !origins.isWhole,
            count <= origins.hashes.count || !origins.isWhole
        else { return nil }
        let same = file.hashes.count { known.hashes.contains($0) }
        // Many files have one line.
        guard count > 1 else { return nil }
        let isSameCount = file.isWhole && origins.isWhole && count == origins.hashes.count
        if same * 2 >= count || same > 0 && isSameCount { return (.lines, same) }
        guard isSameCount else { return nil }
        let applications = zip(file.applications, origins.applications).filter { $1 != 0 }
        let others = applications.count { $0 != $1 }
        guard others * 2 <= applications.count else { return nil }
        return (applications.isEmpty ? .countAlone : .count, count - others)
    }

    /// Whether the name of a file contains another one, apart from the extension:
    /// `orders.rejected-fixed.csv` or `Copy of orders.rejected.csv`.
    private static func contains(_ name: String, _ stem: String) -> Bool {
        guard !stem.isEmpty else { return false }
        var rest = name[...]
        while let range = rest.range(ofFirst: stem) {
            let around = [name[..<range.lowerBound].last, name[range.upperBound...].first]
            if around.allSatisfy({ $0.map { !$0.isLetter && !$0.isNumber } ?? true }) {
                return true
            }
            rest = rest[range.upperBound...]
        }
        return false
    }

    /// The name of an input without the extensions of its packing and its format.
    private static func stem(of path: String) -> String {
        var name = name(of: path)[...]
        for ending in InputFormat.packedExtensions + [".ndjson", ".jsonl", ".json", ".csv", ".tsv"]
        where name.hasSuffix(ending) && name.utf8.count > ending.utf8.count {
            name = name.dropLast(ending.count)
        }
        return String(name)
    }

    private static func origins(of path: String) -> String { path + OriginsHeader.pathExtension }

    private static func name(of path: String) -> String {
        path.split(separator: "/").last.map { String($0) } ?? path
    }

    private static func modified(_ path: String) -> Int64 {
        (try? FileStatus.of(path))??.modifiedNanoseconds ?? 0
    }
}
