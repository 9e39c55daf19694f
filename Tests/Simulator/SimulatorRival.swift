import Delivery
import Ledger
import TestSupport

/// A second process of a shard, on another machine, which finds the journal without its lock.
///
/// The first process may be frozen, or slow, at any point in the meantime.
enum SimulatorRival {
    /// It has read the journal: the file, its state, and the bytes that it could read.
    case hasRead(SimulatorDisk, RecoveredJournal, length: Int, bootID: String)
    case runs(SimulatorProcess)
}

extension Simulator {
    /// Lets the other process make steps while this one is frozen within a step.
    func letOthersRun(during process: SimulatorProcess) { letOthersRun(process, isBetween: false) }

    /// Lets the other process make steps between two steps of this one.
    func letOthersRun(between process: SimulatorProcess) { letOthersRun(process, isBetween: true) }

    private func letOthersRun(_ process: SimulatorProcess, isBetween: Bool) {
        guard scenario.isShared, violation == nil, rival != nil || takeoversLeft > 0 else { return }
        // A step of the other process has effects of its own, at which only this one can go on.
        guard random.next(upTo: rival == nil ? 60 : isBetween ? 1 : 6) == 0 else { return }
        if case .runs(let other)? = rival, other === process || other.isInStep { return }
        let longest: UInt64 = random.next(upTo: 3) == 0 ? 60 : 3
        for _ in 0...random.next(upTo: longest) where violation == nil { stepRival() }
    }

    /// Lets the second process go on by one step.
    private func stepRival() {
        switch rival {
        case nil: startRival()
        case .hasRead(let file, let journal, let length, let bootID)?:
            rival = takeOver(file, journal, length: length, bootID).map { .runs($0) }
        case .runs(let process)?:
            do throws(Ending) {
                if try !process.step() { rival = nil }
            } catch {
                process.die(error)
                rival = nil
            }
        }
    }

    /// Reads the journal in another process, which counts on the rows of a dead one.
    private func startRival() {
        guard takeoversLeft > 0, countProcess() else { return }
        takeoversLeft -= 1
        let bytes = disk.read(&random)
        // The boot of this machine is another one than that of the last row.
        let bootID = "host-\(takeoversLeft + 2)"
        let journal = recovered(bytes, bootID: bootID)
        // A journal without a row belongs to a process that is about to begin.
        guard violation == nil, journal.header != nil, !journal.isFinished else { return }
        permitUncertainty()
        rival = .hasRead(disk, journal, length: bytes.count, bootID: bootID)
    }

    /// Gives the journal's path to a copy; nil if the process before turns out to be alive.
    func takeOver(
        _ file: SimulatorDisk, _ journal: RecoveredJournal, length: Int, _ bootID: String
    ) -> SimulatorProcess? {
        permitUncertainty()
        guard bug != .takenOverInPlace else {
            file.truncate(to: min(Int(journal.validLength), file.bytes.count))
            return process(journal, bootID)
        }
        let valid = Int(journal.validLength)
        var rows = Array(file.bytes[..<valid]) + firstRows(bootID: bootID)
        // Another process has the path by now.
        guard disk === file else { return nil }
        disk = SimulatorDisk(copyOf: rows)
        let now = file.read(&random)
        guard now.count != length, bug != .lateRowsIgnored else {
            return process(journal, bootID, hasBegun: true)
        }
        if let end = now.lastIndex(of: 0x0a), end >= valid {
            let late = now[valid...end]
            rows += late
            let last = late.dropLast().split(separator: 0x0a).last ?? []
            if !last.starts(with: "{\"kind\":\"finished\"".utf8) {
                rows += firstRows(bootID: bootID)
            }
        } else {
            rows += firstRows(bootID: bootID)
        }
        disk = SimulatorDisk(copyOf: rows)
        return nil
    }

    /// The `start` and `owner` rows of a process.
    func firstRows(bootID: String) -> [UInt8] {
        var rows = SimulatorProcess.encoder(scenario)
        rows.appendStart(
            bootID: bootID, pid: processes, at: SimulatorProcess.wall(at: clock))
        if scenario.isShared {
            rows.appendOwner(
                JournalOwner(host: bootID, processStart: UInt64(processes), attempt: nil))
        }
        return Array(rows.rows())
    }

    /// Returns the second process, if it has taken over; it is the first one from then on.
    func takeRival() -> SimulatorProcess? {
        while case .hasRead? = rival, violation == nil { stepRival() }
        guard case .runs(let process)? = rival else { return nil }
        rival = nil
        return process
    }

    /// Lets the second process go on to its end after the run is finished.
    func runRivalToEnd() {
        while rival != nil, violation == nil { stepRival() }
    }
}

extension SimulatorProcess {
    /// Loses what is in flight: its ends are not recorded.
    func die(_ ending: Simulator.Ending) {
        if case .lost = ending { world.losses += 1 }
        switch ending {
        case .killed, .storage, .lost: loseInFlight()
        case .finished, .stopped, .powerCut: break
        }
    }
}
