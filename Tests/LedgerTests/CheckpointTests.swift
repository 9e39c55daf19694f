import Delivery
import Ledger
import TestSupport
import Testing

@Suite("Checkpoints of a journal") struct CheckpointTests {
    @Test("With checkpoints, a resume keeps few ranges of isolated records in memory")
    func checkpoints() throws {
        var generator = SeededGenerator.fromEnvironment()
        var bytes = Array(
            LedgerTests.rows(inputs: ["a", "b"]) {
                if let header = try? header(inputs: ["a", "b"]) { $0.appendRun(header) }
                $0.appendStart(bootID: "boot-1", pid: 1, at: 0)
            }.utf8)
        var open: [ReportPosition] = []
        var done: [Set<UInt64>] = [[], []]
        var rows = 0
        for input in 1...2 {
            // Each record in sixteen is of this shard.
            for record in stride(from: 3, to: 100_000, by: 16) as StrideTo<UInt64> {
                open.append(ReportPosition(input: input, record: record))
                if open.count > 40 {
                    let index = Int.random(in: 0..<open.count, using: &generator)
                    let position = open.remove(at: index)
                    done[position.input - 1].insert(position.record)
                    bytes +=
                        LedgerTests.rows(inputs: ["a", "b"]) {
                            $0.append(
                                plainRow(
                                    LineID(file: position.input, line: position.record),
                                    record: position.record))
                        }.utf8
                    rows += 1
                }
                if rows % 500 == 499 {
                    rows += 1
                    bytes +=
                        LedgerTests.rows(inputs: ["a", "b"]) {
                            $0.appendCheckpoint(
                                ReportPosition(input: input, record: record + 1), open: open)
                        }.utf8
                }
            }
        }
        let journal = recovered(bytes)
        #expect(journal.damage == nil)
        for input in 1...2 {
            let set = journal.resumeState.done[input - 1]
            #expect(set.rangeCount < 600, "\(generator)")
            for record in stride(from: 3, to: 100_000, by: 16) as StrideTo<UInt64> {
                #expect(set.contains(record) == done[input - 1].contains(record))
            }
        }
        #expect(journal.resumeState.counts.accepted == UInt64(done[0].count + done[1].count))
    }
}
