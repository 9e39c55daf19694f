/// The rows in the bytes of a ledger.
struct OutboxLedgerContents: Equatable {
    private(set) var rows: [OutboxRow] = []
    /// The end of the last valid row, in bytes. A crash may leave a part of a row or zeros after it.
    private(set) var end = 0
    /// The number of an invalid row with others after it, from 1; nil without one.
    private(set) var damagedLine: Int?

    init(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            while let feed = bytes[end...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = UnsafeRawBufferPointer(rebasing: bytes[end..<feed])
                guard let row = OutboxRow(line) else {
                    if feed + 1 < bytes.count { damagedLine = rows.count + 1 }
                    return
                }
                rows.append(row)
                end = feed + 1
            }
        }
    }
}
