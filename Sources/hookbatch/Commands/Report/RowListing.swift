import Ledger

/// A listing of rows on standard output.
final class RowListing {
    private var encoder: ReportEncoder

    /// The approximate size of one write.
    private static let pieceSize = 64 << 10

    init(_ format: ReportFormat) { encoder = ReportEncoder(format) }

    func append(_ row: ReportRow) throws(ReportFailure) {
        encoder.append(row.bytes, row.fields)
        if encoder.count >= Self.pieceSize { try flush() }
    }

    func flush() throws(ReportFailure) {
        var failure: Int32?
        encoder.withBytes { failure = Terminal.output($0) }
        encoder.removeAll()
        if let failure { throw .output(failure) }
    }
}
