/// The backslash escapes of PostgreSQL's and MySQL's text dumps.
enum CSVEscape {
    /// The character of a backslash and `byte`.
    ///
    /// Both databases read other bytes, such as a delimiter, a quote or a line break, as themselves.
    /// PostgreSQL also reads octal and hexadecimal codes, but writes none.
    static func character(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "t"): Byte.tab
        case UInt8(ascii: "n"): Byte.lineFeed
        case UInt8(ascii: "v"): 0x0B
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "r"): Byte.carriageReturn
        case Byte.zero: 0
        case UInt8(ascii: "Z"): 0x1A
        default: byte
        }
    }
}
