import Delivery
import Ledger
import Time

/// The journal's writes, which may fail, and the deaths of a process.
extension SimulatorProcess {
    func appendRow(_ index: Int, _ outcome: Outcome, history: LineHistory) {
        let line = scenario.lines[index]
        var row = OutcomeRow(
            line: line.id, outcome: outcome, record: line.ordinal, offset: line.id.line * 1000,
            length: UInt64(line.bytes), hash: line.id.line)
        row.status = history.lastStatus
        row.attempts = history.attempts
        row.isPossibleDuplicate =
            world.bug == .duplicateUnmarked ? false : history.isPossibleDuplicate
        encoder.append(row)
    }

    /// Writes all rows since the last write in one write.
    func record() throws(Simulator.Ending) {
        guard encoder.count > 0 else { return }
        if hasStorageFailed { encoder.removeAll(keepingCapacity: true); return }
        let tears: Bool
        do {
            try effect()
            tears = false
        } catch {
            // The process may die after any byte of the write.
            tears = world.random.next(upTo: 2) == 0
            if tears { write(part: world.random.next(upTo: UInt64(encoder.count))) }
            throw error
        }
        if failsNow(outOf: 1000) {
            write(part: world.random.next(upTo: UInt64(encoder.count)))
            if world.bug != .failedWriteIgnored { throw failStorage() }
            hasStorageFailed = true
        } else {
            write(part: nil)
            unrecorded.removeAll(keepingCapacity: true)
        }
        encoder.removeAll(keepingCapacity: true)
    }

    func write(part: UInt64?) {
        encoder.withBytes { bytes in
            let count = part.map { min(Int($0), bytes.count) } ?? bytes.count
            world.disk.append(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
    }

    func failsNow(outOf whole: UInt64) -> Bool {
        world.isRough && scenario.diskFaults > 0
            && world.random.next(upTo: whole - 1) < scenario.diskFaults
    }

    func failStorage() -> Simulator.Ending {
        run.stop(.storage, now: now.instant)
        hasStorageFailed = true
        while true {
            switch run.nextStep(now: now) {
            case .start: world.report(.afterStorageFailure, "a line starts")
            case .finish: continue
            case .none: return .storage
            }
        }
    }

    /// Marks an effect that the outside can see: the process may die before it.
    func effect() throws(Simulator.Ending) {
        guard let left = effectsLeft else { return }
        guard left > 0 else { throw dies }
        effectsLeft = left - 1
    }

    /// Marks the attempts of a dead process as uncertain.
    func loseInFlight() {
        for flight in flights { world.facts[flight.line].mayBeUncertain = true }
        for slot in toStart { world.facts[slotLines[slot]].mayBeUncertain = true }
        for line in unrecorded { world.facts[line].mayBeUncertain = true }
    }
}
