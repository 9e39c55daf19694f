import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A stalled reader of standard error", .ownThread)
struct StoppedReaderTests {
    @Test("A run completes its report despite a stalled reader of standard error")
    func report() throws {
        let sending = try Sending()
        try sending.folder.write(Sending.oneLine, to: "in.ndjson")
        let reader = try StalledReader(sending)
        let running = try reader.start(["--progress", "json"])
        let end = ContinuousClock.now + .patience
        while !sending.folder.contains(sending.report), ContinuousClock.now < end {
            usleep(10_000)
        }
        #expect(sending.folder.contains(sending.report))
        // The program waits until its last messages are read.
        #expect(running.isRunning)
        while running.isRunning, ContinuousClock.now < end { reader.read() }
        #expect(running.wait().exitCode == 0)
    }
}
