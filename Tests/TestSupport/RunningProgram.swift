import Glibc

/// A running child process, killed when the value is released.
package final class RunningProgram: Sendable {
    /// Its process id.
    package let pid: Int32
    private let state: Monitor<State>
    private let ended: Pipe
    private let inputChanged: Pipe
    private let threads: [JoinableThread]

    struct State: Sendable {
        var input: [UInt8] = []
        var inputIsOpen = true
        var output: [UInt8] = []
        var errors: [UInt8] = []
        /// Set when the process is reaped: from then on its id may be reused.
        var end: ProgramResult.End?
        /// Set when all its output has been read.
        var isComplete = false
        var timedOut = false
    }

    init(_ program: Program) throws(SystemFailure) {
        var initial = State()
        switch program.input {
        case .nothing: initial.inputIsOpen = false
        case .bytes(let bytes): (initial.input, initial.inputIsOpen) = (bytes, false)
        case .text(let text): (initial.input, initial.inputIsOpen) = ([UInt8](text.utf8), false)
        case .open: break
        }
        let spawned = try Spawned(program)
        let (pid, state) = (spawned.pid, Monitor(initial))
        let (ended, inputChanged) = (try Pipe(), try Pipe())
        self.pid = pid
        self.state = state
        self.ended = ended
        self.inputChanged = inputChanged
        let waiter = JoinableThread {
            // Leaves it a zombie, so that its id is not reused before the state has its end.
            var information = siginfo_t()
            while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
            state.update { state in
                var status: Int32 = 0
                waitpid(pid, &status, 0)
                let signal = status & 0x7F
                state.end = signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
            }
            ended.poke()
        }
        let pump = JoinableThread {
            var pump = ProgramPump(
                spawned: spawned, ended: ended, inputChanged: inputChanged, state: state)
            pump.run()
        }
        threads = [waiter, pump]
    }

    deinit {
        kill(SIGKILL)
        for thread in threads { thread.join() }
    }

    /// Sends a signal, unless it has ended.
    package func kill(_ signal: Int32) {
        state.update { state in
            if state.end == nil {
                sendSignal(pid, signal)
            }
        }
    }

    /// Whether it has not ended yet.
    package var isRunning: Bool { state.read { $0.end == nil } }

    /// Its standard error so far.
    package var errorOutputSoFar: String {
        state.read { String(decoding: $0.errors, as: UTF8.self) }
    }

    /// Writes to its standard input, which must be `.open`.
    package func write(_ bytes: some Sequence<UInt8>) {
        state.update { $0.input += bytes }
        inputChanged.poke()
    }

    /// Closes its standard input after the bytes written so far.
    package func closeInput() {
        state.update { $0.inputIsOpen = false }
        inputChanged.poke()
    }

    /// Waits until its standard error contains `text`; false if it ends or the time passes first.
    package func waitForError(_ text: String, timeout: Duration = .patience) -> Bool {
        func isThere(_ state: State) -> Bool {
            String(decoding: state.errors, as: UTF8.self).contains(text)
        }
        _ = state.wait(timeout: timeout) { isThere($0) || $0.isComplete }
        return state.read(isThere)
    }

    /// Waits for its end. After `timeout` it is killed, and `timedOut` is set.
    package func wait(timeout: Duration = .patience) -> ProgramResult {
        if !state.wait(timeout: timeout, until: \.isComplete) {
            state.update { $0.timedOut = true }
            kill(SIGKILL)
            // A killed process ends; only one that is stuck in the kernel would block here.
            while !state.wait(until: \.isComplete) {}
        }
        return state.read { state in
            guard let end = state.end else { preconditionFailure("a complete process has ended") }
            return ProgramResult(
                end: end, standardOutput: state.output, standardError: state.errors,
                timedOut: state.timedOut)
        }
    }
}

/// Calls `kill`, whose name is hidden by the method.
private func sendSignal(_ pid: Int32, _ signal: Int32) {
    _ = kill(pid, signal)
}
