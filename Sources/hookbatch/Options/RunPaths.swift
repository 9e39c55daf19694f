import Glibc
import Ledger
import Platform
import Sending

/// The paths of all files that a run reads, writes or removes.
///
/// Writing under a temporary name removes an existing file of that name. So no file that is read
/// or kept may have one of these names.
struct RunPaths {
    /// A file name in a folder, identified independently of links.
    private enum Place: Hashable {
        case entry(of: FileStatus.Identity, name: Substring)
        /// The folder can't be inspected.
        case path(String)

        init(_ path: String) {
            let name = path.split(separator: "/").last ?? ""
            if let folder = try? FileStatus.of(
                Directory.parent(of: path) + "/.", followingLinks: true)
            {
                self = .entry(of: folder.identity, name: name)
            } else {
                self = .path(InputPath.normalised(path))
            }
        }
    }

    private var read: [Place: String] = [:]
    private var made: [Place: String] = [:]

    /// Rejects options that would overwrite a file of the same run, or give a file a name that is too
    /// long: the run would fail after all was sent.
    ///
    /// - Parameters:
    ///   - list: The file of `--files-from`.
    ///   - retried: The report of `--retry-of` and its summary, and files of origins.
    ///   - secrets: The paths of keys and certificates.
    ///   - manifest: The path of the manifest of a job with shards.
    ///   - isFresh: Whether existing files get the former run's id as an extension.
    static func refuseConflicts(
        inputs: [InputPath], list: InputPath?, retried: [String] = [], destination: SendDestination,
        secrets: [String], report: ReportPath, manifest: String? = nil,
        watching: WatchOptions, isFresh: Bool
    ) throws(UsageError) {
        var paths = RunPaths()
        for case .file(let path) in inputs { paths.reads(path) }
        if case .file(let path)? = list { paths.reads(path) }
        for path in retried { paths.reads(path) }
        // No path: some users pass the key instead of its file.
        for path in secrets { paths.reads(path, as: "the file of a key or certificate") }
        if case .store(let store, _) = destination {
            paths.reads(store)
            for ending in ["-wal", "-shm", "-journal"] { paths.reads(store + ending) }
        }
        let files = report.files
        var own = [files.report, files.summary, report.rest]
        for index in inputs.indices {
            for ending in ReportPath.undeliveredExtensions {
                for path in [
                    report.rejected(input: index, of: inputs, extension: ending),
                    report.unknown(input: index, of: inputs, extension: ending),
                ] {
                    own += [path, path + OriginsHeader.pathExtension]
                }
            }
        }
        own += own.map(AtomicFile.temporaryPath) + [files.journal, files.spool]
        if let manifest { own.append(manifest) }
        let reportFlag = Flags.files.report.declaration.spelling
        // All are in the report's folder. Archived files get an extension.
        let maxNameBytes = Directory.maxNameBytes(beside: report.path)
        let suffix = isFresh ? ".\(RunID.random())" : ""
        for path in own {
            try refuseLong(path + suffix, reportFlag, maxNameBytes: maxNameBytes)
            try paths.makes(path, for: reportFlag)
        }
        let added = [
            (Flags.watching.summary.declaration.spelling, watching.summary),
            (Flags.watching.metrics.declaration.spelling, watching.metrics?.path),
        ]
        for case (let flag, let path?) in added {
            try refuseSpecial(path, flag)
            let maxNameBytes = Directory.maxNameBytes(beside: path)
            for path in [path, AtomicFile.temporaryPath(of: path)] {
                if let other = paths.made[Place(path)] {
                    throw UsageError(
                        "\(flag): \(Escaping.quoted(path)) is also a file of \(other); choose another path"
                    )
                }
                try refuseLong(path, flag, maxNameBytes: maxNameBytes)
                try paths.makes(path, for: flag)
            }
        }
    }

    private mutating func reads(_ path: String, as words: String? = nil) {
        let place = Place(path)
        read[place] = read[place] ?? words ?? Escaping.quoted(path)
    }

    private mutating func makes(_ path: String, for flag: String) throws(UsageError) {
        let place = Place(path)
        if let taken = read[place] {
            throw UsageError(
                "\(flag): this would overwrite or remove \(taken), which the run reads; "
                    + "choose another path")
        }
        made[place] = flag
    }

    private static func refuseLong(
        _ path: String, _ flag: String, maxNameBytes: Int
    ) throws(UsageError) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if name.utf8.count > maxNameBytes {
            throw UsageError(
                "\(flag): the run needs a file with the name \(Escaping.quoted(name)), which has "
                    + "\(name.utf8.count) bytes; this folder allows \(maxNameBytes); choose a shorter \(flag)"
            )
        }
        if path.utf8.count >= PATH_MAX {
            throw UsageError(
                "\(flag): the run needs a file with a path of \(path.utf8.count) bytes; the system "
                    + "allows \(PATH_MAX - 1); choose a shorter \(flag)")
        }
    }

    /// Rejects a device, a pipe, a folder or a link: the run would replace it, or fail at the end.
    private static func refuseSpecial(_ path: String, _ flag: String) throws(UsageError) {
        guard let there = try? FileStatus.of(path), !there.isRegular else { return }
        throw UsageError(
            "\(flag): \(Escaping.quoted(path)) is not a regular file; choose another path")
    }
}
