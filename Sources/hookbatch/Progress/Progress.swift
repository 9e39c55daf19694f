import Delivery
import Sending
import Time

/// The progress display of one process.
///
/// The owner calls `show` when it is due, and never waits longer than until then.
final class Progress {
    /// The form of the display on this standard error.
    enum Form: Hashable, Sendable { case none, bar, plain, json }

    /// When to show or to sample the status next; nil before and after.
    private(set) var due: Instant?
    private let form: Form
    private let isQuiet: Bool
    private let style: TerminalStyle
    private let interval: Int64
    private let startedAt: Instant
    private var rate = SmoothedRate(window: Progress.rateWindow)
    /// The rate for the remaining time, smoothed over a longer window.
    private var steadyRate = SmoothedRate(window: Progress.steadyWindow)
    /// The same while retries are limited.
    private var slowRate = SlowRate()
    private var barWidths = ProgressBar.Widths()

    /// Nanoseconds between two drawings of the bar.
    static let barInterval: Int64 = 100_000_000
    /// Nanoseconds between two samples without a display: a line on request then has the recent rate.
    private static let sampleInterval: Int64 = 5_000_000_000
    /// Write timeout in milliseconds: a stalled reader can't delay the report.
    private static let writeTimeout: Int32 = 1000
    private static let rateWindow = 5.0
    private static let steadyWindow = 30.0
    /// Minimum observation time of a rate, in nanoseconds.
    private static let minObserved: Int64 = 1_000_000_000

    init(
        _ options: WatchOptions, isTerminal: Bool = Terminal.standardErrorIsTerminal,
        style: TerminalStyle = .current(), now: Instant
    ) {
        form = Form(options.progress, isTerminal: isTerminal, style: style)
        isQuiet = options.isQuiet
        self.style = style
        interval =
            switch form {
            case .none: Self.sampleInterval
            case .bar: Self.barInterval
            case .plain, .json: options.progressEvery.inNanoseconds
            }
        startedAt = now
    }

    /// Begins a phase, and restarts the measurement of rates.
    func begin(_ status: ProgressStatus, at now: Instant) {
        rate = SmoothedRate(window: Self.rateWindow)
        steadyRate = SmoothedRate(window: Self.steadyWindow)
        rate.add(status.lines, at: now)
        steadyRate.add(status.lines, at: now)
        switch form {
        case .bar:
            barWidths = ProgressBar.Widths()
            // A bar that appears only to vanish is noise.
            let earliest = startedAt.advanced(
                byNanoseconds: RunSummary.minMeasured.inNanoseconds)
            due = max(now, earliest)
        // The interval between lines spans phases.
        case .none, .plain, .json: due = due ?? now.advanced(byNanoseconds: interval)
        }
    }

    /// Returns whether it is time to call `show`.
    func isDue(at now: Instant) -> Bool { due.map { $0 <= now } ?? false }

    /// Shows the status, and sets `due`.
    func show(_ status: ProgressStatus, at now: Instant) {
        let status = measured(status, at: now)
        switch form {
        case .none: break
        case .bar: ProgressBar.draw(status, style, &barWidths)
        case .plain, .json: Terminal.showIfPossible(line(of: status))
        }
        due = now.advanced(byNanoseconds: interval)
    }

    /// Prints the status on its own line in any form, on request.
    func tell(_ status: ProgressStatus, at now: Instant) {
        Terminal.showIfPossible(line(of: measured(status, at: now)))
    }

    /// Prints an informational message, except with `--quiet`.
    func say(_ message: String) {
        if !isQuiet { Terminal.showIfPossible(Terminal.line(message), within: Self.writeTimeout) }
    }

    /// Prints a warning, also with `--quiet`.
    func warn(_ message: String) {
        Terminal.showIfPossible(Terminal.line("warning: \(message)"), within: Self.writeTimeout)
    }

    /// Prints the last JSON line at the end of sending.
    func conclude(_ status: ProgressStatus, at now: Instant) {
        guard form == .json else { return }
        Terminal.showIfPossible(line(of: measured(status, at: now)), within: Self.writeTimeout)
    }

    /// Ends the display.
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
        guard rate.observed >= Self.minObserved else { return status }
        status.linesPerSecond = rate.perSecond
        // Retries without tokens are far slower than the lines before them.
        slowRate.add(status.lines, isSlow: status.wait?.reason == .retryBudget, at: now)
        // The length of an outage is unknown.
        if status.phase != .stopping, status.wait?.reason != .outage {
            let rate = slowRate.isSlow ? slowRate.perSecond : steadyRate.perSecond
            status.timeLeft = rate.flatMap(status.timeLeft(at:))
        }
        return status
    }
}

extension Progress.Form {
    /// Uses control sequences only on a terminal that supports them.
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
