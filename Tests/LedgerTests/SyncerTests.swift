import Foundation
import Ledger
import Platform
import TestSupport
import Testing

@Suite("Syncing") struct SyncerTests {
    /// Waits for a completion of `syncer`.
    private func completion(of syncer: Syncer) -> Result<UInt64, LedgerError>? {
        var entry = pollfd(fd: syncer.completionDescriptor, events: Int16(POLLIN), revents: 0)
        #expect(poll(&entry, 1, 60_000) == 1)
        return syncer.takeCompletion()
    }

    @Test("A completion has the length of its request, one request after the other")
    func requests() throws {
        let folder = try TemporaryFolder("ledger")
        let files = [
            try File.create(folder.path("spool")), try File.create(folder.path("journal")),
        ]
        let syncer = try Syncer(files: files)
        #expect(syncer.takeCompletion() == nil)
        for length in [5, 17, 4_000_000_000_000] as [UInt64] {
            syncer.request(length: length)
            #expect(syncer.isBusy)
            #expect(completion(of: syncer) == .success(length))
            #expect(!syncer.isBusy && syncer.takeCompletion() == nil)
        }
        syncer.stop()
    }

    @Test("A failed sync names its file, and nothing is synced after it")
    func failure() throws {
        // A `File` has no closed descriptor, but files in /proc can't be synced.
        let broken = try File.open("/proc/self/comm", for: .read)
        let folder = try TemporaryFolder("ledger")
        let syncer = try Syncer(files: [try File.create(folder.path("spool")), broken])
        syncer.request(length: 1)
        let expected = LedgerError.system(
            SystemError(call: "fdatasync", path: "/proc/self/comm", code: EINVAL))
        #expect(completion(of: syncer) == .failure(expected))
        #expect(syncer.failure == expected)
        syncer.request(length: 2)
        #expect(!syncer.isBusy && syncer.takeCompletion() == nil)
    }

    @Test("A syncer stops with or without a pending request")
    func stop() throws {
        let folder = try TemporaryFolder("ledger")
        let file = try File.create(folder.path("journal"))
        for round in 0..<100 {
            let syncer = try Syncer(files: [file])
            if round % 2 == 0 { syncer.request(length: 1) }
            syncer.stop()
            syncer.stop()
        }
    }
}
