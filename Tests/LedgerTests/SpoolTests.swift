import Foundation
import Ledger
import TestSupport
import Testing

@Suite("Spool files") struct SpoolTests {
    private func record(_ index: Int, count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ index) }
    }

    private func append(_ bytes: [UInt8], to spool: Spool) throws -> UInt64 {
        try bytes.withUnsafeBytes { try spool.append($0) }
    }

    @Test("A spooled record is at its returned offset")
    func records() throws {
        let folder = try TemporaryFolder("ledger")
        let path = folder.path("spool")
        try folder.write("left by an earlier run", to: "spool")
        let spool = try Spool.create(path)
        let records = [10, 300_000, 0, 200_000, 100_000, 1].enumerated().map {
            record($0.offset, count: $0.element)
        }
        var offsets: [UInt64] = []
        for record in records { offsets.append(try append(record, to: spool)) }
        try spool.flush()
        let written = try folder.read("spool")
        #expect(spool.size == UInt64(written.count))
        for (record, offset) in zip(records, offsets) {
            #expect(Array(written[Int(offset)..<Int(offset) + record.count]) == record)
        }
    }

    @Test("A resumed spool continues at its last known end and restores lost records")
    func resume() throws {
        let folder = try TemporaryFolder("ledger")
        try folder.write("0123456789garbage", to: "spool")
        var spool = try Spool.open(folder.path("spool"), end: 10)
        #expect(try append(Array("ab".utf8), to: spool) == 10)
        try spool.flush()
        #expect(try folder.text("spool") == "0123456789ab")

        try folder.write("01", to: "spool")
        spool = try Spool.open(folder.path("spool"), end: 10)
        #expect(try append(Array("cd".utf8), to: spool) == 10)
        try Array("2345".utf8).withUnsafeBytes { try spool.rewrite($0, at: 2) }
        #expect(try folder.text("spool") == "012345\0\0\0\0cd")
    }
}
