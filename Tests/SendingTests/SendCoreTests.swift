import Delivery
import Ledger
import Sending
import TestSupport
import Testing
import Time

@testable import simulator

/// A core with a clock that tests move by hand, and records of one input.
final class CoreDriver {
    let core: SendCore
    var now = ClockReading(instant: .start, wall: 1_700_000_000_000)
    private(set) var text = ""
    /// The starts of a turn that have a connection at once.
    var connections = Int.max

    init(
        spool: (any RecordSpool)? = nil, usesLeases: Bool = false, recordsAttempts: Bool = true,
        resumeState: ResumeState = ResumeState(inputCount: 1),
        _ set: (inout DeliveryOptions) -> Void = { _ in }
    ) {
        var options = DeliveryOptions()
        options.usesLeases = usesLeases
        options.firstLease = 2
        set(&options)
        core = SendCore(
            run: Run(options: options, counts: resumeState.counts, now: now.instant),
            encoder: JournalEncoder(SimulatorProcess.header(inputs: ["in.ndjson"])),
            resumeState: resumeState,
            spool: spool, journalLength: 100, usesLeases: usesLeases,
            recordsAttempts: recordsAttempts)
    }

    func withRecord<R>(_ line: UInt64, _ body: (RecordView) -> R) -> R {
        let text = Array("app\"user.created\"".utf8)
        return text.withUnsafeBytes { bytes in
            body(
                RecordView(
                    id: LineID(file: 1, line: line), ordinal: line, offset: line * 100, length: 10,
                    hash: line, appID: UnsafeRawBufferPointer(rebasing: bytes[..<3]),
                    eventType: UnsafeRawBufferPointer(rebasing: bytes[3...]), original: bytes))
        }
    }

    @discardableResult
    func admit(_ line: UInt64) -> Int? {
        core.advance(past: line, of: 1)
        return withRecord(line) { core.admit($0, app: line, bytes: 100, now: now) }
    }

    func refuse(_ line: UInt64) {
        core.advance(past: line, of: 1)
        withRecord(line) { core.recordInvalid($0, code: "invalid_json", sentence: "a problem") }
    }

    /// Takes the next effect, and acknowledges it if it is a write.
    func next() -> SendCore.Effect? {
        guard let effect = core.nextEffect() else { return nil }
        switch effect {
        case .writeSpool: core.spoolWritten()
        case .writeRows:
            text += String(decoding: core.rows, as: UTF8.self)
            core.rowsWritten()
        default: break
        }
        return effect
    }

    func decide() { core.decide(now: now, connections: connections) }

    /// Decides, and takes all effects of the turn.
    func turn() -> [SendCore.Effect] {
        decide()
        var all: [SendCore.Effect] = []
        while let effect = next() { all.append(effect) }
        return all
    }

    func end(_ slot: Int, _ result: AttemptResult) -> Run.Resolution {
        core.attemptEnded(slot: slot, result: result, now: now)
    }
}

private final class FixedSpool: RecordSpool {
    private(set) var size: UInt64 = 0

    func keep(_ record: UnsafeRawBufferPointer) -> UInt64? {
        defer { size += UInt64(record.count) }
        return size
    }
}

@Suite("The core of a run")
struct SendCoreTests {
    @Test("A request is given out only after the write of its row was acknowledged")
    func rowBeforeRequest() {
        let driver = CoreDriver()
        driver.admit(1)
        driver.decide()
        #expect(driver.core.nextEffect() == .writeRows)
        // Without an acknowledgement the same write is given out again.
        #expect(driver.core.nextEffect() == .writeRows)
        #expect(String(decoding: driver.core.rows, as: UTF8.self).contains("\"lines\":[[1,"))
        driver.core.rowsWritten()
        #expect(driver.core.nextEffect() == .start(slot: 0))
        #expect(driver.core.nextEffect() == nil)
    }

    @Test("A line that waits for a connection is recorded as sent when it has one")
    func waitsForConnection() {
        let driver = CoreDriver()
        driver.connections = 1
        for line: UInt64 in 1...3 { driver.admit(line) }
        #expect(
            driver.turn() == [
                .writeRows, .start(slot: 0), .connect(slot: 1), .connect(slot: 2),
            ])
        #expect(driver.text.contains(#""lines":[[1,"0000000000000001"]]"#))
        driver.core.connected(slot: 2)
        #expect(driver.turn() == [.writeRows, .send(slot: 2)])
        #expect(driver.text.contains(#""lines":[[3,"0000000000000003"]]"#))
        let unsent = AttemptResult(requestBegan: false, failure: .connectTimeout)
        #expect(driver.end(1, unsent) == .retries)
        #expect(driver.turn() == [.writeRows])
        #expect(!driver.text.contains("[2,"))
        #expect(driver.text.contains(#""line":2,"attempt":1,"fate":"unsent""#))
    }

    @Test("A connected line whose request was not given out is aborted after a failure")
    func failedBeforeSend() {
        let driver = CoreDriver()
        driver.connections = 0
        driver.admit(1)
        #expect(driver.turn() == [.connect(slot: 0)])
        driver.core.connected(slot: 0)
        driver.decide()
        #expect(driver.core.nextEffect() == .writeRows)
        driver.core.storageFailed()
        driver.core.fail(now: driver.now)
        #expect(driver.core.nextEffect() == .abort(slot: 0))
        #expect(driver.core.nextEffect() == nil)
    }

    @Test("The row of a response is written before the next request leaves")
    func rowBeforeNextRequest() {
        let driver = CoreDriver { $0.concurrency = 1 }
        driver.admit(1)
        driver.admit(2)
        #expect(driver.turn() == [.writeRows, .start(slot: 0)])
        #expect(driver.end(0, .status(201)) == .finished(.accepted))
        #expect(driver.turn() == [.writeRows, .start(slot: 1)])
        let rows = driver.text.split(separator: "\n")
        #expect(rows.count == 3)
        #expect(rows[1].contains("\"outcome\":\"accepted\""))
        #expect(rows[2].contains("\"lines\":[[2,"))
    }

    @Test("A line beyond the lease waits until the sync has completed")
    func lease() {
        let driver = CoreDriver(usesLeases: true)
        driver.admit(1)
        let effects = driver.turn()
        #expect(effects.count == 2)
        #expect(effects.first == .writeRows)
        guard case .sync(let length) = effects.last else {
            Issue.record("no sync: \(effects)")
            return
        }
        #expect(length == UInt64(100 + driver.text.utf8.count))
        #expect(driver.turn() == [])
        driver.core.syncCompleted(length: length)
        #expect(driver.turn() == [.writeRows, .start(slot: 0)])
    }

    @Test("The bytes of a stream's record are written before its row")
    func spoolBeforeRow() {
        let driver = CoreDriver(spool: FixedSpool())
        driver.refuse(1)
        driver.refuse(2)
        #expect(driver.turn() == [.writeSpool, .writeRows])
        #expect(driver.text.contains("\"spool\":0"))
        #expect(driver.text.contains("\"spool\":17"))
    }

    @Test("After a failed write only requests in flight are given out, to be aborted")
    func failedWrite() {
        let driver = CoreDriver { $0.concurrency = 2 }
        driver.admit(1)
        #expect(driver.turn() == [.writeRows, .start(slot: 0)])
        driver.admit(2)
        driver.decide()
        #expect(driver.core.nextEffect() == .writeRows)
        driver.core.storageFailed()
        driver.core.fail(now: driver.now)
        #expect(driver.core.nextEffect() == .abort(slot: 0))
        #expect(driver.core.nextEffect() == nil)
        driver.decide()
        #expect(driver.core.nextEffect() == nil)
    }

    @Test("A failure before the write ends what was decided and not given out, as unsent")
    func failedBeforeWrite() {
        let driver = CoreDriver(spool: FixedSpool()) { $0.concurrency = 1 }
        driver.admit(1)
        driver.refuse(2)
        driver.decide()
        #expect(driver.core.nextEffect() == .writeSpool)
        driver.core.fail(now: driver.now)
        #expect(driver.next() == .unload(slot: 0))
        #expect(driver.next() == .writeSpool)
        #expect(driver.next() == .writeRows)
        #expect(driver.next() == nil)
        #expect(driver.text.contains("\"fate\":\"unsent\""))
        #expect(driver.core.unfinishedRecords(waiting: nil).count == 1)
    }

    @Test("A failure outside of the journal still records what is aborted")
    func failedDestination() {
        let driver = CoreDriver { $0.concurrency = 2 }
        driver.admit(1)
        #expect(driver.turn() == [.writeRows, .start(slot: 0)])
        driver.core.fail(now: driver.now)
        #expect(driver.core.nextEffect() == .abort(slot: 0))
        #expect(driver.end(0, .aborted) != .retries)
        #expect(driver.next() == .writeRows)
        #expect(driver.next() == nil)
        #expect(driver.text.contains("\"error\":\"aborted\""))
    }

    @Test("A record of an earlier process is done, and its neighbour is not")
    func doneRecords() {
        var state = ResumeState(inputCount: 2)
        state.done[1].insert(7)
        let driver = CoreDriver(resumeState: state)
        #expect(driver.core.isDone(7, of: 2))
        #expect(!driver.core.isDone(7, of: 1))
        #expect(!driver.core.isDone(8, of: 2))
    }

    @Test("The watermark is the first record without a row")
    func watermark() {
        let driver = CoreDriver { $0.concurrency = 2 }
        driver.admit(1)
        driver.admit(2)
        driver.refuse(3)
        _ = driver.turn()
        #expect(driver.core.watermark == ReportPosition(input: 1, record: 1))
        _ = driver.end(0, .status(201))
        #expect(driver.core.watermark == ReportPosition(input: 1, record: 2))
        _ = driver.end(1, .status(201))
        #expect(driver.core.watermark == ReportPosition(input: 1, record: 4))
    }

    @Test("Outcomes count as recorded once their rows are written")
    func recorded() {
        let driver = CoreDriver()
        driver.refuse(1)
        #expect(driver.core.counts.invalid == 1)
        #expect(driver.core.recorded.invalid == 0)
        _ = driver.turn()
        #expect(driver.core.recorded.invalid == 1)
    }

    @Test("A line that is left unfinished by a stop is kept for the next process")
    func unfinished() {
        let driver = CoreDriver(spool: FixedSpool()) { $0.concurrency = 1 }
        guard let slot = driver.admit(1) else {
            Issue.record("the line is not admitted")
            return
        }
        driver.withRecord(1) { record in
            if let original = record.original { driver.core.copyOriginal(original, slot: slot) }
        }
        driver.core.stop(.signal(15), now: driver.now.instant)
        _ = driver.turn()
        let records = driver.core.unfinishedRecords(waiting: (Array("next".utf8), 2))
        let texts = records.map { String(decoding: $0, as: UTF8.self) }
        #expect(texts == ["app\"user.created\"", "next"])
    }
}
