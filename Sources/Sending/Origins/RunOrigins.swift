package import Ledger
import Platform

/// What a run keeps of all its files of origins: few numbers a record, and one open file.
///
/// The inputs are read one after the other, and so are their files of origins.
package final class RunOrigins {
    /// The names of all files.
    package let names: OriginNames
    /// For each record the number of its `OriginPlace`, input after input; 0 without an origin.
    private let places: NumberFile
    /// The number of a record that is left out.
    private static let leftOut = UInt64.max
    private var open: (input: Int, reader: OriginsReader)?

    /// - Parameter place: The path beside which temporary files are created.
    init(inputs: Int, beside place: String) throws(SystemError) {
        names = OriginNames(inputs: inputs)
        places = try NumberFile(beside: place)
    }

    /// The number of records so far.
    var count: UInt64 { places.count }

    /// Adds the next record of the last input.
    func append(_ place: OriginPlace?) throws(SystemError) {
        try places.append(place?.number ?? 0)
    }

    /// Adds the next record of the last input, which is left out.
    func appendLeftOut() throws(SystemError) { try places.append(Self.leftOut) }

    /// Returns whether a record, counted from 0, is left out.
    func isLeftOut(_ index: UInt64) throws(OriginsError) -> Bool {
        do { return try places.number(at: index) == Self.leftOut } catch { throw .system(error) }
    }

    /// Returns the origin of a record, counted from 0; nil if it is not known.
    ///
    /// - Parameter file: The file of origins of the record's input.
    func origin(
        ofRecord index: UInt64, in file: InputOrigins.File
    ) throws(OriginsError) -> RecordOrigin? {
        let number: UInt64
        do { number = try places.number(at: index) } catch { throw .system(error) }
        guard number != Self.leftOut, let place = OriginPlace(number: number) else { return nil }
        return try reader(of: file).origin(at: place)
    }

    private func reader(of file: InputOrigins.File) throws(OriginsError) -> OriginsReader {
        if let open, open.input == file.input { return open.reader }
        open = nil
        let reader = try OriginsReader(file.path, names: names)
        guard reader.status.identity == file.status.identity,
            reader.status.size == file.status.size,
            reader.status.modifiedNanoseconds == file.status.modifiedNanoseconds
        else { throw .damaged(path: file.path) }
        open = (file.input, reader)
        return reader
    }
}
