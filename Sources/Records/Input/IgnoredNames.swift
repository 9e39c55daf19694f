/// The names of ignored members or columns, with their counts.
///
/// The first ten different names are kept; members of other names are only counted.
package struct IgnoredNames: Sendable {
    /// A name and how often it was ignored.
    package struct Entry: Sendable {
        /// The first bytes of the name as in the input.
        fileprivate let bytes: [UInt8]
        /// The bytes of the whole name.
        fileprivate let length: Int
        /// Ignored members in valid records, or columns.
        package fileprivate(set) var count: UInt64 = 0
        /// Those of the record that is being read.
        fileprivate var pending: UInt64 = 0
        fileprivate let isJSON: Bool
    }

    /// Maximum names that are kept, and their bytes.
    package static let (maxNames, maxNameBytes) = (10, 64)

    /// In the order of the input.
    package private(set) var entries: [Entry] = []
    /// All ignored members and columns.
    package private(set) var total: UInt64 = 0
    /// The index after the last name: members of most records have the same order.
    private var cursor = 0

    package init() {}

    /// Ignored members and columns whose names are not in `entries`.
    package var others: UInt64 { total - entries.reduce(0) { $0 + $1.count } }

    /// Notes the name `start..<end` of a record that may still prove to be invalid.
    @inline(never)
    mutating func note(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) {
        note(UnsafeBufferPointer(start: bytes + start, count: end - start), isJSON: true)
    }

    /// Counts a column.
    mutating func count(column: [UInt8]) {
        column.withUnsafeBufferPointer { note($0, isJSON: false) }
        commit(1)
    }

    private mutating func note(_ name: UnsafeBufferPointer<UInt8>, isJSON: Bool) {
        var index = cursor
        for _ in 0..<entries.count {
            if index >= entries.count { index = 0 }
            if entries[index].hasName(name) {
                entries[index].pending += 1
                cursor = index + 1
                return
            }
            index += 1
        }
        guard entries.count < Self.maxNames else { return }
        entries.append(
            Entry(
                bytes: Array(name.prefix(Self.maxNameBytes)), length: name.count, pending: 1,
                isJSON: isJSON))
    }

    /// Counts what was noted: the record is valid, and has `count` ignored members.
    mutating func commit(_ count: UInt64) {
        total += count
        for index in entries.indices {
            entries[index].count += entries[index].pending
            entries[index].pending = 0
        }
    }

    /// Forgets what was noted: the record is incomplete or invalid.
    mutating func discard() {
        entries.removeAll { $0.count == 0 }
        for index in entries.indices { entries[index].pending = 0 }
    }

    /// Adds the counts of another input.
    package mutating func add(_ other: IgnoredNames) {
        total += other.total
        for entry in other.entries {
            let known = entries.firstIndex { $0.bytes == entry.bytes && $0.length == entry.length }
            if let known {
                entries[known].count += entry.count
            } else if entries.count < Self.maxNames {
                entries.append(entry)
            }
        }
    }
}

extension IgnoredNames.Entry {
    /// Names longer than `maxNameBytes` are the same if they begin alike and have the same length.
    fileprivate func hasName(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        guard name.count == length else { return false }
        for index in bytes.indices where bytes[index] != name[index] { return false }
        return true
    }

    /// The name, or its beginning and an ellipsis. Untrusted text.
    package var name: String {
        guard length == bytes.count else {
            // The cut may be within a character.
            var text = String(decoding: bytes, as: UTF8.self)
            while text.unicodeScalars.last == "\u{FFFD}" { text.unicodeScalars.removeLast() }
            return text + "…"
        }
        guard isJSON else { return String(decoding: bytes, as: UTF8.self) }
        var decoded: [UInt8] = []
        let literal = [Byte.quote] + bytes + [Byte.quote]
        literal.withUnsafeBytes { literal in _ = JSONString.decode(literal, into: &decoded) }
        return String(decoding: decoded, as: UTF8.self)
    }
}
