import Destinations

/// An output format of a listing.
protocol RowFormat {
    mutating func begin(_ output: inout [UInt8])
    mutating func append(_ row: borrowing StoreRow, to output: inout [UInt8])
    mutating func end(_ output: inout [UInt8])
}

extension RowFormat {
    mutating func begin(_ output: inout [UInt8]) {}
    mutating func end(_ output: inout [UInt8]) {}
}

/// Appends JSON text in one line: line breaks, which occur only between tokens, become spaces.
func appendOneLine(_ json: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    for byte in json {
        output.append(byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") ? 0x20 : byte)
    }
}
