import Ledger
import Records

extension RecordSource {
    /// Gives the last record's row the file and line of its origin. Returns the key that it keeps.
    func takeOrigin(into view: inout RecordView) throws(SendError) -> [UInt8]? {
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
        return origin.key
    }
}
