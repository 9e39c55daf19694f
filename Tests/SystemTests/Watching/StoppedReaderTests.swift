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
        let path = sending.folder.path("errors")
        try #require(mkfifo(path, 0o600) == 0)
        let pipe = open(path, O_RDWR | O_NONBLOCK)
        try #require(pipe >= 0)
        defer { close(pipe) }
        var page = [UInt8](repeating: 0, count: 4096)
        while write(pipe, page, page.count) > 0 {}

        let running = try Program(
            "sh",
            [
                "-c", #"exec "$0" "$@" 2>errors"#, Hookbatch.binary, "send", "in.ndjson",
                "--report", sending.report, "--progress", "json",
            ], directory: sending.folder.path
        ).start()
        let end = ContinuousClock.now + .patience
        while !sending.folder.contains(sending.report), ContinuousClock.now < end {
            usleep(10_000)
        }
        #expect(sending.folder.contains(sending.report))
        // The program waits until its last messages are read.
        #expect(running.isRunning)
        while running.isRunning, ContinuousClock.now < end {
            if read(pipe, &page, page.count) <= 0 { usleep(10_000) }
        }
        #expect(running.wait().exitCode == 0)
    }
}
