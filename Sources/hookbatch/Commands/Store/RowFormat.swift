import Destinations

/// A way to write the rows of a listing.
protocol RowFormat {
    mutating func begin(_ output: inout [UInt8])
    mutating func append(_ row: borrowing StoreRow, to output: inout [UInt8])
    mutating func end(_ output: inout [UInt8])
}

extension RowFormat {
    mutating func begin(_ output: inout [UInt8]) {}
    mutating func end(_ output: inout [UInt8]) {}
}

/// JSON text within a line: line breaks, which may stand between its tokens only, become spaces.
func appendOneLine(_ json: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    for byte in json {
        output.append(byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") ? 0x20 : byte)
    }
}
