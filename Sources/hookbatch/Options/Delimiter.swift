/// The field delimiter of a CSV file, one byte, or `auto`.
struct Delimiter: Hashable, Sendable {
    /// Nil if the header decides.
    var byte: UInt8?

    static let auto = Delimiter(byte: nil)
    static let tab = Delimiter(byte: UInt8(ascii: "\t"))

    init(byte: UInt8?) { self.byte = byte }

    /// Reads one ASCII character, `tab`, `\t` or `auto`. A quote or a line break is invalid.
    init?(text: String) {
        if text == "auto" {
            self = .auto
            return
        }
        if text == "tab" || text == "\\t" {
            self = .tab
            return
        }
        guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x7F,
            byte >= 0x20 || byte == UInt8(ascii: "\t"), byte != UInt8(ascii: "\"")
        else { return nil }
        self.byte = byte
    }
}
