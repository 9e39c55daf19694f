import Delivery
import Foundation
import Ledger
import Platform
import TestSupport
import Testing

@Suite("The owner row and the file of a journal") struct JournalCopyTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("r.journal") }
    private static let owner = JournalOwner(host: "one", processStart: 7, attempt: "1")

    init() throws { folder = try TemporaryFolder("ledger") }

    private func create() throws -> Journal {
        try Journal.create(
            path, header: header(), bootID: "boot-one", pid: 1, now: 0, owner: Self.owner)
    }

    @Test("The last owner of a journal of several megabytes is found near its end")
    func longJournal() throws {
        let journal = try create()
        var encoder = JournalEncoder(journal.header, ownerRow: journal.ownerRow)
        for number in 1...20_000 as ClosedRange<UInt64> {
            let line = LineID(file: 1, line: number)
            encoder.append(plainRow(line, record: number))
            if number % 100 == 0 {
                encoder.appendLease(line, synced: 0)
                try journal.write(encoder.rows())
                encoder.removeAll(keepingCapacity: true)
            }
        }
        #expect(journal.size > 4 << 20)
        try #require(try journal.checkOwner() == ())
        var count = 0
        let found = try JournalOwner.last(size: journal.size) {
            (buffer, offset) throws(SystemError) in
            let length = try journal.file.read(into: buffer, at: offset)
            count += length
            return length
        }
        #expect(found?.host == "one")
        #expect(count <= 2 << 20)
        let rows = try folder.text("r.journal").split(separator: "\n")
        let owners = rows.count { $0.hasPrefix(#"{"kind":"owner""#) }
        // One at the start, and one in each interval.
        #expect(owners > 2 && owners <= 1 + Int(journal.size) / JournalEncoder.ownerInterval)
        let read = try Journal.inspect(path, bootID: "boot-one")
        #expect(read.damage == nil && read.lastOwner == found && read.starts == 1)
        #expect(read.resumeState.uncertainThrough == nil)
    }

    @Test("A shard that resumes with a copy of its journal distrusts the lines of the last lease")
    func copy() throws {
        let first = try create()
        first.encoder.appendLease(LineID(file: 1, line: 50), synced: 0)
        try first.flush()
        #expect(
            try Journal.inspect(path, bootID: "boot-one").resumeState.uncertainThrough == nil)
        // The lock is that of the old file.
        let copy = folder.path("copy")
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        #expect(rename(copy, path) == 0)
        let second = try Journal.open(path, bootID: "boot-one").journal
        try second.resume(
            bootID: "boot-one", pid: 2, now: 1, isFinished: false, owner: Self.owner)
        #expect(throws: LedgerError.lost(path: path, host: "one")) { try first.checkOwner() }
        let read = try Journal.inspect(path, bootID: "boot-one")
        #expect(read.resumeState.uncertainThrough == LineID(file: 1, line: 50))
        #expect(read.lastOwner?.inode == (try second.file.status().identity.inode))
    }

    @Test("A failure to check the owner names the call that failed")
    func failedCheck() throws {
        let inner = folder.path("inner")
        try FileManager.default.createDirectory(
            atPath: inner, withIntermediateDirectories: false)
        let path = inner + "/r.journal"
        let journal = try Journal.create(
            path, header: header(), bootID: "b", pid: 1, now: 0, owner: Self.owner)
        let syncer = try Syncer(files: [journal.file], fence: journal.fence)
        #expect(rename(inner, folder.path("moved")) == 0)
        try folder.write("", to: "inner")
        syncer.request(length: 4)
        var entry = pollfd(fd: syncer.completionDescriptor, events: Int16(POLLIN), revents: 0)
        #expect(poll(&entry, 1, 60_000) == 1)
        #expect(
            syncer.takeCompletion()
                == .failure(.system(SystemError(call: "open", path: path, code: ENOTDIR))))
        syncer.stop()
    }

    @Test("Lines of the last lease are uncertain if the journal is a copy of the owner's file")
    func recovered() {
        let lease = LineID(file: 1, line: 100)
        func owner(_ inode: UInt64?) -> JournalOwner {
            var owner = JournalOwner(host: "h", processStart: 1, attempt: nil)
            owner.inode = inode
            return owner
        }
        func state(_ first: UInt64?, _ second: UInt64?, now: UInt64?) -> RecoveredJournal {
            let text = rows {
                if let header = try? header() { $0.appendRun(header) }
                $0.appendStart(bootID: "boot-1", pid: 1, at: 0)
                $0.appendOwner(owner(first))
                $0.appendLease(lease, synced: 0)
                if let second {
                    $0.appendStart(bootID: "boot-1", pid: 2, at: 0)
                    $0.appendOwner(owner(second))
                    $0.appendLease(LineID(file: 1, line: 900), synced: 0)
                    $0.appendOwner(owner(second))
                }
            }
            return LedgerTests.recovered(Array(text.utf8), inode: now)
        }
        #expect(state(7, nil, now: 7).resumeState.uncertainThrough == nil)
        #expect(state(nil, nil, now: 7).resumeState.uncertainThrough == nil)
        #expect(state(7, nil, now: nil).resumeState.uncertainThrough == nil)
        #expect(state(7, nil, now: 8).resumeState.uncertainThrough == lease)
        #expect(state(7, nil, now: 8).isOtherFile)
        // An earlier process had a copy: the lease of the next one is not affected.
        #expect(state(7, 8, now: 8).resumeState.uncertainThrough == lease)
        #expect(!state(7, 8, now: 8).isOtherFile)
        #expect(
            state(7, 8, now: 9).resumeState.uncertainThrough == LineID(file: 1, line: 900))
    }
}
