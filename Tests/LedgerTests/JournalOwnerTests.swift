import Delivery
import Foundation
import Ledger
import Platform
import TestSupport
import Testing

@Suite("The owner of a journal") struct JournalOwnerTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("r.journal") }

    init() throws { folder = try TemporaryFolder("ledger") }

    private static func owner(_ host: String) -> JournalOwner {
        JournalOwner(host: host, processStart: 7, attempt: "1")
    }

    private func create(_ host: String = "one") throws -> Journal {
        try Journal.create(
            path, header: header(), bootID: "boot-\(host)", pid: 1, now: 0, owner: Self.owner(host))
    }

    /// Opens the journal as if its lock were lost, by a copy that has none.
    private func openUnlocked(_ host: String) throws -> Journal {
        let copy = folder.path("copy")
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        #expect(rename(copy, path) == 0)
        return try Journal.open(path, bootID: "boot-\(host)").journal
    }

    private func resume(_ journal: Journal, _ host: String) throws {
        try journal.resume(
            bootID: "boot-\(host)", pid: 2, now: 1, isFinished: false, owner: Self.owner(host))
    }

    private func loses(_ journal: Journal, to host: String?) {
        #expect(throws: LedgerError.lost(path: path, host: host)) { try journal.checkOwner() }
    }

    @Test("Owner and checkpoint rows have their documented members and are read again")
    func rows() throws {
        let first = LedgerTests.rows { encoder in
            encoder.appendOwner(JournalOwner(host: "a\n\"b", processStart: 12, attempt: "3"))
        }
        #expect(
            first
                == withChecksum(
                    #"{"kind":"owner","host":"a\n\"b","process_start":12,"attempt":"3""#))
        #expect(
            LedgerTests.rows {
                $0.appendOwner(JournalOwner(host: nil, processStart: nil, attempt: nil))
            }
                == withChecksum(
                    #"{"kind":"owner","host":null,"process_start":null,"attempt":null"#))
        #expect(
            LedgerTests.rows {
                $0.appendCheckpoint(
                    ReportPosition(input: 2, record: 9),
                    open: [.init(input: 1, record: 3), .init(input: 2, record: 8)])
            }
                == withChecksum(
                    #"{"kind":"checkpoint","file":2,"record":9,"open":[[1,3],[2,8]]"#))
        let journal = try create()
        #expect(try journal.checkOwner() == ())
        let read = try Journal.inspect(path, bootID: "boot-one")
        var owner = Self.owner("one")
        owner.inode = try journal.file.status().identity.inode
        #expect(read.lastOwner == owner && read.lastPID == 1)
        #expect(try JournalOwner.last(inJournal: path) == owner)
        #expect(
            String(decoding: journal.ownerRow, as: UTF8.self)
                == withChecksum(
                    #"{"kind":"owner","host":"one","process_start":7,"attempt":"1","inode":"#
                        + "\(owner.inode ?? 0)"))
    }

    @Test("The last owner of a long journal is found, wherever its row begins")
    func last() throws {
        let row = LedgerTests.rows { $0.appendOwner(Self.owner("two")) }
        let other = LedgerTests.rows { $0.appendOwner(Self.owner("one")) }
        let line = "x\n"
        for before in [0, 1 << 19, (1 << 19) + 7] {
            for after in [0, (1 << 19) - 20, (1 << 19) - row.utf8.count / 2, 1 << 19, 3 << 19] {
                try folder.write(
                    other + String(repeating: line, count: before) + row
                        + String(repeating: line, count: after), to: "r.journal")
                #expect(
                    try JournalOwner.last(inJournal: path) == Self.owner("two"),
                    "\(before), \(after)")
            }
        }
        try folder.write(row.dropLast(4) + "x\n", to: "r.journal")
        #expect(try JournalOwner.last(inJournal: path) == nil)
    }

    @Test("A process loses a journal that was removed, replaced, overwritten or written by another")
    func lost() throws {
        let removed = try create()
        try File.remove(path)
        loses(removed, to: nil)

        let replaced = try create("two")
        #expect(rename(path, folder.path("other")) == 0)
        let other = try create("three")
        loses(replaced, to: "three")
        #expect(try other.checkOwner() == ())

        // Another process appends to the same file.
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        let row = LedgerTests.rows { $0.appendOwner(Self.owner("four")) }
        try handle.write(contentsOf: Data(row.utf8))
        loses(other, to: "four")
        // Its own rows do not hide the other one's.
        other.encoder.appendLease(LineID(file: 1, line: 5), synced: 0)
        try other.flush()
        loses(other, to: "four")
        try File.remove(path)

        let overwritten = try create("five")
        let found = try folder.read("r.journal")
        let again = try #require(FileHandle(forWritingAtPath: path))
        let place = try #require(
            String(decoding: found, as: UTF8.self).range(of: "\"five\"")?.lowerBound
                .utf16Offset(in: String(decoding: found, as: UTF8.self)))
        try again.seek(toOffset: UInt64(place))
        try again.write(contentsOf: Data("\"six!\"".utf8))
        #expect(throws: LedgerError.self) { try overwritten.checkOwner() }
    }

    @Test("A syncer reports the loss of the journal after a sync, and syncs nothing more")
    func syncer() throws {
        let journal = try create()
        let syncer = try Syncer(files: [journal.file], fence: journal.fence)
        func completion() -> Result<UInt64, LedgerError>? {
            var entry = pollfd(fd: syncer.completionDescriptor, events: Int16(POLLIN), revents: 0)
            #expect(poll(&entry, 1, 60_000) == 1)
            return syncer.takeCompletion()
        }
        syncer.request(length: 4)
        #expect(completion() == .success(4))
        try resume(openUnlocked("two"), "two")
        syncer.request(length: 5)
        #expect(completion() == .failure(.lost(path: path, host: "two")))
        syncer.request(length: 6)
        #expect(!syncer.isBusy)
        syncer.stop()
    }

    @Test("A process on the same boot continues the file, one of another boot leaves the old one")
    func takeover() throws {
        let identity = try create().file.status().identity
        let second = try Journal.open(path, bootID: "boot-one").journal
        try resume(second, "one")
        #expect(try second.file.status().identity == identity)
        second.encoder.appendLease(LineID(file: 1, line: 5), synced: 0)
        second.encoder.appendSent(LineID(file: 1, line: 1))
        try second.flush()
        let before = try folder.read("r.journal")

        let third = try openUnlocked("two")
        let unlocked = try third.file.status().identity
        try resume(third, "two")
        #expect(try third.file.status().identity != unlocked)
        loses(second, to: "two")
        #expect(try third.checkOwner() == ())
        // What the process before writes is not in the journal.
        second.encoder.appendLease(LineID(file: 1, line: 500), synced: 0)
        try second.flush()
        third.encoder.append(plainRow(LineID(file: 1, line: 1), record: 1))
        try third.flush()
        let bytes = try folder.read("r.journal")
        #expect(bytes.starts(with: before))
        #expect(!String(decoding: bytes, as: UTF8.self).contains("500"))
        let read = try Journal.inspect(path, bootID: "boot-two")
        #expect(read.damage == nil && read.starts == 3 && read.validLength == UInt64(bytes.count))
        #expect(read.resumeState.uncertainThrough == LineID(file: 1, line: 5))
        #expect(!FileManager.default.fileExists(atPath: path + ".tmp"))
    }

    @Test(
        "A process that is alive keeps its rows, and the one that takes over gives way",
        arguments: [false, true])
    func alive(isFinishing: Bool) throws {
        let first = try create()
        // The lock is lost, and the file is the same: two openers of one file.
        first.encoder.appendSent(LineID(file: 1, line: 1))
        try first.flush()
        let second = try openUnlocked("two")
        let late = try #require(FileHandle(forWritingAtPath: path))
        try late.seekToEnd()
        let rows = LedgerTests.rows { encoder in
            encoder.append(plainRow(LineID(file: 1, line: 1), record: 1))
            encoder.appendLease(LineID(file: 1, line: 77), synced: 0)
            if isFinishing { encoder.appendFinished() }
        }
        try late.write(contentsOf: Data((rows + "{\"kind\":\"le").utf8))
        #expect(throws: LedgerError.locked(path: path)) { try resume(second, "two") }
        let read = try Journal.inspect(path, bootID: "boot-three")
        #expect(read.damage == nil)
        #expect(read.isFinished == isFinishing)
        #expect(read.resumeState.counts.accepted == 1)
        #expect(read.lastLease == LineID(file: 1, line: 77))
        #expect(read.lastBootID == (isFinishing ? "boot-two" : "boot-two"))
    }

    @Test(
        "A process that has lost the journal publishes nothing",
        arguments: [nil, ReportPublisher.Step.written])
    func published(lostAfter step: ReportPublisher.Step?) throws {
        let journal = try create()
        journal.encoder.append(plainRow(LineID(file: 1, line: 1), record: 1))
        try journal.flush()
        let files = RunFiles(report: folder.path("r"), summary: folder.path("s"))
        let copy = folder.path("copy")
        func lose() throws {
            try FileManager.default.copyItem(atPath: path, toPath: copy)
            #expect(rename(copy, path) == 0)
        }
        if step == nil { try lose() }
        let before = try folder.read("r.journal")
        #expect(throws: LedgerError.lost(path: path, host: "one")) {
            try ReportPublisher(files: files, undelivered: []).publish(
                Reporter<RowCount>(journal, to: files.report, .ndjson), isFinished: false,
                summary: { _ in Array("a summary".utf8) },
                after: { found throws(LedgerError) in
                    guard found == step else { return }
                    do { try lose() } catch { Issue.record(error) }
                })
        }
        #expect(!folder.contains("r") && !folder.contains("s"))
        // The journal at the path is the other process's, without the row `finished`.
        #expect(try folder.read("r.journal") == before)
    }

    @Test("A journal of version 1 gets no owner and no checkpoint")
    func oldVersion() throws {
        var old = try header()
        old.version = 1
        let journal = try Journal.create(
            path, header: old, bootID: "b", pid: 1, now: 0, owner: Self.owner("one"))
        #expect(journal.fence == nil && !old.hasCheckpoints)
        #expect(try !folder.text("r.journal").contains("owner"))
        try journal.checkOwner()
    }

    @Test("A line that two processes have sent is uncertain, though one end is recorded")
    func twice() throws {
        let start = LedgerTests.rows { encoder in
            encoder.appendRun(
                (try? header())
                    ?? JournalHeader(
                        runID: .random(), destination: "", inputs: [], options: [:]))
            encoder.appendStart(bootID: "boot-1", pid: 1, at: 0)
        }
        let sent = LedgerTests.rows { $0.appendSent(LineID(file: 1, line: 4)) }
        let refused = LedgerTests.rows {
            $0.appendAttempt(
                LineID(file: 1, line: 4), attempt: 1, fate: .refused, status: 503, failure: nil,
                isCounted: true, retryAt: nil)
        }
        let line = LineID(file: 1, line: 4)
        let once = recovered(start + sent + refused).resumeState
        #expect(once.histories[line]?.isUncertain == false)
        let twice = recovered(start + sent + sent + refused).resumeState
        #expect(twice.histories[line]?.isUncertain == true)
    }
}
