/// A line at the cursor of a terminal that can be redrawn and erased, with the control sequences
/// of the VT100.
struct BottomLine: Equatable {
    let text: String
    /// The width of the terminal; the text is narrower.
    let columns: Int

    /// Overwrites the current line, and returns the cursor to the first column.
    ///
    /// Wrapping is off meanwhile, because the terminal may have become narrower.
    var drawing: String { "\r\u{1B}[?7l\(text)\u{1B}[K\u{1B}[?7h\r" }

    /// Returns the sequence that erases the line on a terminal with `now` columns.
    ///
    /// A terminal that became narrower may have wrapped the line; the cursor is on the first part.
    /// The parts are erased one by one. With "erase below", tmux would see a cleared screen if the
    /// line is the topmost, and keep a copy of it.
    func erasing(columns now: Int) -> String {
        guard now < columns, now > 0 else { return "\r\u{1B}[K" }
        let more = (columns - 1 + now - 1) / now - 1
        return "\r\u{1B}7\u{1B}[K" + String(repeating: "\u{1B}[B\u{1B}[K", count: more) + "\u{1B}8"
    }
}
