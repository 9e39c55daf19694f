import Delivery
import Ledger
import Testing

@Suite("What a journal says after a crash") struct RecoveryTests {
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

    @Test("an empty journal, or one whose first row is torn, says that nothing was sent")
    func unborn() throws {
        #expect(recovered("").header == nil)
        let text = try journal { _ in }
        let torn = recovered(String(text.prefix(40)))
        #expect(torn.header == nil && torn.validLength == 0 && torn.damage == nil)
    }

    @Test("exactly the lines in flight are uncertain after a crash")
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
        #expect(journal.owed.done.map(\.count) == [1])
        #expect(journal.owed.counts.accepted == 1)
        #expect(journal.owed.uncertainThrough == nil)
        var refused = LineHistory()
        refused.attempts = 1
        refused.countedAttempts = 1
        refused.lastStatus = 503
        refused.retryAt = 77
        var lost = LineHistory()
        lost.attempts = 1
        lost.isUncertain = true
        #expect(journal.owed.histories == [two: refused, three: lost])
        #expect(journal.lastLease == LineID(file: 1, line: 100))
        #expect(journal.starts == 1 && !journal.isFinished)
    }

    @Test("an attempt after a lost one makes a possible duplicate, across processes")
    func duplicate() throws {
        let text = try journal {
            $0.appendSent(one)
            begin(&$0, bootID: "boot-1")
            $0.appendSent(one)
            $0.appendAttempt(
                one, attempt: 2, fate: .unsent, status: nil, failure: .connect, isCounted: false,
                retryAt: nil)
        }
        let history = try #require(recovered(text).owed.histories[one])
        #expect(history.isUncertain && history.isPossibleDuplicate)
        #expect(history.attempts == 2 && history.countedAttempts == 0)
        #expect(history.lastFailure == .connect)
    }

    @Test("after a reset every line that might have been started is uncertain")
    func reset() throws {
        let lease = LineID(file: 1, line: 100)
        let text = try journal {
            $0.appendLease(lease, synced: 10)
            $0.append(plainRow(one, record: 1))
        }
        #expect(recovered(text, bootID: "boot-1").owed.uncertainThrough == nil)
        let owed = recovered(text, bootID: "boot-2").owed
        #expect(owed.uncertainThrough == lease)
        #expect(owed.history(of: two).isUncertain)
        #expect(!owed.history(of: LineID(file: 1, line: 101)).isUncertain)
    }

    @Test("a reset between two earlier processes is not forgotten")
    func earlierReset() throws {
        let lease = LineID(file: 1, line: 100)
        let text = try journal {
            $0.appendLease(lease, synced: 10)
            begin(&$0, bootID: "boot-2")
            $0.appendLease(LineID(file: 1, line: 200), synced: 20)
            $0.appendSent(two)
        }
        let owed = recovered(text, bootID: "boot-2").owed
        #expect(owed.uncertainThrough == lease)
        #expect(owed.histories[two]?.isPossibleDuplicate == true)
    }

    @Test("rows that a destination without `sent` rows writes are enough")
    func withoutSent() throws {
        let text = try journal {
            $0.appendAttempt(
                one, attempt: 1, fate: .refused, status: 503, failure: nil, isCounted: true,
                retryAt: nil)
            $0.append(plainRow(two, .rejected, record: 2))
        }
        let journal = recovered(text)
        #expect(journal.owed.histories[one]?.attempts == 1)
        #expect(journal.owed.histories[one]?.isUncertain == false)
        #expect(journal.owed.counts.rejected == 1)
    }

    @Test("the end of the run and of the spool are known")
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

    @Test("a journal cut at any byte says what its longest whole part says")
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
                #expect(cut.owed.histories == expected.owed.histories)
                #expect(cut.owed.done == expected.owed.done)
                #expect(cut.owed.uncertainThrough == expected.owed.uncertainThrough)
                #expect(cut.isFinished == expected.isFinished)
            }
        }
    }

    @Test("pieces of any size make no difference", arguments: [1, 2, 7, 64, 4096])
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
        #expect(pieced.owed.histories == whole.owed.histories)
        #expect(pieced.owed.done == whole.owed.done)
        #expect(pieced.validLength == whole.validLength)
        #expect(whole.owed.counts.accepted == 34)
    }

    @Test("a straggler and a hundred thousand rows leave one history")
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
        #expect(journal.owed.histories.count == 1)
        #expect(journal.owed.done.map(\.rangeCount) == [1])
        #expect(journal.owed.counts.accepted == 99_999)
    }
}
