import Delivery
import Ledger
import TestSupport
import Testing

@Suite("Recovery of random runs") struct RecoveryModelTests {
    /// A plain model of a run's state.
    private struct Model {
        var histories: [LineID: LineHistory] = [:]
        var inFlight: Set<LineID> = []
        var hashes: [LineID: UInt64] = [:]
        var done: [Set<UInt64>] = [[], []]
        var counts = Counts()
        var bootID = "boot-0"
        var lease: LineID?
        var uncertainThrough: LineID?

        mutating func start(_ bootID: String) {
            if bootID != self.bootID, let lease {
                uncertainThrough = max(uncertainThrough ?? lease, lease)
            }
            self.bootID = bootID
            for line in inFlight { histories[line]?.isUncertain = true }
            inFlight = []
        }

        mutating func begin(_ line: LineID) {
            var history = history(line)
            history.begin()
            histories[line] = history
            inFlight.insert(line)
        }

        func history(_ line: LineID) -> LineHistory {
            var history = histories[line] ?? LineHistory()
            if let uncertainThrough, line <= uncertainThrough { history.isUncertain = true }
            return history
        }
    }

    @Test(
        "The recovered state of a random run equals that of a plain model",
        arguments: 1...60 as ClosedRange<UInt64>)
    func random(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let header = try header(inputs: ["a.ndjson", "b.csv"])
        var encoder = JournalEncoder(header)
        var model = Model()
        encoder.appendRun(header)
        encoder.appendStart(bootID: model.bootID, pid: 1, at: 0)
        var boots = 0

        for _ in 0..<Int.random(in: 0...400, using: &random) {
            let line = LineID(
                file: Int.random(in: 1...2, using: &random),
                line: UInt64.random(in: 1...60, using: &random))
            let isDone = model.done[line.file - 1].contains(line.line)
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                if Bool.random(using: &random) { boots += 1 }
                model.start("boot-\(boots)")
                encoder.appendStart(bootID: model.bootID, pid: 1, at: 0)
            case 1, 2:
                model.lease = max(model.lease ?? line, line)
                encoder.appendLease(line, synced: UInt64(encoder.count))
            case 3..<11 where !isDone && !model.inFlight.contains(line):
                model.begin(line)
                model.hashes[line] = random.next()
                encoder.appendSent(line, hash: model.hashes[line] ?? 0)
            case 11..<15 where model.inFlight.contains(line):
                end(line, in: &model, &encoder, &random)
            case 15..<20 where !isDone:
                finish(line, in: &model, &encoder, &random)
            default: break
            }
        }

        let current = "boot-\(boots + Int.random(in: 0...1, using: &random))"
        model.start(current)
        let step = Int.random(in: 1...5000, using: &random)
        let journal = encoder.withBytes { recovered($0, bootID: current, step: step) }
        #expect(journal.damage == nil, "seed \(seed)")
        #expect(journal.header == header, "seed \(seed)")
        #expect(journal.resumeState.histories == model.histories, "seed \(seed)")
        #expect(journal.resumeState.hashes == model.hashes, "seed \(seed)")
        #expect(journal.resumeState.counts == model.counts, "seed \(seed)")
        #expect(journal.resumeState.uncertainThrough == model.uncertainThrough, "seed \(seed)")
        #expect(journal.lastLease == model.lease, "seed \(seed)")
        for (recovered, expected) in zip(journal.resumeState.done, model.done) {
            #expect(recovered.count == UInt64(expected.count), "seed \(seed)")
            #expect(expected.allSatisfy { recovered.contains($0) }, "seed \(seed)")
        }
    }

    private func end(
        _ line: LineID, in model: inout Model, _ encoder: inout JournalEncoder,
        _ random: inout SeededGenerator
    ) {
        var history = model.history(line)
        let fate: Fate = [.refused, .unsent, .uncertain].randomElement(using: &random) ?? .refused
        let status = fate == .refused ? 429 : nil
        let failure: TransportFailure? = fate == .refused ? nil : .connectionClosed
        let isCounted = Bool.random(using: &random)
        if isCounted { history.countedAttempts += 1 }
        if fate == .uncertain { history.isUncertain = true }
        if let status { history.lastStatus = status }
        history.lastFailure = failure
        history.retryAt =
            Bool.random(using: &random) ? Int64.random(in: 0...9, using: &random) : nil
        model.histories[line] = history
        model.inFlight.remove(line)
        encoder.appendAttempt(
            line, attempt: history.attempts, fate: fate, status: status, failure: failure,
            isCounted: isCounted, retryAt: history.retryAt)
    }

    private func finish(
        _ line: LineID, in model: inout Model, _ encoder: inout JournalEncoder,
        _ random: inout SeededGenerator
    ) {
        let outcome = Outcome.allCases.randomElement(using: &random) ?? .accepted
        model.histories[line] = nil
        model.hashes[line] = nil
        model.inFlight.remove(line)
        model.done[line.file - 1].insert(line.line)
        model.counts[outcome] += 1
        encoder.append(plainRow(line, outcome, record: line.line))
    }
}
