import Delivery
import Ledger
import Testing

@Suite("Numbers in journal rows that can't exist") struct RowNumberTests {
    @Test("A checkpoint with a record that can't exist is refused as damaged")
    func checkpointNumbers() throws {
        let header = try LedgerTests.header(inputs: ["a", "b"])
        let start = rows(inputs: ["a", "b"]) { encoder in
            encoder.appendRun(header)
            encoder.appendStart(bootID: "boot-1", pid: 1, at: 0)
        }
        for (file, record, open, isValid) in [
            (2, "5", "[1,18446744073709551614]", true), (2, "5", "[1,18446744073709551615]", false),
            (2, "18446744073709551615", "[2,7]", false), (1, "18446744073709551614", "[1,3]", true),
            (1, "0", "", false), (2, "5", "[1,0]", false),
        ] {
            let row = withChecksum(
                "{\"kind\":\"checkpoint\",\"file\":\(file),\"record\":\(record),\"open\":[\(open)]")
            let damage = recovered(start + row + row).damage
            #expect(
                damage
                    == (isValid
                        ? nil
                        : JournalDamage(
                            offset: UInt64(start.utf8.count), reason: .malformedRow)),
                "\(row)")
        }
    }

    @Test("An outcome whose bytes would end after the largest file is refused as damaged")
    func outcomeNumbers() throws {
        for (offset, length, spool) in [
            (.max, 1, nil), (1, .max, nil), (1, 1, .max - 1), (1 << 63, 1, nil),
        ] as [(UInt64, UInt64, UInt64?)] {
            let text = rows { encoder in
                if let header = try? header() { encoder.appendRun(header) }
                encoder.appendStart(bootID: "boot-1", pid: 1, at: 0)
                var row = plainRow(
                    LineID(file: 1, line: 1), record: 1, offset: offset, length: length)
                row.spool = spool
                encoder.append(row)
            }
            #expect(recovered(text).damage?.reason == .malformedRow, "\(offset), \(length)")
        }
    }
}
