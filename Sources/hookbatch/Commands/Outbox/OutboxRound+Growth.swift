import Platform
import Time

/// Files that grow after they were sent: an upload that stalled for longer than `--settle` was taken
/// as complete.
extension OutboxRound {
    /// The start of the name of such a problem; the file's place follows.
    private static let prefix = "/grown/"
    /// How long a finished file is watched, in milliseconds.
    private static let watchTime: Int64 = 24 * 3600 * 1000

    /// The files that finished since then are watched, in milliseconds since 1970.
    static var startOfWatch: Int64 { WallClock.nanoseconds / 1_000_000 - watchTime }

    /// Tells of the files that have grown since an earlier round.
    func watchGrowth() throws(SystemError) {
        var grown: Set<String> = []
        for finish in ledger.history.finished(since: Self.startOfWatch) {
            if try tellGrowth(of: finish, isEarlier: true) {
                grown.insert(Self.prefix + finish.place)
            }
        }
        for name in ledger.history.problems.keys.sorted()
        where name.hasPrefix(Self.prefix) && !grown.contains(name) {
            resolve(name)
        }
    }

    /// Does not send a file that begins with all of one that was sent: its upload may have started
    /// over. If the rest of it was sent too, it is moved away.
    ///
    /// - Parameter finish: That file.
    func holdStartedOver(
        _ claim: OutboxFolder.Claim, _ content: OutboxContent, _ finish: OutboxFinish
    ) throws(SystemError) {
        let files = folder.files(of: finish)
        let sent =
            finish.sent
            ?? OutboxFinish.Sent(size: finish.content.size, inode: 0, finishedAt: 0)
        guard let growth = try OutboxGrowth(sent, files, whole: claim.input) else {
            return try setAside(claim, finish, isWhole: true)
        }
        tally.add(.refused, .usage)
        tell(claim.name, OutboxProblem(content: content, cause: "begins_with_sent")) {
            OutboxNotice.startedOver(claim, finish, growth, options)
        }
    }

    /// Does not send a file with only the first lines of one that was sent: its upload may have started
    /// over, and be incomplete. Returns whether it is one.
    ///
    /// - Parameter earlier: The files of its name.
    func holdPrefix(
        _ claim: OutboxFolder.Claim, _ content: OutboxContent, _ earlier: [OutboxFinish]
    ) throws(SystemError) -> Bool {
        for finish in earlier.reversed() where finish.content.size > content.size {
            let sent = folder.files(of: finish).input
            guard try FileStatus.of(sent) != nil,
                try OutboxContent.read(sent, parts: [content.size]).hashes[content.size]
                    == content.hash,
                // Other files may have one line in common.
                let count = FileRecords.count(at: claim.input, options.input), count > 1
            else { continue }
            tally.add(.refused, .usage)
            tell(claim.name, OutboxProblem(content: content, cause: "prefix_of_sent")) {
                OutboxNotice.prefix(claim, count, finish, options)
            }
            return true
        }
        return false
    }

    /// Does not send a file that is probably one in `failed` with some lines fixed. Returns whether it
    /// is.
    ///
    /// - Parameter finish: That file.
    func holdReturned(
        _ claim: OutboxFolder.Claim, _ content: OutboxContent, _ finish: OutboxFinish
    ) throws(SystemError) -> Bool {
        let files = folder.files(of: finish)
        guard try FileStatus.of(files.report) != nil,
            let returned = try ReturnedFile(claim.input, sent: files.input)
        else { return false }
        tally.add(.refused, .usage)
        tell(claim.name, OutboxProblem(content: content, cause: "returned")) {
            OutboxNotice.returned(claim, returned, files, RunNotes(beside: files.report), options)
        }
        return true
    }

    /// Tells of the bytes of a finished file that came after it was sent, once for a size. Returns
    /// whether there are any.
    ///
    /// - Parameter isEarlier: Whether an earlier round has finished it.
    @discardableResult
    func tellGrowth(
        of finish: OutboxFinish, isEarlier: Bool = false
    ) throws(SystemError) -> Bool {
        let files = folder.files(of: finish)
        guard let sent = finish.sent, let growth = try OutboxGrowth(sent, files) else {
            return false
        }
        // While it grows the figures are those of a moment.
        let isSettled = OutboxFolder.isSettled(
            modified: growth.modified, now: WallClock.nanoseconds, settle: options.settle)
        grown.append(growth.modified)
        guard isSettled || !isEarlier else { return true }
        let problem = OutboxProblem(content: nil, cause: "grown to \(growth.size) bytes")
        let name = Self.prefix + finish.place
        if !ledger.history.isKnown(problem, of: name) { tally.add(.someNotAccepted) }
        tell(name, problem) { OutboxNotice.grown(finish.name, growth, files, options) }
        return true
    }
}
