import Delivery
import Time

/// Shows how a process of a run gets on. Its owner tells it when something is due, and never waits
/// longer than until then; in between it costs nothing.
final class Progress {
    /// How it shows it, once it is known what standard error is.
    enum Form: Hashable, Sendable { case none, bar, plain, json }

    /// When to show the status next; nil: not unless it is asked for.
    private(set) var due: Instant?
    private let form: Form
    private let isQuiet: Bool
    private let style: TerminalStyle
    private let interval: Int64
    private let startedAt: Instant
    private var rate = SmoothedRate(window: Progress.rateWindow)
    /// For the time that is left: a guess that jumps about is worth nothing.
    private var steadyRate = SmoothedRate(window: Progress.steadyWindow)

    /// Nanoseconds between two drawings of the bar.
    static let barInterval: Int64 = 100_000_000
    /// Milliseconds for a reader who is slow: one who has stopped must not keep the report.
    private static let patience: Int32 = 1000
    private static let rateWindow = 5.0
    private static let steadyWindow = 30.0
    /// Nanoseconds without which a rate is no more than a guess.
    private static let leastObserved: Int64 = 1_000_000_000

    init(
        _ options: WatchOptions, isTerminal: Bool = Terminal.standardErrorIsTerminal,
        style: TerminalStyle = .current(), now: Instant
    ) {
        form = Form(options.progress, isTerminal: isTerminal, style: style)
        isQuiet = options.isQuiet
        self.style = style
        interval = form == .bar ? Self.barInterval : options.progressEvery.inNanoseconds
        startedAt = now
    }

    /// Begins a phase: from here on rates are measured.
    func begin(_ status: ProgressStatus, at now: Instant) {
        rate = SmoothedRate(window: Self.rateWindow)
        steadyRate = SmoothedRate(window: Self.steadyWindow)
        rate.add(status.lines, at: now)
        steadyRate.add(status.lines, at: now)
        switch form {
        case .none: due = nil
        case .bar: due = now
        // The lines keep their distance whatever begins.
        case .plain, .json: due = due ?? now.advanced(byNanoseconds: interval)
        }
    }

    /// Whether it is time to call `show`.
    func isDue(at now: Instant) -> Bool { due.map { $0 <= now } ?? false }

    /// Shows the status, and says in `due` when to come back.
    func show(_ status: ProgressStatus, at now: Instant) {
        let status = measured(status, at: now)
        switch form {
        case .none: break
        case .bar:
            let columns = Terminal.errorColumns
            Terminal.drawBottomLine(
                ProgressBar(status: status, style: style).text(columns: columns), columns: columns)
        case .plain, .json: Terminal.showIfPossible(line(of: status))
        }
        due = form == .none ? nil : now.advanced(byNanoseconds: interval)
    }

    /// Shows the status on a line of its own, in whatever form: somebody has asked.
    func tell(_ status: ProgressStatus, at now: Instant) {
        Terminal.showIfPossible(line(of: measured(status, at: now)))
    }

    /// Says what is good to know and no more: nothing under `--quiet`.
    func say(_ message: String) {
        if !isQuiet { Terminal.showIfPossible(Terminal.line(message), within: Self.patience) }
    }

    /// Sending has ended: a program that reads along gets how it stood then.
    func conclude(_ status: ProgressStatus, at now: Instant) {
        guard form == .json else { return }
        Terminal.showIfPossible(line(of: measured(status, at: now)), within: Self.patience)
    }

    /// Nothing is shown any more.
    func end() {
        due = nil
        Terminal.removeBottomLine()
    }

    private func line(of status: ProgressStatus) -> String {
        form == .json
            ? ProgressJSON.line(of: status) : Terminal.line(ProgressLine.text(of: status))
    }

    private func measured(_ status: ProgressStatus, at now: Instant) -> ProgressStatus {
        var status = status
        status.elapsed = .nanoseconds(now.nanoseconds(since: startedAt))
        rate.add(status.lines, at: now)
        steadyRate.add(status.lines, at: now)
        guard rate.observed >= Self.leastObserved else { return status }
        status.linesPerSecond = rate.perSecond
        if status.phase != .stopping {
            status.timeLeft = steadyRate.perSecond.flatMap(status.timeLeft(at:))
        }
        return status
    }
}

extension Progress.Form {
    /// Never a control sequence where nobody would obey it.
    init(_ choice: ProgressChoice, isTerminal: Bool, style: TerminalStyle) {
        switch choice {
        case .auto where !isTerminal: self = .none
        case .auto, .bar: self = isTerminal && style.movesCursor ? .bar : .plain
        case .plain: self = .plain
        case .json: self = .json
        case .none: self = .none
        }
    }
}
