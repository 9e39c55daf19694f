import Delivery
import Ledger
import TestSupport
import Testing

@Suite("Journal damage") struct DamageTests {
    private let lines = (1...4 as ClosedRange<UInt64>).map { LineID(file: 1, line: $0) }

    /// The rows of a journal: run, start, four outcomes, and a lease with `synced`.
    private func journalRows(synced: UInt64? = nil) throws -> [[UInt8]] {
        let header = try header()
        let text = rows { encoder in
            encoder.appendRun(header)
            encoder.appendStart(bootID: "boot-1", pid: 1, at: 0)
            for line in lines {
                encoder.append(plainRow(line, record: line.line))
                if line.line == 2, let synced { encoder.appendLease(line, synced: synced) }
            }
        }
        return text.split(separator: "\n").map { Array($0.utf8) + [0x0a] }
    }

    @Test(
        "A journal with any bit flipped is refused at the row's offset, or loses only its last row")
    func bits() throws {
        let rows = try journalRows()
        let bytes = rows.flatMap { $0 }
        let lastRow = bytes.count - (rows.last?.count ?? 0)
        for index in bytes.indices {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[index] ^= 1 << UInt8(bit)
                let journal = recovered(flipped)
                if index < lastRow {
                    let start = bytes[..<index].lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
                    #expect(journal.damage?.offset == UInt64(start), "byte \(index), bit \(bit)")
                } else {
                    #expect(
                        journal.damage?.offset == UInt64(lastRow)
                            || journal.validLength == UInt64(lastRow),
                        "byte \(index), bit \(bit)")
                    #expect(journal.resumeState.counts.accepted == 3)
                }
            }
        }
    }

    @Test("A journal is truncated at a corrupt row that was not synced before a reset")
    func powerCut() throws {
        var rows = try journalRows(synced: 300)
        let start = rows[..<4].joined().count
        rows[4][20] ^= 1
        let bytes = rows.flatMap { $0 }
        let cut = recovered(bytes, bootID: "boot-2")
        #expect(cut.damage == nil)
        #expect(cut.validLength == UInt64(start))
        #expect(cut.resumeState.counts.accepted == 2)
        #expect(recovered(bytes, bootID: "boot-1").damage?.offset == UInt64(start))
    }

    @Test("A journal with a corrupt row that was synced is refused, even after a reset")
    func syncedDamage() throws {
        let clean = try journalRows()
        let third = UInt64(clean[..<3].joined().count)
        for (synced, isCut) in [(third, true), (third + 1, false)] {
            var rows = try journalRows(synced: synced)
            // The lease follows the second outcome, whose row is corrupt.
            rows[3][30] ^= 4
            let journal = recovered(rows.flatMap { $0 }, bootID: "boot-2")
            #expect((journal.damage == nil) == isCut)
            #expect(journal.validLength == third)
        }
    }

    @Test("A journal with a corrupt row before a start row is refused")
    func laterProcess() throws {
        var rows = try journalRows()
        rows[3][30] ^= 4
        let later = startRow(bootID: "boot-2")
        let journal = recovered(rows.flatMap { $0 } + later, bootID: "boot-2")
        #expect(journal.damage?.reason == .unreadableRow)
    }

    private func startRow(bootID: String) -> [UInt8] {
        Array(rows { $0.appendStart(bootID: bootID, pid: 2, at: 0) }.utf8)
    }

    @Test(
        "A journal that ends in zeros after a reset loses the zeros",
        arguments: [1, 4096, 20 << 20])
    func zeros(count: Int) throws {
        let bytes = try journalRows().flatMap { $0 }
        let zeros = [UInt8](repeating: 0, count: count)
        let journal = recovered(bytes + zeros, bootID: "boot-2")
        #expect(journal.damage == nil)
        #expect(journal.validLength == UInt64(bytes.count))
        #expect(journal.length == UInt64(bytes.count + count))
    }

    @Test(
        "A journal with an invalid row and a correct checksum is refused",
        arguments: [
            (#"{"kind":"lunch""#, .unknownKind),
            (#"{"kind":"lease","file":1,"line":01,"synced":1"#, .malformedRow),
            (#"{"kind":"lease","file":1,"line":1,"synced":1,"more":1"#, .malformedRow),
            (#"{"kind":"sent","file":1,"lines":[]"#, .malformedRow),
            (#"{"kind":"sent","file":1,"lines":[1]"#, .malformedRow),
            (#"{"kind":"sent","file":1,"lines":[[1]]"#, .malformedRow),
            (#"{"kind":"sent","file":1,"lines":[[1,"000000000000000"]]"#, .malformedRow),
            (#"{"kind":"sent","file":1,"lines":[[1,"0000000000000001"],2]"#, .malformedRow),
            (#"{"kind":"sent","file":2,"lines":[1]"#, .unknownInput(2)),
            (#"{"kind":"sent","file":0,"lines":[1]"#, .unknownInput(0)),
            (#"{"kind":"run","version":3,"anything":0"#, .unknownVersion(3)),
            (#"{"kind":"run","version":0,"anything":0"#, .unknownVersion(0)),
            (#"{"kind":"finished"}"#, .malformedRow),
            (#"{"file":"x","line":1"#, .malformedRow),
        ] as [(String, JournalDamage.Reason)])
    func said(row: String, reason: JournalDamage.Reason) throws {
        let bytes = try journalRows().flatMap { $0 }
        for boot in ["boot-1", "boot-2"] {
            let journal = recovered(bytes + Array(withChecksum(row).utf8), bootID: boot)
            #expect(
                journal.damage == JournalDamage(offset: UInt64(bytes.count), reason: reason))
            #expect(journal.resumeState.counts.accepted == 4)
        }
    }

    @Test(
        "A journal with any row and a correct checksum is read or refused",
        arguments: 1...20 as ClosedRange<UInt64>)
    func hostile(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let clean = try journalRows(synced: 5).flatMap { $0 }
        let bodies = [
            #"{"kind":"run","version":2,"run_id":"0123456789abcdef","to":"x","inputs":[],"options":{}"#,
            #"{"kind":"start","boot_id":"b\u0041\n","pid":1,"at":"x""#,
            #"{"kind":"lease","file":1,"line":18446744073709551615,"synced":1"#,
            #"{"kind":"sent","file":1,"lines":[[1,"00000000000000aa"],[2,"00000000000000bb"]]"#,
            #"{"kind":"attempt","file":1,"line":5,"attempt":2,"fate":"unsent","status":null,"#
                + #""error":"timeout","counted":true,"retry_at":-1"#,
            #"{"file":"e","line":9,"appId":"a","event_type":"e","outcome":"failed","status":5,"#
                + #""message_id":null,"attempts":1,"possible_duplicate":true,"started_at":"t","#
                + #""latency_ms":1.0,"error":null,"detail":"\ud83d","input":1,"record":77,"#
                + #""offset":1,"length":18446744073709551615,"hash":"0123456789abcdef","spool":9"#,
        ]
        let spice: [UInt8] = Array("\"\\{}[],:019-.eu\0".utf8) + [0xff, 0xe2]
        for body in bodies {
            for _ in 0..<40 {
                var row = Array(body.utf8)
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    let index = Int.random(in: row.indices, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: row[index] = spice.randomElement(using: &random) ?? 0
                    case 1: row.remove(at: index)
                    default: row.insert(row[Int.random(in: row.indices, using: &random)], at: index)
                    }
                }
                let bytes = clean + withChecksum(row)
                let journal = recovered(bytes)
                let isRead = journal.validLength == UInt64(bytes.count)
                #expect(
                    isRead != (journal.damage?.offset == UInt64(clean.count)),
                    "seed \(seed): \(String(decoding: row, as: UTF8.self))")
            }
        }
    }

    @Test(
        "A journal is refused for a second outcome, a second or no run row, and rows after its end")
    func order() throws {
        let all = try journalRows()
        let bytes = all.flatMap { $0 }
        #expect(
            recovered(bytes + all[3]).damage?.reason == .secondOutcome(input: 1, record: 2))
        #expect(recovered(bytes + all[0]).damage?.reason == .misplacedRun)
        #expect(recovered(all[1] + all[2]).damage?.reason == .misplacedRun)
        let end = Array(rows { $0.appendFinished() }.utf8)
        #expect(recovered(bytes + end).damage == nil)
        #expect(recovered(bytes + end + all[1]).damage?.reason == .rowAfterEnd)
    }

    @Test("The message of a damage contains its reason and offset")
    func words() {
        let damage = JournalDamage(offset: 77, reason: .secondOutcome(input: 1, record: 2))
        #expect(damage.message == "record 2 of input 1 has a second outcome, at byte 77")
    }
}
