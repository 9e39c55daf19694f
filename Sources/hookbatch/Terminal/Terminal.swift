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
        show(line(message))
    }

    /// A message as `say` writes it.
    static func line(_ message: String) -> String { prefix + message + "\n" }

    /// Writes whole lines on standard error as they are, above the bottom line if there is one.
    static func show(_ lines: String) {
        guard let bottomLine, isInForeground else {
            _ = write(lines, to: STDERR_FILENO)
            return
        }
        let erasing = bottomLine.erasing(columns: errorColumns)
        _ = write(erasing + lines + bottomLine.drawing, to: STDERR_FILENO)
    }

    /// The same, for what may be left out: whether standard error took it at once, or within so
    /// many milliseconds. A reader that has stopped reading must not stop the run.
    @discardableResult
    static func showIfPossible(_ lines: String, within limit: Int32 = 0) -> Bool {
        guard standardErrorTakesMore(within: limit) else { return false }
        show(lines)
        return true
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

    /// How wide standard error is now: 80 if it does not say.
    static var errorColumns: Int {
        let columns = Int(hb_terminal_columns(STDERR_FILENO))
        return columns > 0 ? columns : 80
    }

    // The line that stays below all messages, as it was drawn last: on a terminal only.
    //
    // Safe, since the thread that runs the command is the only one that writes messages.
    nonisolated(unsafe) private static var bottomLine: BottomLine?

    /// Draws the line that stays below all messages, in place of the one before, if the terminal is
    /// this process's at the moment and takes it at once.
    ///
    /// - Parameter columns: How wide the terminal is, by which the line was made.
    static func drawBottomLine(_ text: String, columns: Int) {
        let line = BottomLine(text: text, columns: columns)
        guard line != bottomLine, isInForeground, standardErrorTakesMore() else { return }
        let erasing = bottomLine?.erasing(columns: columns) ?? ""
        bottomLine = line
        _ = write(erasing + line.drawing, to: STDERR_FILENO)
    }

    /// Takes the line away.
    static func removeBottomLine() {
        guard let line = bottomLine else { return }
        bottomLine = nil
        guard isInForeground else { return }
        _ = write(line.erasing(columns: errorColumns), to: STDERR_FILENO)
    }

    /// Whether no other job of the shell has the terminal.
    private static var isInForeground: Bool {
        let group = tcgetpgrp(STDERR_FILENO)
        return group < 0 || group == getpgrp()
    }

    /// Whether a line can be written without waiting longer than so many milliseconds.
    private static func standardErrorTakesMore(within limit: Int32 = 0) -> Bool {
        var wanted = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        return poll(&wanted, 1, limit) > 0
    }

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
