import Glibc
import TestSupport
import Testing

/// A full pipe as standard error, which nothing reads unless a test does.
final class StalledReader {
    private let sending: Sending
    private let pipe: Int32
    private var page = [UInt8](repeating: 0, count: 4096)

    init(_ sending: Sending) throws {
        self.sending = sending
        let path = sending.folder.path("errors")
        try #require(mkfifo(path, 0o600) == 0)
        pipe = open(path, O_RDWR | O_NONBLOCK)
        try #require(pipe >= 0)
        while write(pipe, page, page.count) > 0 {}
    }

    deinit { close(pipe) }

    /// Starts `send` of the existing `in.ndjson` into the store.
    func start(_ flags: [String] = []) throws -> RunningProgram {
        try Program(
            "sh",
            [
                "-c", #"exec "$0" "$@" 2>errors"#, Hookbatch.binary, "send", "in.ndjson",
                "--report", sending.report,
            ] + flags, directory: sending.folder.path
        ).start()
    }

    /// Reads a page, or sleeps briefly if the pipe is empty.
    func read() {
        if Glibc.read(pipe, &page, page.count) <= 0 { usleep(10_000) }
    }
}
