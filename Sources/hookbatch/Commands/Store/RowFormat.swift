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
