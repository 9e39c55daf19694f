/// The format of times in text.
package enum TimeFormat: Hashable, Sendable {
    /// One of the others except `pattern`, by the text's form.
    case automatic
    case rfc3339
    /// The common log format of web servers.
    case accessLog
    case unix(UnixTime.Unit)
    case pattern(TimePattern)

    /// Where clocks show a time that has no offset.
    package enum Zone: Hashable, Sendable {
        case utc
        /// In the time zone of the process.
        case local
    }

    /// Parses a whole text; nil if it is not a time in this format.
    package func parse(_ text: UnsafeRawBufferPointer, zone: Zone = .utc) -> Timestamp? {
        switch self {
        case .automatic:
            if text.count > 4, text[4] == UInt8(ascii: "-") {
                return RFC3339.parse(text, zone: zone)
            }
            if text.contains(UInt8(ascii: "/")) { return AccessLogTime.parse(text) }
            return UnixTime.parse(text, unit: nil)
        case .rfc3339: return RFC3339.parse(text, zone: zone)
        case .accessLog: return AccessLogTime.parse(text)
        case .unix(let unit): return UnixTime.parse(text, unit: unit)
        case .pattern(let pattern): return pattern.parse(text, zone: zone)
        }
    }
}
