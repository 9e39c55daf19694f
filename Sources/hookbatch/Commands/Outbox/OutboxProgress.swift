import Sending

/// The progress of the `send` of a file, which prints JSON lines: a bar at a terminal, and one line
/// on request.
final class OutboxProgress {
    private let name: String
    private let form: Progress.Form
    private let style: TerminalStyle
    private var widths = ProgressBar.Widths()
    private var isRequested = false

    /// - Parameter isShown: Whether it is shown without a request.
    init(of name: String, isShown: Bool) {
        self.name = name
        style = .current()
        form =
            isShown
            ? Progress.Form(.auto, isTerminal: Terminal.standardErrorIsTerminal, style: style)
            : .none
    }

    /// The interval at which a `send` prints, as the value of a flag: without a display it measures its
    /// rate then.
    static func interval(isShown: Bool) -> String { isShown ? "250ms" : "5s" }

    /// The next status is printed as a line of its own.
    func request() { isRequested = true }

    /// Shows a line that `send` printed; returns false if it is no status.
    func show(_ line: ArraySlice<UInt8>) -> Bool {
        guard let status = ProgressJSON.status(of: Array(line)) else { return false }
        if isRequested {
            isRequested = false
            let text = "\(Escaping.quoted(name)): \(ProgressLine.text(of: status))"
            Terminal.showIfPossible(Terminal.line(text))
        } else if form == .bar {
            ProgressBar.draw(status, style, &widths)
        }
        return true
    }

    func end() {
        if form == .bar { Terminal.removeBottomLine() }
    }
}
