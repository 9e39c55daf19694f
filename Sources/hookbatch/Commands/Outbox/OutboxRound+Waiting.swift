import Ledger
import Platform
import Time

/// The files that wait in the folder.
extension OutboxRound {
    /// Takes a waiting file, unless it may still be written or its name is not UTF-8.
    func attempt(
        _ file: OutboxFolder.Waiting, _ step: (String) throws(SystemError) -> Void
    ) {
        let name = String(decoding: file.name, as: UTF8.self)
        guard let modified = file.modified else {
            tally.add(.refused, .usage)
            tell(name, OutboxProblem(content: nil, cause: "name")) {
                "\(Escaping.quoted(name)): the name is not UTF-8; rename the file"
            }
            return
        }
        // A file of this name was stopped, and is first.
        let busy = folder.claim(name)
        let isBusy = FileStatus.exists(busy.input)
        guard
            OutboxFolder.isSettled(
                modified: modified, now: WallClock.nanoseconds, settle: options.settle)
        else {
            if options.isVerbose {
                Terminal.say(
                    "\(Escaping.quoted(name)): it changed less than \(options.settle.shown) ago, "
                        + "and may not be complete; a later round takes it")
            }
            return
        }
        if isBusy { return tellBusy(busy) }
        if let line = CutOffRecord.line(of: "\(folder.path)/\(name)", options.input) {
            return wait(name, file, line)
        }
        if let copy = copyOfFailed(name) {
            let problem = OutboxProblem(content: nil, cause: "copy of \(copy.original)")
            if copy.likeness > .count {
                tally.add(.refused, .usage)
                return tell(name, problem) { OutboxNotice.copy(name, copy, in: folder.path) }
            }
            if copy.likeness == .count {
                tell(name + "/", problem) { OutboxNotice.likeFailed(name, copy) }
            }
        }
        // By the path as it was given to that send.
        let path = "\(folder.given)/\(name)"
        switch EarlierSend.find(path, modified: modified, size: file.size) {
        case .unfinished(let journal):
            tally.add(.refused, .usage)
            tell(name, OutboxProblem(content: nil, cause: "earlier_send")) {
                "\(Escaping.quoted(name)): \(Escaping.quoted(Directory.absolute(journal))) is the "
                    + "journal of a send of this file; run that send again until it is finished"
            }
        case .finished(let run):
            attempt(name) { () throws(SystemError) in try adopt(folder.take(name), run) }
        case nil:
            attempt(name) { () throws(SystemError) in try step(name) }
        }
    }

    /// The start of the name of such a problem; the file's name follows.
    private static let busyPrefix = "/busy/"

    /// Tells that a file waits for one of its name.
    private func tellBusy(_ claim: OutboxFolder.Claim) {
        busyNames.insert(claim.name)
        let hasRun = (try? claim.hasRun()) ?? true
        let problem = OutboxProblem(content: nil, cause: hasRun ? "busy" : "busy, not begun")
        tell(Self.busyPrefix + claim.name, problem) {
            OutboxNotice.busy(claim, in: folder.path, hasRun: hasRun)
        }
    }

    /// Forgets the problems of files that do not wait for one of their name any more.
    func forgetBusy() {
        for name in ledger.history.problems.keys.sorted()
        where name.hasPrefix(Self.busyPrefix)
            && !busyNames.contains(String(name.dropFirst(Self.busyPrefix.count)))
        {
            resolve(name)
        }
    }

    /// Returns the file of undelivered lines in `failed` of which a file without origins is a copy.
    private func copyOfFailed(_ name: String) -> UndeliveredCopy? {
        let path = "\(folder.path)/\(name)"
        do {
            guard try folder.origins(of: name) == nil else { return nil }
        } catch {
            // Taking the file fails too.
            return nil
        }
        return failedOrigins.original(
            of: path, comparesLines: true, to: options.destination, options.input)
    }

    /// Leaves a file whose last record is cut off, and tells of it after a while.
    private func wait(_ name: String, _ file: OutboxFolder.Waiting, _ line: UInt64) {
        let isLate = OutboxFolder.isSettled(
            modified: file.modified ?? 0, now: WallClock.nanoseconds,
            settle: max(options.settle, Self.uploadPatience))
        guard isLate else {
            if options.isVerbose {
                Terminal.say(
                    "\(Escaping.quoted(name)): its last line is cut off, so its upload is not "
                        + "complete; a later round takes it")
            }
            return
        }
        tally.add(.refused, .usage)
        tell(name, OutboxProblem(content: nil, cause: "cut_off at \(file.size) bytes")) {
            OutboxNotice.cutOff(name, line, in: folder.path)
        }
    }

    /// How long the upload of a file that ends within a record may stall before it is told.
    private static let uploadPatience = Duration.seconds(600)
}
