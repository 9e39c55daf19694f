import Platform
import Time

/// The name or the POSIX rules of a time zone, as given.
struct TimeZoneName: Hashable, Sendable {
    let text: String

    init?(text: String) {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        self.text = text
    }

    /// The rules of an offset such as `+02:00`; nil for another text.
    private var rules: String? {
        let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard let sign = text.first, "+-".contains(sign), parts.count == 2,
            parts.allSatisfy({ $0.count == 2 && $0.allSatisfy { ("0"..."9").contains($0) } })
        else { return nil }
        // Their sign is the opposite.
        return "<\(sign)\(parts.joined())>\(sign == "+" ? "-" : "+")\(parts.joined(separator: ":"))"
    }

    /// The offset that `UTC+1` or `GMT+1` probably means; nil for another text.
    private var withOppositeSign: String? {
        let number = text.dropFirst(4)
        guard ["UTC", "GMT"].contains(text.prefix(3)), let sign = text.dropFirst(3).first,
            "+-".contains(sign), number.count <= 2, let hours = Int(number),
            (1...14).contains(hours)
        else { return nil }
        return "\(sign)\(hours < 10 ? "0" : "")\(hours):00"
    }

    /// Sets the time zone of the process from `--time-zone`, before times are read.
    static func apply(_ arguments: Arguments) throws(UsageError) {
        guard let zone = try arguments.value(Flags.pace.timeZone) else { return }
        if let fixed = zone.withOppositeSign {
            throw UsageError(
                "\(Flags.pace.timeZone.declaration.spelling): \(zone.text) has the sign of the rules of TZ, "
                    + "where it is the opposite of ISO 8601; write \(fixed), or the name of a zone")
        }
        guard LocalTime.setZone(zone.rules ?? zone.text) else {
            throw UsageError(
                "\(Flags.pace.timeZone.declaration.spelling): this system has no time zone "
                    + "\(Escaping.quoted(zone.text)); use a name below /usr/share/zoneinfo, UTC, "
                    + "an offset such as +02:00, or rules such as CET-1CEST,M3.5.0,M10.5.0/3")
        }
    }
}

extension ValueSyntax<TimeZoneName> {
    static let timeZone = ValueSyntax(
        "ZONE", noun: "a time zone", example: "Europe/Vienna", parse: TimeZoneName.init(text:))
}
