/// The field delimiter of a CSV file, one byte.
struct Delimiter: Hashable, Sendable {
    var byte: UInt8

    static let comma = Delimiter(byte: UInt8(ascii: ","))
    static let tab = Delimiter(byte: UInt8(ascii: "\t"))

    init(byte: UInt8) { self.byte = byte }

    /// Reads one ASCII character, `tab` or `\t`. A quote or a line break is invalid.
    init?(text: String) {
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
