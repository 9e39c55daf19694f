import CPosix
import Glibc

/// The program's two streams. Every message to a person passes here and bears the same prefix.
enum Terminal {
    private static let prefix = "hookbatch: "

    /// Takes the descriptors of standard streams that are closed, so that no file of ours gets one:
    /// a message would be written into the journal. Each is taken for the wrong direction, so that
    /// using it still fails.
    static func holdStandardStreams() {
        for descriptor in STDIN_FILENO...STDERR_FILENO
        where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
            // The lowest free descriptor is this one: all below it are open by now.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// Writes one message on standard error, with the prefix. It is for a person: that it can't be
    /// written changes nothing.
    static func say(_ message: String) {
        _ = write(prefix + message + "\n", to: STDERR_FILENO)
    }

    /// Writes text on standard error as it is: a summary's lines, a progress bar.
    static func show(_ text: String) {
        _ = write(text, to: STDERR_FILENO)
    }

    /// Writes a command's result on standard output. Returns the error number if not all of it
    /// could be written: a result that is lost is a failure.
    static func output(_ text: String) -> Int32? {
        write(text, to: STDOUT_FILENO)
    }

    /// The same for bytes.
    static func output(_ bytes: [UInt8]) -> Int32? {
        bytes.withUnsafeBytes { output($0) }
    }

    static func output(_ bytes: UnsafeRawBufferPointer) -> Int32? {
        write(bytes, to: STDOUT_FILENO)
    }

    static var standardOutputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// How wide standard output is: 80 if it does not say.
    static var outputColumns: Int {
        let columns = Int(hb_terminal_columns(STDOUT_FILENO))
        return columns > 0 ? columns : 80
    }

    static var standardErrorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// All of the text in as few calls as the descriptor takes; the error number if it failed.
    private static func write(_ text: String, to descriptor: Int32) -> Int32? {
        var text = text
        return text.withUTF8 { write(UnsafeRawBufferPointer($0), to: descriptor) }
    }

    private static func write(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32
    ) -> Int32? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let bytes = UnsafeRawBufferPointer(rebasing: rest)
            let written = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno == EAGAIN {
                // A terminal shared with a program that made it non-blocking.
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&wanted, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }
}
