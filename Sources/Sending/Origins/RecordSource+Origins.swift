import Ledger
import Records

extension RecordSource {
    /// The last record, borrowed until the next one is read.
    @inline(__always)
    var view: RecordView {
        var view = RecordView(
            id: id, line: record.line.value, ordinal: record.ordinal,
            offset: record.offset.value, length: record.length, hash: record.hash,
            appID: bytes(record.appID), eventType: bytes(record.eventType),
            original: bytes(record.bytes), time: time)
        view.mayHaveArrived = mayHaveArrived
        if inputs[file - 1].format == .json { view.shownOffset = record.offset.value }
        return view
    }

    /// Gives the last record's row the file and line of its origin. Returns the origin.
    func takeOrigin(into view: inout RecordView) throws(SendError) -> RecordOrigin? {
        guard let origins = inputs[file - 1].origins else { return nil }
        let found: RecordOrigin?
        do {
            found = try origins.origin(of: record.ordinal, hash: record.hash)
        } catch {
            throw .origins(error)
        }
        guard let origin = found else {
            view.mayHaveArrived = origins.unmatchedMayHaveArrived
            return nil
        }
        view.take(origin, fileName: origins.firstName + origin.name)
        return origin
    }
}
