import Glibc

/// The two ends of a pipe that no child process inherits.
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

    /// Reads a message that was written whole. False if the pipe has ended, or has none now and
    /// does not wait.
    package static func receive<Message: BitwiseCopyable>(
        _ message: inout Message, from readEnd: Int32
    ) -> Bool {
        withUnsafeMutableBytes(of: &message) { bytes in
            var count: Int
            repeat {
                count = read(readEnd, bytes.baseAddress, bytes.count)
            } while count < 0 && errno == EINTR
            return count == bytes.count
        }
    }
}
