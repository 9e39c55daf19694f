import Digests

/// One of several disjoint parts of a job's records.
///
/// All records of an application are in one shard, so that their order holds.
package struct Shard: Hashable, Sendable {
    /// From 1 to `count`.
    package let number: Int
    /// The number of shards, from 1 to `maxCount`.
    package let count: Int

    /// A merge opens the reports of all shards at once.
    package static let maxCount = 10_000

    /// The name and the version of the rule that assigns records to shards. Another rule has another
    /// name.
    package static let rule = "sha256-first64-mod/1"

    /// Returns nil if a number is outside its range.
    package init?(_ number: Int, of count: Int) {
        guard (1...Self.maxCount).contains(count), (1...count).contains(number) else { return nil }
        self.number = number
        self.count = count
    }

    /// `2/8`, as in `--shard`.
    package var text: String { "\(number)/\(count)" }

    /// `02-of-08`, as in file names. Names in alphabetical order are in the order of the numbers.
    package var name: String {
        let digits = String(number)
        let all = String(count)
        let width = max(2, all.utf8.count)
        func padded(_ text: String) -> String {
            String(repeating: "0", count: width - text.utf8.count) + text
        }
        return "\(padded(digits))-of-\(padded(all))"
    }

    /// Returns whether the record is in this shard.
    ///
    /// - Parameter appID: Its valid application id; nil if it has none.
    package func contains(appID: UnsafeRawBufferPointer?, ordinal: UInt64) -> Bool {
        Self.number(appID: appID, ordinal: ordinal, of: count) == number
    }

    /// Returns the number of a record's shard, from 1.
    ///
    /// It is 1 more than the first 64 bits of SHA-256 of the application id, in big-endian order,
    /// modulo `count`. A record without a valid id goes by its number.
    ///
    /// - Parameters:
    ///   - appID: The valid application id; nil without one.
    ///   - ordinal: The record's number in its input, from 1.
    package static func number(
        appID: UnsafeRawBufferPointer?, ordinal: UInt64, of count: Int
    ) -> Int {
        let value = appID.map { SHA256.hash($0).first64Bits } ?? ordinal &- 1
        return Int(value % UInt64(count)) + 1
    }
}

extension RecordReader {
    /// Returns whether the last record is in a shard.
    @inline(never)
    func isIn(_ shard: Shard) -> Bool {
        shard.contains(appID: record.appID.map { bytes($0) }, ordinal: record.ordinal)
    }
}
