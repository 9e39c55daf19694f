import CPosix
import Glibc

/// Standard output and standard error. All messages pass here and have the same prefix.
enum Terminal {
    /// The start of each message.
    static let prefix = "hookbatch: "

    /// Reserves the descriptors of closed standard streams.
    ///
    /// Otherwise the journal could get one of them, and messages would be written into it. Each is
    /// opened for the wrong direction, so its use still fails.
    static func reserveStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO
        where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
            // The lowest free descriptor is this one: all below it are open by now.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// Writes one message on standard error, with the prefix. Errors are ignored.
    static func say(_ message: String) {
        show(line(message))
    }

    /// Returns a message with prefix and line break; at a terminal, in lines of its width. Commands,
    /// which begin with spaces, stay whole.
    static func line(_ message: String) -> String {
        let text = prefix + message
        guard standardErrorIsTerminal else { return text + "\n" }
        let columns = errorColumns
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("  ")
                ? String(line)
                : TextWrap.lines(String(line), columns: columns).joined(separator: "\n")
        }.joined(separator: "\n") + "\n"
    }

    /// Writes whole lines on standard error, above the bottom line if there is one.
    static func show(_ lines: String) {
        guard let bottomLine, isInForeground else {
            _ = write(lines, to: STDERR_FILENO)
            return
        }
        let erasing = bottomLine.erasing(columns: errorColumns)
        _ = write(erasing + lines + bottomLine.drawing, to: STDERR_FILENO)
    }

    /// Writes optional lines if standard error accepts them within `limit` milliseconds.
    ///
    /// A stalled reader must not stop the run. Returns whether the lines were written.
    @discardableResult
    static func showIfPossible(_ lines: String, within limit: Int32 = 0) -> Bool {
        guard standardErrorTakesMore(within: limit) else { return false }
        show(lines)
        return true
    }

    /// Writes a command's result on standard output. Returns the error number of a failure.
    static func output(_ text: String) -> Int32? {
        write(text, to: STDOUT_FILENO)
    }

    /// Writes bytes on standard output.
    static func output(_ bytes: [UInt8]) -> Int32? {
        bytes.withUnsafeBytes { output($0) }
    }

    static func output(_ bytes: UnsafeRawBufferPointer) -> Int32? {
        write(bytes, to: STDOUT_FILENO)
    }

    static var standardOutputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// The width of standard output; 80 if unknown.
    static var outputColumns: Int {
        let columns = Int(hb_terminal_columns(STDOUT_FILENO))
        return columns > 0 ? columns : 80
    }

    static var standardErrorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// The current width of standard error; 80 if unknown.
    static var errorColumns: Int {
        let columns = Int(hb_terminal_columns(STDERR_FILENO))
        return columns > 0 ? columns : 80
    }

    // The line below all messages, as drawn last; only on a terminal.
    //
    // Safe: only the thread that runs the command writes messages.
    nonisolated(unsafe) private static var bottomLine: BottomLine?

    /// Draws the line below all messages in place of the previous one.
    ///
    /// Draws only if the process is in the foreground and the terminal accepts it at once.
    ///
    /// - Parameter columns: The width of the terminal for which the line was made.
    static func drawBottomLine(_ text: String, columns: Int) {
        let line = BottomLine(text: text, columns: columns)
        guard line != bottomLine, isInForeground, standardErrorTakesMore() else { return }
        let erasing = bottomLine?.erasing(columns: columns) ?? ""
        bottomLine = line
        _ = write(erasing + line.drawing, to: STDERR_FILENO)
    }

    /// Erases the bottom line.
    static func removeBottomLine() {
        guard let line = bottomLine else { return }
        bottomLine = nil
        guard isInForeground else { return }
        _ = write(line.erasing(columns: errorColumns), to: STDERR_FILENO)
    }

    /// Whether this process is in the foreground of its terminal.
    private static var isInForeground: Bool {
        let group = tcgetpgrp(STDERR_FILENO)
        return group < 0 || group == getpgrp()
    }

    /// Returns whether standard error is writable within `limit` milliseconds.
    private static func standardErrorTakesMore(within limit: Int32 = 0) -> Bool {
        var wanted = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        return poll(&wanted, 1, limit) > 0
    }

    /// Writes all of the text. Returns the error number of a failure.
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
