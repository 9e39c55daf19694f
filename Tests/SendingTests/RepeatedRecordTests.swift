import Delivery
import Ledger
import Sending
import TestSupport
import Testing

@Suite("Records that may have arrived in an earlier run") struct RepeatedRecordTests {
    @Test("At most once, a line is sent after another run, and never twice by one run")
    func mayRepeat() {
        var state = ResumeState(inputCount: 1)
        var history = LineHistory()
        history.begin()
        state.histories[LineID(file: 1, line: 1)] = history
        history.isUncertain = true
        state.histories[LineID(file: 1, line: 2)] = history
        let driver = CoreDriver(resumeState: state) { $0.guarantee = .atMostOnce }
        func admit(_ line: UInt64) -> Int? {
            driver.core.advance(past: line, of: 1)
            return driver.withRecord(line) { record in
                var record = record
                record.mayHaveArrived = true
                return driver.core.admit(record, app: line, bytes: 100, now: driver.now)
            }
        }
        // Its first attempt certainly did not arrive.
        let slot = admit(1)
        #expect(slot != nil)
        #expect(admit(2) == nil)
        #expect(driver.turn() == [.writeRows, .start(slot: slot ?? 0)])
        #expect(driver.end(slot ?? 0, .status(400)) == .finished(.unknown))
        _ = driver.turn()
        let outcomes = driver.text.split(separator: "\n").filter { $0.contains("\"outcome\"") }
        #expect(outcomes.count == 2)
        #expect(
            outcomes.allSatisfy {
                $0.contains("\"outcome\":\"unknown\"") && $0.contains("\"possible_duplicate\":true")
            }, "\(outcomes)")
    }
}
