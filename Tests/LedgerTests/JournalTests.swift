import Delivery
import Foundation
import Glibc
import Ledger
import Platform
import TestSupport
import Testing

@Suite("Journal files") struct JournalTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("r.journal") }

    init() throws { folder = try TemporaryFolder("ledger") }

    private func create(_ path: String? = nil) throws -> Journal {
        try Journal.create(
            path ?? self.path, header: header(), bootID: "boot-1", pid: 1, now: 0)
    }

    private func open(bootID: String = "boot-1") throws -> (
        journal: Journal, recovered: RecoveredJournal
    ) {
        let (journal, recovered) = try Journal.open(path, bootID: bootID)
        try journal.resume(bootID: bootID, pid: 2, now: 1, isFinished: recovered.isFinished)
        return (journal, recovered)
    }

    /// Runs `body` on a new journal and closes it.
    private func crashed(_ body: (Journal) throws -> Void) throws {
        let journal = try create()
        try body(journal)
    }

    @Test("The header is read from the first row alone")
    func headerOnly() throws {
        try crashed { journal in
            for line in 1...2000 { journal.encoder.appendSent(LineID(file: 1, line: UInt64(line))) }
            try journal.flush()
        }
        #expect(try Journal.header(of: path) == header())
        // The rows after it are not read: damage there is found when the run is resumed.
        var bytes = try folder.read("r.journal")
        bytes[bytes.count / 2] ^= 1
        try folder.write(bytes, to: "r.journal")
        #expect(try Journal.header(of: path) == header())
        let first = try #require(bytes.firstIndex(of: 0x0a))
        for (change, name) in [(first / 2, "damaged"), (first, "cut")] {
            var changed = bytes
            if name == "cut" { changed.removeSubrange(first...) } else { changed[change] ^= 1 }
            try folder.write(changed, to: name)
            #expect(try Journal.header(of: folder.path(name)) == nil, "\(name)")
        }
        #expect(throws: LedgerError.self) { try Journal.header(of: folder.path("missing")) }
    }

    @Test("A header row of many inputs is read, and a file without a row is not read to its end")
    func longHeader() throws {
        var long = try header()
        long.inputs = (0..<3000).map {
            InputIdentity(
                path: "folder/input-\($0).ndjson", size: 1, modifiedNanoseconds: 1, isStream: false)
        }
        _ = try Journal.create(path, header: long, bootID: "boot-1", pid: 1, now: 0)
        #expect(try Journal.header(of: path) == long)
        // Far larger than memory: only its beginning is read.
        try folder.write([UInt8](), to: "sparse")
        try #require(truncate(folder.path("sparse"), 1 << 40) == 0)
        #expect(try Journal.header(of: folder.path("sparse")) == nil)
    }

    @Test("A resumed journal continues after the last process's rows")
    func resume() throws {
        try crashed {
            $0.encoder.appendSent(LineID(file: 1, line: 1))
            try $0.flush()
            $0.encoder.append(plainRow(LineID(file: 1, line: 1), record: 1))
            $0.encoder.appendSent(LineID(file: 1, line: 2))
            try $0.flush()
            #expect($0.size == UInt64(try folder.read("r.journal").count))
            $0.encoder.append(plainRow(LineID(file: 1, line: 2), record: 2))
        }
        let (journal, recovered) = try open()
        #expect(journal.header == (try header()))
        #expect(recovered.resumeState.counts.accepted == 1)
        #expect(recovered.resumeState.histories[LineID(file: 1, line: 2)]?.isUncertain == true)
        journal.encoder.append(plainRow(LineID(file: 1, line: 2), record: 2))
        try journal.flush()
        #expect(journal.size == UInt64(try folder.read("r.journal").count))
        let now = try Journal.inspect(path, bootID: "boot-1")
        #expect(now.starts == 2 && now.resumeState.counts.accepted == 2 && now.damage == nil)
    }

    @Test("A journal loses only a torn last row")
    func torn() throws {
        try crashed {
            $0.encoder.append(plainRow(LineID(file: 1, line: 1), record: 1))
            $0.encoder.append(plainRow(LineID(file: 1, line: 2), record: 2))
            try $0.flush()
            try $0.file.truncate(to: $0.size - 3)
        }
        let (journal, recovered) = try open()
        #expect(recovered.resumeState.counts.accepted == 1)
        #expect(recovered.validLength < recovered.length)
        #expect(try Journal.inspect(path, bootID: "boot-1").starts == 2)
        #expect(journal.size == UInt64(try folder.read("r.journal").count))
    }

    @Test("A damaged journal is refused and not changed")
    func damaged() throws {
        try crashed { _ in }
        var bytes = try folder.read("r.journal")
        bytes[10] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(
            throws: LedgerError.damaged(
                path: path, JournalDamage(offset: 0, reason: .unreadableRow))
        ) { try open() }
        #expect(try folder.read("r.journal") == bytes)
    }

    @Test("A journal is open in one process at a time")
    func locked() throws {
        let first = try create()
        #expect(throws: LedgerError.locked(path: path)) { try open() }
        #expect(throws: LedgerError.exists(path: path)) { try create() }
        #expect(first.size > 0)
    }

    @Test("A missing journal, and one without a complete row, has vanished")
    func vanished() throws {
        #expect(throws: LedgerError.vanished(path: path)) { try open() }
        for unborn in ["", "{\"ki", "{\"kind\":\"run\",\"version\":1,\"run", "\0\0\0"] {
            try folder.write(unborn, to: "r.journal")
            #expect(throws: LedgerError.vanished(path: path)) { try open() }
            #expect(try folder.names() == [])
        }
        try folder.write("someone's letter", to: "r.journal")
        #expect(throws: LedgerError.self) { try open() }
        #expect(try folder.text("r.journal") == "someone's letter")
    }

    @Test("A journal is not opened through a symbolic link")
    func link() throws {
        try folder.write("", to: "target")
        try FileManager.default.createSymbolicLink(
            atPath: path, withDestinationPath: folder.path("target"))
        let refusal = LedgerError.system(SystemError(call: "open", path: path, code: ELOOP))
        #expect(throws: refusal) { try open() }
        #expect(throws: LedgerError.exists(path: path)) { try create() }
    }

    @Test("A finished journal gets no more rows")
    func finished() throws {
        try crashed {
            $0.encoder.appendFinished()
            try $0.flush()
        }
        let before = try folder.read("r.journal")
        let (journal, recovered) = try open(bootID: "boot-2")
        #expect(recovered.isFinished && journal.size == UInt64(before.count))
        #expect(try folder.read("r.journal") == before)
    }

    @Test("A journal accepts no rows after a failed write and keeps its complete rows")
    func full() throws {
        let journal = try create()
        let whole = try folder.read("r.journal")
        // The process's file size limit, far above the files of tests that run in parallel.
        signal(SIGXFSZ, SIG_IGN)
        let limit: UInt64 = 1 << 40
        var old = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &old)
        var new = rlimit(rlim_cur: rlim_t(limit), rlim_max: old.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &new)
        defer { setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &old) }

        try journal.file.seek(to: limit - 20)
        journal.encoder.append(plainRow(LineID(file: 1, line: 1), record: 1))
        let error = try #require(
            #expect(throws: SystemError.self) { try journal.flush() })
        #expect(error.isOutOfSpace)
        try journal.file.seek(to: UInt64(whole.count))
        journal.encoder.append(plainRow(LineID(file: 1, line: 2), record: 2))
        #expect(throws: error) { try journal.flush() }
        #expect(throws: error) { try journal.sync() }
        #expect(journal.size == UInt64(whole.count))
        try journal.file.truncate(to: UInt64(whole.count))
        #expect(try folder.read("r.journal") == whole)
    }
}
