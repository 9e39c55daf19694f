/// A line at the cursor of a terminal that can be drawn anew and taken away, in control sequences
/// that every terminal since the VT100 knows.
struct BottomLine: Equatable {
    let text: String
    /// How wide the terminal was; the text is narrower.
    let columns: Int

    /// Writes the line over what stands there, and puts the cursor back to its first column.
    ///
    /// Wrapping is off meanwhile: the terminal may have become narrower a moment ago.
    var drawing: String { "\r\u{1B}[?7l\(text)\u{1B}[K\u{1B}[?7h\r" }

    /// Erases the line on a terminal that has that many columns now.
    ///
    /// One that has become narrower has perhaps made several lines of it; the cursor is still on the
    /// first of them then. They are erased one by one: to erase all that is below is taken by tmux,
    /// where the line is the topmost, for a cleared screen, of which it keeps a copy.
    func erasing(columns now: Int) -> String {
        guard now < columns, now > 0 else { return "\r\u{1B}[K" }
        let more = (columns - 1 + now - 1) / now - 1
        return "\r\u{1B}7\u{1B}[K" + String(repeating: "\u{1B}[B\u{1B}[K", count: more) + "\u{1B}8"
    }
}
