import CPosix
import Glibc

/// A pattern of `strptime`, such as `%d.%m.%Y %H:%M:%S`.
package struct TimePattern: Hashable, Sendable {
    private let text: String
    /// Whether it reads an offset, or a time that needs none.
    private let hasOffset: Bool

    /// The maximum length of a time, in bytes.
    private static let maxBytes = 256

    /// Returns nil without a conversion such as `%Y`, or with `%f`, which `strptime` does not have.
    package init?(_ text: String) {
        var hasConversion = false
        var hasOffset = false
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            guard byte != 0 else { return nil }
            guard byte == UInt8(ascii: "%") else { continue }
            guard let conversion = bytes.next(), conversion != UInt8(ascii: "f") else {
                return nil
            }
            if conversion != UInt8(ascii: "%") { hasConversion = true }
            if [UInt8(ascii: "z"), UInt8(ascii: "s")].contains(conversion) { hasOffset = true }
        }
        guard hasConversion else { return nil }
        self.text = text
        self.hasOffset = hasOffset
    }

    /// Parses a whole text. Without `%z` or `%s` it is in `zone`; fields that the pattern lacks
    /// are those of 1970-01-01 00:00:00.
    func parse(_ time: UnsafeRawBufferPointer, zone: TimeFormat.Zone = .utc) -> Timestamp? {
        guard time.count <= Self.maxBytes, !time.contains(0) else { return nil }
        var characters = time.map { CChar(bitPattern: $0) }
        characters.append(0)
        var fields = tm()
        fields.tm_year = 70
        fields.tm_mday = 1
        let isWhole = characters.withUnsafeBufferPointer { characters in
            characters.baseAddress.map { hb_parse_time($0, text, &fields) == time.count } ?? false
        }
        let date = CivilDate(
            year: Int64(fields.tm_year) + 1900, month: Int64(fields.tm_mon) + 1,
            day: Int64(fields.tm_mday))
        guard isWhole, date.isValid else { return nil }
        let seconds =
            Int64(fields.tm_hour) * 3600 + Int64(fields.tm_min) * 60 + Int64(fields.tm_sec)
        guard hasOffset else { return Timestamp(date, seconds: seconds, in: zone) }
        return Timestamp(date, seconds: seconds - Int64(fields.tm_gmtoff))
    }
}
