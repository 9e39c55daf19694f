/// Shows the cell of a row whose text is not what its `--map` requires.
extension RecordReader {
    /// Maximum characters of a shown cell: a longer one is truncated.
    private static let maxShownCharacters = 40

    /// The cell of the last record that can't be converted, as short text in quotes; nil for other
    /// problems.
    @inline(never)
    func unconvertedCell(of problem: RecordProblem) -> String? {
        switch problem.reason {
        case .notConverted, .memberJSON: break
        default: return nil
        }
        guard case .csv = format, let column = problem.column, let row = record.bytes,
            let cell = cell(inColumn: column - 1, of: row)
        else { return nil }
        // A character of UTF-8 has at most 4 bytes, and a quote is doubled.
        let maxBytes = 4 * (Self.maxShownCharacters + 1)
        let part = UnsafeBufferPointer(
            start: buffer.bytes + cell.start, count: min(cell.end - cell.start, 2 * maxBytes))
        var text: [UInt8] = []
        var isDoubled = false
        for byte in part {
            if byte == Byte.quote, cell.isEscaped, !csv.hasOtherCells {
                isDoubled.toggle()
                if !isDoubled { continue }
            }
            text.append(byte)
        }
        let shown = ShownText.truncated(
            String(decoding: text, as: UTF8.self), to: Self.maxShownCharacters)
        return "'\(shown)'"
    }
}
