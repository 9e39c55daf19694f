import Delivery
import Glibc
import Ledger
import Platform
import Sending
import Time

/// One round of an outbox: each file in turn.
final class OutboxRound {
    let options: OutboxOptions
    let folder: OutboxFolder
    let ledger: OutboxLedger
    private let lock: File
    private let signals: Signals
    var tally = OutboxTally()
    /// The last changes of finished files with bytes that are not sent.
    var grown: [Int64] = []
    /// The files of origins of the failed files when the first file was taken.
    lazy var failedOrigins = KnownOrigins(in: [folder.path] + folder.failed())
    /// Files in `done` with undelivered lines that were sent later.
    private(set) var undeliveredRests = 0
    /// Names of files that wait for one of their name.
    var busyNames: Set<String> = []
    /// The places of files whose lines that were not accepted were told in this round.
    var toldFailed: Set<String> = []
    /// Whether no further file is taken.
    private var isOver = false
    /// Whether `send` could not read or write a file for the last file.
    private var hadFileError = false
    private var hasFolderError = false
    /// The name of a problem that concerns no single file.
    private static let folderProblem = "/folder"
    private static let destinationProblem = "/destination"
    /// The name of a problem of the options.
    static let optionsProblem = "/options"

    init(_ options: OutboxOptions, ledger: OutboxLedger, lock: File, signals: Signals) {
        self.options = options
        folder = options.folder
        self.ledger = ledger
        self.lock = lock
        self.signals = signals
    }

    var exitStatus: ExitStatus { tally.exitStatus }

    func run() {
        if let store = options.defaultStore, ledger.history.lastIsOfAPI {
            tally.add(.usage)
            return tell(Self.destinationProblem, OutboxProblem(content: nil, cause: "no --to")) {
                "the files of this outbox were sent to the API, and without "
                    + "\(Flags.destination.to.declaration.spelling) they would be stored locally in "
                    + "\(Escaping.quoted(store)); give it the destination again (the job may have it in "
                    + "\(Flags.destination.to.declaration.variable(for: .send)))"
            }
        }
        resolve(Self.destinationProblem)
        tellWarnings()
        attempt(Self.folderProblem) { () throws(SystemError) in
            try completeMoves()
            try watchGrowth()
        }
        attempt(Self.folderProblem) { () throws(SystemError) in
            for name in try folder.claimed() where takesNext {
                attempt(name) { () throws(SystemError) in try send(folder.claim(name)) }
            }
            for file in try folder.waiting(except: options.namedFiles) where takesNext {
                attempt(file) { (name) throws(SystemError) in try send(folder.take(name)) }
            }
        }
        attempt(Self.folderProblem) { () throws(SystemError) in
            try forgetMissing()
            if !isOver { forgetBusy() }
            try moveDelivered()
            undeliveredRests = tellRests()
        }
        if options.isVerbose { sayFailed() }
        if !hasFolderError { resolve(Self.folderProblem) }
        withExtendedLifetime(lock) {}
    }

    /// Whether the next file is taken.
    private var takesNext: Bool {
        if let number = signals.next() { stop(by: number) }
        return !isOver
    }

    private func stop(by number: Int32) {
        isOver = true
        tally.add(ExitStatus(signal: number))
    }

    /// Does a step for a file. An error ends the round, and is told once.
    func attempt(_ name: String, _ step: () throws(SystemError) -> Void) {
        do {
            try step()
        } catch {
            isOver = true
            let isFile = name != Self.folderProblem
            if isFile { tally.add(.stopped, .fileError) } else { tally.add(.fileError) }
            hasFolderError = hasFolderError || !isFile
            tell(name, OutboxProblem(content: nil, cause: "file_error")) {
                (isFile ? Escaping.quoted(name) + ": " : "") + SendError.file(error).message
            }
        }
    }

    // MARK: Sending

    private func send(_ claim: OutboxFolder.Claim) throws(SystemError) {
        guard try FileStatus.of(claim.input) != nil else {
            guard try !Directory.names(in: claim.folder).isEmpty else {
                // A crash came between its creation and the move of the file.
                return try Directory.remove(claim.folder)
            }
            return refuse(claim, nil, cause: "missing", "its file is missing in the folder", .usage)
        }
        let hasRun = try claim.hasRun()
        if !hasRun { try folder.takeOrigins(claim) }
        let earlier = hasRun ? [] : ledger.history.finishes(named: claim.name)
        let content: OutboxContent
        let parts: [UInt64: String]
        do {
            (content, parts) = try OutboxContent.read(
                claim.input, parts: earlier.map(\.content.size))
        } catch {
            let cause = "unreadable_\(error.code)"
            return refuse(claim, nil, cause: cause, SendError.file(error).message, .fileError)
        }
        if !hasRun, let finish = ledger.history.finish(of: content, named: claim.name) {
            return try setAside(claim, finish)
        }
        let begun = earlier.filter { finish in
            finish.content.size < content.size
                && parts[finish.content.size] == finish.content.hash
        }
        if content.origins == nil,
            let finish = begun.max(by: { $0.content.size < $1.content.size })
        {
            return try holdStartedOver(claim, content, finish)
        }
        if !hasRun, content.origins == nil, try holdPrefix(claim, content, earlier) { return }
        if !hasRun, content.origins == nil,
            let finish = earlier.last(where: { !$0.isDone && $0.accepted > 0 }),
            try holdReturned(claim, content, finish)
        {
            return
        }
        let started = ledger.history.started[claim.name]
        let summary = hasRun ? OutboxRun(summaryAt: claim.summary) : nil
        if hasRun, let started, content.size > summary?.inputSize ?? started.size {
            // It has grown since: its run has read what it had, and `send` refuses the file now.
            guard let summary, summary.isFinished, try claim.isPublished(),
                let status = ExitStatus(rawValue: summary.exitCode)
            else { return try run(claim, started) }
            return try finish(claim, started, status, summary)
        }
        if let signal = OutboxVerdict.crashes.first(where: { signal in
            ledger.history.problems[claim.name]?.cause == Self.crash(signal)
        }) {
            // Each start may send some lines again before it crashes.
            return crashed(claim, content, signal: signal)
        }
        if started != content { try ledger.append(.started(name: claim.name, content)) }
        try run(claim, content)
    }

    /// Runs `send`, and does with the file what its end means.
    private func run(
        _ claim: OutboxFolder.Claim, _ content: OutboxContent
    ) throws(SystemError) {
        let child = try ChildProcess(
            executable: "/proc/self/exe", arguments: ["hookbatch"] + options.words(for: claim),
            environment: options.environment, keeping: lock.descriptor)
        let (end, output) = try wait(for: child, claim.name)
        let errors = OutboxErrors(output, absolute: claim.absolute)
        var summary = OutboxRun(summaryAt: claim.summary)
        // An older one, if the disk is full.
        if case .exit(let code) = end, summary?.exitCode != code { summary = nil }
        let verdict = OutboxVerdict(end, stopCause: summary?.stop?.cause)
        hadFileError = hadFileError && verdict == .fileError
        var isFinished = false
        if case .finished = verdict { isFinished = true }
        let warnings = errors.warnings.filter { warning in
            // It can't be stopped any more.
            !options.warnings.contains(warning)
                // The message of the stop says it.
                && !warning.hasSuffix(Progress.keyKeptEnd)
                && !(isFinished && warning.hasPrefix(Progress.slowRetriesStart))
        }
        if !warnings.isEmpty {
            let text = warnings.joined(separator: "; ")
            tell(claim.name + "/", OutboxProblem(content: content, cause: text)) {
                "warning: \(Escaping.quoted(claim.name)): \(text)"
            }
        }
        switch verdict {
        case .finished(let status):
            try finish(claim, content, status, summary)
        case .stopped(let status, let cause):
            isOver = true
            stopped(claim, content, status, cause, summary, errors)
        case .fileError:
            // A file may be damaged, but a full disk concerns the next one too.
            if hadFileError || !canWrite { isOver = true }
            hadFileError = true
            // A disk that is full again after more lines is another event.
            let done = (summary?.totals.counts).map { $0.total - $0.notAttempted } ?? 0
            let after = done > 0 ? " after \(WholeNumber.shown(done, "line"))" : ""
            stopped(claim, content, .fileError, "file_error" + after, summary, errors)
        case .crashed(let signal): crashed(claim, content, signal: signal)
        case .refused:
            let text = errors.problems.isEmpty ? "exit code 2" : errors.text
            let read = OutboxRun(summaryAt: claim.summary)?.inputSize
            let cut = OutboxNotice.cut(claim, to: read ?? content.size)
            refuse(
                // The text has the size, which may still grow.
                claim, content, cause: cut == nil ? text : "grown", text, .usage,
                way: cut ?? OutboxNotice.conversion(claim, from: errors.encoding)
                    ?? OutboxNotice.startOver(claim, folder: folder.path))
        }
    }

    /// Waits for the end of a `send`, and shows its progress.
    private func wait(
        for child: ChildProcess, _ name: String
    ) throws(SystemError) -> (end: ChildProcess.End, errors: [UInt8]) {
        let progress = OutboxProgress(of: name, isShown: options.isVerbose)
        signals.onStatusRequest = {
            progress.request()
            child.signal(SIGUSR1)
        }
        defer {
            signals.onStatusRequest = {}
            progress.end()
        }
        return try child.wait(signals) { number in
            stop(by: number)
            if !Self.isSentToGroup(number) { child.signal(number) }
        } isShown: {
            progress.show($0)
        }
    }

    /// Whether the terminal has sent the signal to the child too.
    private static func isSentToGroup(_ number: Int32) -> Bool {
        (number == SIGINT || number == SIGHUP) && tcgetpgrp(STDERR_FILENO) == getpgrp()
    }

    /// Whether the disk of the folder accepts a file.
    private var canWrite: Bool {
        do {
            let file = try File.createUnnamed(in: folder.path)
            let bytes = [UInt8](repeating: 0, count: 64 << 10)
            try bytes.span.withUnsafeBytes { (bytes) throws(SystemError) in try file.write(bytes) }
            try file.sync()
            return true
        } catch {
            return false
        }
    }

    private func stopped(
        _ claim: OutboxFolder.Claim, _ content: OutboxContent, _ status: ExitStatus,
        _ cause: String, _ summary: OutboxRun?, _ errors: OutboxErrors
    ) {
        tally.add(.stopped, status, summary)
        tell(claim.name, OutboxProblem(content: content, cause: cause)) {
            OutboxNotice.stopped(claim, summary, cause: cause, errors, folder: folder.path)
        }
    }

    /// The cause of a crash of this version of the program.
    private static func crash(_ signal: Int32) -> String {
        "crashed_by_signal_\(signal) \(Version.line.dropLast())"
    }

    private func crashed(
        _ claim: OutboxFolder.Claim, _ content: OutboxContent, signal: Int32
    ) {
        refuse(
            claim, content, cause: Self.crash(signal),
            "internal error: its send crashed (signal \(signal)); this version of hookbatch does not "
                + "try again; keep its files, and report it", .internalError)
    }

    private func refuse(
        _ claim: OutboxFolder.Claim, _ content: OutboxContent?, cause: String, _ text: String,
        _ status: ExitStatus, way: String? = nil
    ) {
        tally.add(.refused, status)
        tell(claim.name, OutboxProblem(content: content, cause: cause)) {
            OutboxNotice.refused(claim.name, text, folder: claim.folder, way: way)
        }
    }
}
