import Ledger
import Delivery
import Sending
import Testing

@testable import hookbatch

@Suite("The main error of undelivered lines") struct MainErrorTests {
    @Test("The main error of undelivered lines has its count and an example, escaped and cut")
    func mainError() {
        var facts = RunFacts()
        func add(_ code: String, _ outcome: Outcome, _ detail: String?, times: Int) {
            for line in 0..<times {
                facts.counts[outcome] += 1
                facts.errors.add(
                    code, outcome, line: LineID(file: 1, line: UInt64(line)), detail: detail)
            }
        }
        #expect(MainError(facts, areUnknown: false) == nil)
        add("http_400", .unknown, "earlier", times: 3)
        add("http_400", .rejected, "Application is inactive\u{1B}", times: 1200)
        add("timeout", .failed, nil, times: 34)
        #expect(
            MainError(facts, areUnknown: false)?.text
                == " (http_400 in 1,200 of 1,234 lines: 'Application is inactive\\u{001B}'; "
                + "timeout in 34)")
        #expect(
            MainError(facts, areUnknown: true)?.text == " (http_400 in all 3 lines: 'earlier')")
        var one = RunFacts()
        one.counts.unknown = 1
        one.errors.add(
            "timeout", .unknown, line: LineID(file: 1, line: 1),
            detail: String(repeating: "x", count: 400))
        #expect(
            MainError(one, areUnknown: true)?.text
                == " (timeout: '\(String(repeating: "x", count: 100))…')")
    }
}
