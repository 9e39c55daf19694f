import Delivery
import Ledger
import Testing

@Suite("Recovery after a crash") struct RecoveryTests {
    private let one = LineID(file: 1, line: 1)
    private let two = LineID(file: 1, line: 2)
    private let three = LineID(file: 1, line: 3)

    /// A journal of one input whose first process ran on `boot-1`.
    private func journal(_ write: (inout JournalEncoder) -> Void) throws -> String {
        let header = try header()
        return rows { encoder in
            encoder.appendRun(header)
            encoder.appendStart(bootID: "boot-1", pid: 1, at: 0)
            write(&encoder)
        }
    }

    private func begin(_ encoder: inout JournalEncoder, bootID: String) {
        encoder.appendStart(bootID: bootID, pid: 2, at: 0)
    }

    @Test("An empty journal, and one with a torn first row, means that nothing was sent")
    func unborn() throws {
        #expect(recovered("").header == nil)
        let text = try journal { _ in }
        let torn = recovered(String(text.prefix(40)))
        #expect(torn.header == nil && torn.validLength == 0 && torn.damage == nil)
    }

    @Test("An outcome ends the record of its number in a JSON input, and not that of its line")
    func numbered() throws {
        var header = try header()
        header.options[JournalHeader.numberedInputsOption] = JournalHeader.numberedInputsValue([1])
        #expect(header.numberedInputs == [1])
        let text = rows { encoder in
            encoder.appendRun(header)
            encoder.appendStart(bootID: "boot-1", pid: 1, at: 0)
            for line in [one, two, three] { encoder.appendSent(line) }
            for line in [two, three] {
                var row = plainRow(line, record: line.line)
                row.physicalLine = 1
                encoder.append(row)
            }
        }
        #expect(text.contains(#""line":1,"#))
        let journal = recovered(text)
        #expect(journal.header == header)
        #expect(journal.resumeState.histories.keys.map { $0 } == [one])
    }

    @Test("Exactly the lines in flight are uncertain after a crash")
    func inFlight() throws {
        let text = try journal {
            $0.appendLease(LineID(file: 1, line: 100), synced: 10)
            $0.appendSent(one)
            $0.appendSent(two)
            $0.appendSent(three)
            $0.append(plainRow(one, record: 1))
            $0.appendAttempt(
                two, attempt: 1, fate: .refused, status: 503, failure: nil, isCounted: true,
                retryAt: 77)
        }
        let journal = recovered(text)
        #expect(journal.damage == nil)
        #expect(journal.resumeState.done.map(\.count) == [1])
        #expect(journal.resumeState.counts.accepted == 1)
        #expect(journal.resumeState.uncertainThrough == nil)
        var refused = LineHistory()
        refused.attempts = 1
        refused.countedAttempts = 1
        refused.lastStatus = 503
        refused.retryAt = 77
        var lost = LineHistory()
        lost.attempts = 1
        lost.isUncertain = true
        #expect(journal.resumeState.histories == [two: refused, three: lost])
        #expect(journal.lastLease == LineID(file: 1, line: 100))
        #expect(journal.starts == 1 && !journal.isFinished)
    }

    @Test("An attempt after a lost one is a possible duplicate, across processes")
    func duplicate() throws {
        let text = try journal {
            $0.appendSent(one)
            begin(&$0, bootID: "boot-1")
            $0.appendSent(one)
            $0.appendAttempt(
                one, attempt: 2, fate: .unsent, status: nil, failure: .connect, isCounted: false,
                retryAt: nil)
        }
        let history = try #require(recovered(text).resumeState.histories[one])
        #expect(history.isUncertain && history.isPossibleDuplicate)
        #expect(history.attempts == 2 && history.countedAttempts == 0)
        #expect(history.lastFailure == .connect)
    }

    @Test("Every leased line without an outcome is uncertain after a reset")
    func reset() throws {
        let lease = LineID(file: 1, line: 100)
        let text = try journal {
            $0.appendLease(lease, synced: 10)
            $0.append(plainRow(one, record: 1))
        }
        #expect(recovered(text, bootID: "boot-1").resumeState.uncertainThrough == nil)
        let resumeState = recovered(text, bootID: "boot-2").resumeState
        #expect(resumeState.uncertainThrough == lease)
        #expect(resumeState.history(of: two).isUncertain)
        #expect(!resumeState.history(of: LineID(file: 1, line: 101)).isUncertain)
    }

    @Test("A reset between two earlier processes counts in later ones")
    func earlierReset() throws {
        let lease = LineID(file: 1, line: 100)
        let text = try journal {
            $0.appendLease(lease, synced: 10)
            begin(&$0, bootID: "boot-2")
            $0.appendLease(LineID(file: 1, line: 200), synced: 20)
            $0.appendSent(two)
        }
        let resumeState = recovered(text, bootID: "boot-2").resumeState
        #expect(resumeState.uncertainThrough == lease)
        #expect(resumeState.histories[two]?.isPossibleDuplicate == true)
    }

    @Test("A run without sent rows is recovered from its other rows")
    func withoutSent() throws {
        let text = try journal {
            $0.appendAttempt(
                one, attempt: 1, fate: .refused, status: 503, failure: nil, isCounted: true,
                retryAt: nil)
            $0.append(plainRow(two, .rejected, record: 2))
        }
        let journal = recovered(text)
        #expect(journal.resumeState.histories[one]?.attempts == 1)
        #expect(journal.resumeState.histories[one]?.isUncertain == false)
        #expect(journal.resumeState.counts.rejected == 1)
    }

    @Test("The ends of the run and of the spool are recovered")
    func finished() throws {
        let text = try journal {
            var row = plainRow(one, record: 1)
            row.spool = 90
            $0.append(row)
            $0.appendFinished()
        }
        #expect(recovered(text).isFinished)
        #expect(recovered(text).spoolEnd == 100)
    }

    @Test("A journal cut at any byte equals its longest part of complete rows")
    func truncation() throws {
        let text = Array(
            try journal {
                $0.appendLease(LineID(file: 1, line: 100), synced: 10)
                $0.appendSent(one)
                $0.appendSent(two)
                $0.append(plainRow(one, record: 1))
                $0.appendAttempt(
                    two, attempt: 1, fate: .refused, status: 503, failure: nil, isCounted: true,
                    retryAt: nil)
                $0.append(plainRow(two, record: 2))
                $0.appendFinished()
            }.utf8)
        for length in 0...text.count {
            let whole = (text.prefix(length).lastIndex(of: 0x0a) ?? -1) + 1
            for boot in ["boot-1", "boot-2"] {
                let cut = recovered(text.prefix(length), bootID: boot)
                let expected = recovered(text.prefix(whole), bootID: boot)
                #expect(cut.damage == nil)
                #expect(cut.validLength == UInt64(whole))
                #expect(cut.length == UInt64(length))
                #expect(cut.header == expected.header)
                #expect(cut.resumeState.histories == expected.resumeState.histories)
                #expect(cut.resumeState.done == expected.resumeState.done)
                #expect(cut.resumeState.uncertainThrough == expected.resumeState.uncertainThrough)
                #expect(cut.isFinished == expected.isFinished)
            }
        }
    }

    @Test("A journal in pieces of any size gives the same result", arguments: [1, 2, 7, 64, 4096])
    func pieces(step: Int) throws {
        let text = try journal {
            for line in 1...50 as ClosedRange<UInt64> {
                let id = LineID(file: 1, line: line)
                $0.appendSent(id)
                if line % 3 != 0 { $0.append(plainRow(id, record: line)) }
            }
        }
        let whole = recovered(text)
        let pieced = recovered(Array(text.utf8), step: step)
        #expect(pieced.resumeState.histories == whole.resumeState.histories)
        #expect(pieced.resumeState.done == whole.resumeState.done)
        #expect(pieced.validLength == whole.validLength)
        #expect(whole.resumeState.counts.accepted == 34)
    }

    @Test("The latencies of outcome rows and the starts of processes are recovered")
    func measured() throws {
        let header = try header()
        let text = rows { encoder in
            encoder.appendRun(header)
            for process in 0..<120 as Range<UInt64> {
                encoder.appendStart(bootID: "boot-1", pid: 1, at: Int64(process) * 1000)
                var row = plainRow(LineID(file: 1, line: process + 1), record: process + 1)
                // A row without an attempt has no latency.
                if process > 0 { row.latencyNanoseconds = Int64(process) * 1_000_000 }
                encoder.append(row)
            }
        }
        let journal = recovered(text)
        #expect(journal.latencies.total == 119 && journal.latencies.longest == 1190)
        #expect(journal.latencies.sum == 119 * 120 / 2 * 10)
        #expect(journal.startTimes.count == RecoveredJournal.maxStartTimes)
        #expect(journal.startTimes.first == "1970-01-01T00:00:20.000Z")
        #expect(journal.startTimes.last == "1970-01-01T00:01:59.000Z")
        #expect(journal.startedAt == "1970-01-01T00:00:00.000Z")
    }

    @Test("Recovering one straggler and a hundred thousand rows keeps one history")
    func bounded() throws {
        let text = try journal {
            $0.appendSent(one)
            for line in 2...100_000 as ClosedRange<UInt64> {
                let id = LineID(file: 1, line: line)
                $0.appendSent(id)
                $0.append(plainRow(id, record: line))
            }
        }
        let journal = recovered(text)
        #expect(journal.resumeState.histories.count == 1)
        #expect(journal.resumeState.done.map(\.rangeCount) == [1])
        #expect(journal.resumeState.counts.accepted == 99_999)
    }
}
