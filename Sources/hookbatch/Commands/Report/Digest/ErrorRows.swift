import Ledger
import Records

/// The first rows of each error, in bounded memory.
struct ErrorRows {
    /// A row as far as it is shown. Texts are literals, or their beginnings.
    struct Row {
        var line: UInt64
        /// The file, as an index of the table of files; nil if that table is full.
        var file: Int?
        var application: [UInt8]?
        var eventType: [UInt8]?
        var status: Int?
        var attempts: Int
        var detail: [UInt8]?
    }

    /// Maximum rows of one error.
    static let maxRows = 5
    /// Maximum bytes of a text.
    private static let maxText = 400
    /// Maximum bytes of all texts.
    private static let maxBytes = 1 << 20

    private var rows: [[Row]] = []
    private var bytes = 0

    /// Adds a row of the error with this index; the first ones of each error are kept.
    mutating func add(_ row: ReportRow, error: Int, file: Int?) {
        while rows.count <= error { rows.append([]) }
        guard rows[error].count < Self.maxRows, bytes < Self.maxBytes else { return }
        let fields = row.fields
        func text(_ literal: ByteRange?) -> [UInt8]? {
            literal.map { Array(row.bytes[$0].prefix(Self.maxText)) }
        }
        let kept = Row(
            line: fields.line, file: file, application: text(fields.appID),
            eventType: text(fields.eventType), status: fields.status, attempts: fields.attempts,
            detail: text(fields.detail))
        for text in [kept.application, kept.eventType, kept.detail] { bytes += text?.count ?? 0 }
        rows[error].append(kept)
    }

    /// Returns the first rows of an error, in the order of the report.
    func rows(ofError error: Int) -> [Row] { error < rows.count ? rows[error] : [] }
}
