import Glibc

/// The two ends of a pipe, which no child process inherits.
package struct Pipe {
    package let readEnd: Int32
    package let writeEnd: Int32

    package init() throws(SystemError) {
        var ends: (Int32, Int32) = (-1, -1)
        let result = withUnsafeMutablePointer(to: &ends) {
            $0.withMemoryRebound(to: Int32.self, capacity: 2) { pipe($0) }
        }
        guard result == 0 else { throw SystemError("pipe", "pipe") }
        (readEnd, writeEnd) = ends
        for end in [readEnd, writeEnd] where fcntl(end, F_SETFD, FD_CLOEXEC) != 0 {
            throw SystemError("fcntl", "pipe")
        }
    }

    package func close() {
        Glibc.close(readEnd)
        Glibc.close(writeEnd)
    }

    /// Writes a message of at most `PIPE_BUF` bytes.
    ///
    /// It is written whole or not at all (POSIX). Returns false if the other end is closed, or the pipe is full and does not block.
    package static func send<Message: BitwiseCopyable>(
        _ message: Message, to writeEnd: Int32
    ) -> Bool {
        withUnsafeBytes(of: message) { bytes in
            retryingInterrupts { write(writeEnd, bytes.baseAddress, bytes.count) } == bytes.count
        }
    }

    /// Reads a message that was written by `send`.
    ///
    /// Returns false if the other end is closed, or the pipe is empty and does not block.
    package static func receive<Message: BitwiseCopyable>(
        _ message: inout Message, from readEnd: Int32
    ) -> Bool {
        withUnsafeMutableBytes(of: &message) { bytes in
            retryingInterrupts { read(readEnd, bytes.baseAddress, bytes.count) } == bytes.count
        }
    }
}
