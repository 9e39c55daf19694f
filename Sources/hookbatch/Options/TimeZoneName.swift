import Platform
import Time

/// The name or the POSIX rules of a time zone, as given.
struct TimeZoneName: Hashable, Sendable {
    let text: String

    init?(text: String) {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        self.text = text
    }

    /// Sets the time zone of the process from `--time-zone`, before times are read.
    static func apply(_ arguments: Arguments) throws(UsageError) {
        guard let zone = try arguments.value(Flags.pace.timeZone) else { return }
        guard LocalTime.setZone(zone.text) else {
            throw UsageError(
                "\(Flags.pace.timeZone.declaration.spelling): this system has no time zone "
                    + "\(Escaping.quoted(zone.text)); use a name below /usr/share/zoneinfo, UTC, "
                    + "or rules such as CET-1CEST,M3.5.0,M10.5.0/3")
        }
    }
}

extension ValueSyntax<TimeZoneName> {
    static let timeZone = ValueSyntax(
        "ZONE", noun: "a time zone", example: "Europe/Vienna", parse: TimeZoneName.init(text:))
}
