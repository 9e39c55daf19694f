import Delivery
import Platform
import Sending
import Time

/// The end of a file: its row in the ledger, its move, and its message, in this order.
///
/// After a crash the next round does what is missing.
extension OutboxRound {
    /// Records and moves a file whose lines all have an outcome.
    func finish(
        _ claim: OutboxFolder.Claim, _ content: OutboxContent, _ status: ExitStatus,
        _ run: OutboxRun?
    ) throws(SystemError) {
        let finish = OutboxFinish(
            name: claim.name, content: content, runID: run?.runID ?? "",
            exitCode: status.rawValue, read: run?.read ?? 0,
            accepted: run?.totals.counts.accepted ?? 0,
            place: try folder.freePlace(
                status == .success ? .done : .failed, for: claim.name, now: WallClock.nanoseconds),
            sent: try sent(claim, content, run), isOfAPI: options.isOfAPI)
        try ledger.append(.finished(finish))
        tally.add(status == .success ? .done : .failed, status, run)
        try folder.move(claim, to: finish.place)
        try ledger.append(.moved(name: claim.name))
        if status == .success {
            sayResult("\(WholeNumber.shown(finish.read, "line")) accepted", finish)
        } else {
            try tellNotAccepted(finish)
        }
        try tellGrowth(of: finish)
    }

    /// Returns the file as it was sent.
    private func sent(
        _ claim: OutboxFolder.Claim, _ content: OutboxContent, _ run: OutboxRun?
    ) throws(SystemError) -> OutboxFinish.Sent? {
        try FileStatus.of(claim.input).map { status in
            OutboxFinish.Sent(
                size: run?.inputSize ?? content.size, inode: status.identity.inode,
                finishedAt: WallClock.nanoseconds / 1_000_000)
        }
    }

    /// Moves a file away whose content was sent before.
    ///
    /// - Parameter isWhole: Whether its parts were sent by several runs, as a person was told.
    func setAside(
        _ claim: OutboxFolder.Claim, _ finish: OutboxFinish, isWhole: Bool = false
    ) throws(SystemError) {
        let place = try folder.freePlace(
            finish.isDone || isWhole ? .done : .failed, for: claim.name, now: WallClock.nanoseconds)
        tally.add(.alreadySent, .success)
        if !isWhole {
            Terminal.say(OutboxNotice.alreadySent(finish, place: "\(folder.path)/\(place)"))
        }
        try folder.move(claim, to: place)
        if ledger.history.started[claim.name] != nil || ledger.history.problems[claim.name] != nil {
            try ledger.append(.resolved(name: claim.name))
        }
    }

    /// Records and moves a file that `send` has sent before, and told of.
    func adopt(_ claim: OutboxFolder.Claim, _ run: OutboxRun) throws(SystemError) {
        let status = ExitStatus(rawValue: run.exitCode) ?? .someNotAccepted
        try folder.takeOrigins(claim)
        let content = try OutboxContent(of: claim.input)
        let finish = OutboxFinish(
            name: claim.name, content: content, runID: run.runID,
            exitCode: run.exitCode, read: run.read, accepted: run.totals.counts.accepted,
            place: try folder.freePlace(
                status == .success ? .done : .failed, for: claim.name, now: WallClock.nanoseconds),
            sent: try sent(claim, content, run), isOfAPI: options.isOfAPI)
        try ledger.append(.finished(finish))
        try ledger.append(
            .told(
                name: claim.name,
                OutboxProblem(content: finish.content, cause: OutboxProblem.notAccepted)))
        tally.add(.alreadySent, .success)
        try folder.move(claim, to: finish.place)
        try ledger.append(.moved(name: claim.name))
    }

    /// Completes the moves and the messages of a round that was killed.
    func completeMoves() throws(SystemError) {
        for pending in ledger.history.pending.values.sorted(by: { $0.name < $1.name }) {
            var finish = pending
            let claim = folder.claim(finish.name)
            if try FileStatus.of(claim.folder) != nil {
                if try FileStatus.of("\(folder.path)/\(finish.place)") != nil {
                    finish.place = try folder.freePlace(
                        finish.isDone ? .done : .failed, for: finish.name,
                        now: WallClock.nanoseconds)
                    try ledger.append(.finished(finish))
                }
                try folder.move(claim, to: finish.place)
            }
            tally.add(finish.isDone ? .done : .failed, finish.exitStatus, run(of: finish))
            try ledger.append(.moved(name: finish.name))
        }
        for finish in ledger.history.untold.values.sorted(by: { $0.name < $1.name }) {
            tally.add(finish.exitStatus)
            try tellNotAccepted(finish)
        }
    }

    /// Forgets the problems of files that are no longer here.
    func forgetMissing() throws(SystemError) {
        for name in ledger.history.problems.keys.sorted() where !name.hasPrefix("/") {
            // A slash follows the name in a file's second problem, its warnings.
            let file = name.hasSuffix("/") ? String(name.dropLast()) : name
            guard try FileStatus.of(folder.claim(file).folder) == nil,
                try FileStatus.of("\(folder.path)/\(file)") == nil
            else { continue }
            try ledger.append(.resolved(name: name))
        }
    }

    // MARK: Messages

    /// Names the folders of earlier rounds with lines that were not accepted.
    func sayFailed() {
        let files = ledger.history.failed.map(folder.files)
            .filter { !toldFailed.contains($0.folder) && FileStatus.exists($0.report) }
        guard let first = files.first else { return }
        let count = WholeNumber.shown(files.count, "folder")
        let report = ShellWords.quote(first.report)
        Terminal.say(
            "\(count) in \(Escaping.quoted(Directory.parent(of: first.folder))) with lines that were "
                + "not accepted; see what to do with:\n  hookbatch report \(Escaping.escaped(report))"
        )
    }

    private func tellNotAccepted(_ finish: OutboxFinish) throws(SystemError) {
        toldFailed.insert(folder.files(of: finish).folder)
        Terminal.say(
            OutboxNotice.notAccepted(
                finish, RunNotes(beside: folder.files(of: finish).report),
                among: folder.failed(), folder: folder.path))
        try ledger.append(
            .told(
                name: finish.name,
                OutboxProblem(content: finish.content, cause: OutboxProblem.notAccepted)))
    }

    /// Returns the run of a file that was moved to its place; nil if it is not there any more.
    private func run(of finish: OutboxFinish) -> OutboxRun? {
        OutboxRun(summaryAt: folder.files(of: finish).summary)
    }

    func sayResult(_ text: String, _ finish: OutboxFinish) {
        guard options.isVerbose else { return }
        Terminal.say("\(Escaping.quoted(finish.name)): \(text); \(Escaping.quoted(finish.place))")
    }

    /// Prints a message unless it was printed for the same problem; at a terminal always.
    ///
    /// - Parameter name: The file's; one that begins with a slash is of the outbox itself.
    func tell(_ name: String, _ problem: OutboxProblem, _ message: () -> String) {
        let isKnown = ledger.history.isKnown(problem, of: name)
        if !isKnown || options.isVerbose { Terminal.say(message()) }
        if isKnown { return }
        do {
            try ledger.append(.told(name: name, problem))
        } catch {
            // The message then comes again in the next round.
            tally.add(.fileError)
        }
    }

    /// Tells the warnings about the options, again when they have changed.
    func tellWarnings() {
        let text = options.warnings.joined(separator: "\n")
        if text.isEmpty { return resolve(Self.optionsProblem) }
        tell(Self.optionsProblem, OutboxProblem(content: nil, cause: text)) {
            options.warnings.map { "warning: \($0)" }.joined(separator: "\n")
        }
    }

    /// Records that a problem of the outbox itself is over.
    func resolve(_ name: String) {
        guard ledger.history.problems[name] != nil else { return }
        do {
            try ledger.append(.resolved(name: name))
        } catch {
            tally.add(.fileError)
        }
    }

    // MARK: Metrics

    /// Writes the metrics of the round. Its exit code includes a failure to do so.
    func writeMetrics(to place: MetricsPath, startedAt: Instant) {
        do {
            try OutboxMetrics.write(
                to: place, of: folder, tally, except: options.namedFiles, grown: grown,
                undeliveredRests: undeliveredRests, startedAt: startedAt)
            resolve("/metrics")
        } catch {
            tally.add(.fileError)
            tell("/metrics", OutboxProblem(content: nil, cause: "file_error")) {
                "the metrics of the outbox \(Escaping.quoted(folder.path)): "
                    + SendError.file(error).message
            }
        }
    }
}
