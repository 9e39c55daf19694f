import Glibc

/// Copies a child's three streams between its pipes and the state.
struct ProgramPump {
    let spawned: Spawned
    let ended: Pipe
    let inputChanged: Pipe
    let state: Monitor<RunningProgram.State>
    private var input: Int32
    private var written = 0
    private var outputIsOver = false
    private var errorsAreOver = false

    init(
        spawned: Spawned, ended: Pipe, inputChanged: Pipe, state: Monitor<RunningProgram.State>
    ) {
        self.spawned = spawned
        self.ended = ended
        self.inputChanged = inputChanged
        self.state = state
        input = spawned.input
    }

    /// Copies until the process has ended and its output is read.
    ///
    /// It does not wait for a grandchild that keeps the pipes open.
    mutating func run() {
        var isOver = false
        while !isOver {
            let hasInput = writeInput()
            var polled = [
                pollfd(fd: ended.readEnd, events: Int16(POLLIN), revents: 0),
                pollfd(fd: spawned.output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: spawned.errors, events: Int16(POLLIN), revents: 0),
                pollfd(fd: inputChanged.readEnd, events: Int16(POLLIN), revents: 0),
                pollfd(fd: hasInput ? input : -1, events: Int16(POLLOUT), revents: 0),
            ]
            if outputIsOver { polled[1].fd = -1 }
            if errorsAreOver { polled[2].fd = -1 }
            poll(&polled, nfds_t(polled.count), -1)
            isOver = polled[0].revents != 0
            if polled[3].revents != 0 { inputChanged.takePoke() }
            if isOver || polled[1].revents != 0 {
                let (bytes, end) = readAll(spawned.output)
                outputIsOver = outputIsOver || end
                state.update { $0.output += bytes }
            }
            if isOver || polled[2].revents != 0 {
                let (bytes, end) = readAll(spawned.errors)
                errorsAreOver = errorsAreOver || end
                state.update { $0.errors += bytes }
            }
        }
        if input >= 0 { close(input) }
        close(spawned.output)
        close(spawned.errors)
        state.update { $0.isComplete = true }
    }

    /// Writes as much as the pipe accepts and returns whether there is more to write.
    private mutating func writeInput() -> Bool {
        guard input >= 0 else { return false }
        let (bytes, isOpen) = state.read { ($0.input, $0.inputIsOpen) }
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
            if count > 0 {
                written += count
            } else if errno == EAGAIN {
                return true
            } else if errno != EINTR {
                closeInput()
                return false
            }
        }
        if !isOpen { closeInput() }
        return false
    }

    private mutating func closeInput() {
        close(input)
        input = -1
    }

    private func readAll(_ descriptor: Int32) -> (bytes: [UInt8], isOver: Bool) {
        var all: [UInt8] = []
        while true {
            let count = withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 1) { buffer in
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                if count > 0 {
                    all.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                }
                return count
            }
            if count == 0 { return (all, true) }
            if count < 0, errno != EINTR { return (all, errno != EAGAIN) }
        }
    }
}
