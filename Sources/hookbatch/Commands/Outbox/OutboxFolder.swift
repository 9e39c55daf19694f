import Ledger
import Platform
import Sending
import Time

/// The folder of an outbox: its files to send, and where they are moved.
///
/// A file `p.csv` is sent as `sending/p.csv/p.csv`, with its run's files beside it. Then this
/// folder is moved as a whole, in one step.
struct OutboxFolder {
    /// Absolute, since the reader of a mail is in another folder; as given if that is unknown.
    let path: String
    /// As given: the rows and the journals of the files have this path.
    let given: String

    init(given: String) {
        self.given = given
        path = Directory.absolute(given)
    }

    /// Where the folder of a finished file is.
    enum Place: String { case done, failed }

    /// A file that is being sent, with the paths of its run.
    struct Claim {
        let name: String
        let folder: String
        /// The folder with the path of the outbox as it was given.
        let given: String
        var input: String { "\(folder)/\(name)" }
        /// The whole name, so that `p.csv` and `p.ndjson` have different files.
        var report: String { report("") }
        /// The input and the report for the command line of `send`.
        var givenInput: String { "\(given)/\(name)" }
        var givenReport: String { "\(given)/\(name).report.ndjson" }
        /// The whole file, if it had to be cut to what was taken.
        var whole: String { "\(input).whole" }
        /// Returns the report with a mark after the file's name.
        func report(_ mark: String) -> String { "\(input)\(mark).report.ndjson" }

        /// Returns a message of `send` with this folder's path instead of the given one.
        func absolute(_ text: String) -> String {
            guard folder != given else { return text }
            // A name can be without its first step `./`.
            let all = [given, InputPath.normalised(given)]
            return all.reduce(text) { text, path in
                let (path, whole) = (Escaping.escaped(path) + "/", Escaping.escaped(folder) + "/")
                let parts = text.parts(between: path)
                return parts.dropFirst().reduce(String(parts[0])) { start, part in
                    // Not the end of another path.
                    let isPath = start.last.map { $0 == " " || $0 == "'" } ?? true
                    return start + (isPath ? whole : path) + part
                }
            }
        }

        private var files: ReportPath? { ReportPath(text: report) }
        var summary: String { files?.summary ?? "" }
        var journal: String { files?.journal ?? "" }

        /// Whether a run of the file was started.
        func hasRun() throws(SystemError) -> Bool {
            if try FileStatus.of(journal) != nil { return true }
            return try FileStatus.of(report) != nil
        }

        /// Whether the run of the file needs no other process.
        func isPublished() throws(SystemError) -> Bool {
            guard try FileStatus.of(journal) == nil else { return false }
            return try FileStatus.of(report) != nil
        }
    }

    /// A file that waits in the folder.
    struct Waiting {
        let name: [UInt8]
        /// Its last change, in nanoseconds since 1970; nil if its name is not UTF-8.
        let modified: Int64?
        /// Bytes.
        var size: UInt64 = 0
    }

    var lock: String { "\(path)/.hookbatch-outbox.lock" }
    var ledger: String { "\(path)/\(OutboxPlace.ledgerName)" }
    private var sending: String { "\(path)/sending" }

    func claim(_ name: String) -> Claim {
        Claim(name: name, folder: "\(sending)/\(name)", given: "\(given)/sending/\(name)")
    }

    /// The files of a finished file.
    func files(of finish: OutboxFinish) -> Claim {
        let folder = "\(path)/\(finish.place)"
        return Claim(name: finish.name, folder: folder, given: folder)
    }

    /// Returns whether a file of this name may be complete, as transfer programs name theirs.
    static func isComplete(_ name: [UInt8]) -> Bool {
        guard let first = name.first, first != UInt8(ascii: ".") else { return false }
        let endings = [
            ".part", ".partial", ".filepart", ".tmp", ".crdownload",
            // It goes with its file of undelivered lines.
            OriginsHeader.pathExtension,
        ]
        return !endings.contains { name.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }

    /// Returns whether a file has not changed for the time `settle`.
    ///
    /// - Parameters:
    ///   - modified: Its last change, in nanoseconds since 1970.
    ///   - now: Likewise.
    static func isSettled(modified: Int64, now: Int64, settle: Duration) -> Bool {
        let (age, overflow) = now.subtractingReportingOverflow(modified)
        // A time far in the future is not that of an upload in progress.
        return overflow || age.magnitude >= settle.inNanoseconds.magnitude
    }

    /// Returns the complete files in the order of their names.
    ///
    /// - Parameter named: The paths of files that are not to be sent.
    func waiting(except named: [String]) throws(SystemError) -> [Waiting] {
        // A missing one is not in the folder.
        let named = Set(
            named.compactMap { path in
                ((try? FileStatus.of(path, followingLinks: true)) ?? nil)?.identity
            })
        var files: [Waiting] = []
        for name in try Directory.names(in: path) where Self.isComplete(name) {
            let file = "\(path)/\(String(decoding: name, as: UTF8.self))"
            guard let status = try FileStatus.of(file), status.isRegular else {
                // A name that is not UTF-8 can't be looked up: it is reported.
                if String(validating: name, as: UTF8.self) == nil {
                    files.append(Waiting(name: name, modified: nil))
                }
                continue
            }
            if named.contains(status.identity) { continue }
            files.append(
                Waiting(name: name, modified: status.modifiedNanoseconds, size: status.size))
        }
        return files.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    /// Returns the names of the claimed files, in their order.
    func claimed() throws(SystemError) -> [String] {
        guard try FileStatus.of(sending) != nil else { return [] }
        var names: [String] = []
        for bytes in try Directory.names(in: sending) {
            guard let name = String(validating: bytes, as: UTF8.self),
                try FileStatus.of("\(sending)/\(name)")?.isDirectory == true
            else { continue }
            names.append(name)
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Moves a waiting file into its own folder in `sending`.
    func take(_ name: String) throws(SystemError) -> Claim {
        let claim = claim(name)
        try Directory.create(sending)
        try Directory.create(claim.folder)
        try File.rename("\(path)/\(name)", to: claim.input)
        try Directory.sync(of: claim.input)
        try Directory.sync(of: sending)
        return claim
    }

    /// The file of origins that waits for a file, which may be compressed; nil without one.
    func origins(of name: String) throws(SystemError) -> String? {
        for origins in OriginOptions.paths(for: name)
        where try FileStatus.of("\(path)/\(origins)")?.isRegular == true {
            return origins
        }
        return nil
    }

    /// Moves the origins of the lines of a claimed file beside it, if there are any.
    func takeOrigins(_ claim: Claim) throws(SystemError) {
        guard let name = try origins(of: claim.name) else { return }
        let origins = "\(path)/\(name)"
        try File.rename(origins, to: "\(claim.folder)/\(name)")
        try Directory.sync(of: claim.input)
        try Directory.sync(of: origins)
    }

    /// Returns a free path below the folder for a finished file, such as `done/p.csv`.
    func freePlace(_ place: Place, for name: String, now: Int64) throws(SystemError) -> String {
        let stem = "\(place.rawValue)/\(name)"
        var candidate = stem
        var count = 1
        while try FileStatus.of("\(path)/\(candidate)") != nil {
            let time = Timestamp(nanoseconds: now).rfc3339.filter { !"-:".contains($0) }
            candidate = count == 1 ? "\(stem).\(time)" : "\(stem).\(time).\(count)"
            count += 1
        }
        return candidate
    }

    /// Moves the folder of a claimed file to a free place.
    func move(_ claim: Claim, to place: String) throws(SystemError) {
        let target = "\(path)/\(place)"
        try Directory.create(Directory.parent(of: target))
        try File.rename(claim.folder, to: target)
        try Directory.sync(of: target)
        try Directory.sync(of: claim.folder)
    }

    /// Returns the paths of the folders of failed files.
    func failed() -> [String] {
        let folder = "\(path)/\(Place.failed.rawValue)"
        return ((try? Directory.names(in: folder)) ?? [])
            .filter { $0.first != UInt8(ascii: ".") }
            .compactMap { String(validating: $0, as: UTF8.self) }.map { "\(folder)/\($0)" }
    }
}
