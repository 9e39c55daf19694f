/// Sizes as text: `8MiB` (powers of 1024), `1GB` (powers of 1000), plain bytes.
enum ByteCount {
    private static let units: [(name: String, bytes: Int64)] = [
        ("", 1), ("b", 1),
        ("kb", 1_000), ("mb", 1_000_000), ("gb", 1_000_000_000), ("tb", 1_000_000_000_000),
        ("kib", 1 << 10), ("mib", 1 << 20), ("gib", 1 << 30), ("tib", 1 << 40),
    ]

    /// Returns the bytes, or nil for invalid text. Units have any case; a fraction needs a unit.
    static func parse(_ text: String) -> Int? {
        var rest = text[...].utf8
        guard let number = DecimalNumber.take(from: &rest) else { return nil }
        let name = Substring(rest).lowercased()
        guard let unit = units.first(where: { $0.name == name }), number.isWhole || unit.bytes > 1
        else { return nil }
        return number.times(unit.bytes).flatMap(Int.init(exactly:))
    }

    /// Formats a size: `512 bytes`, `3.2 MiB`, `8 MiB`.
    static func shown(_ bytes: UInt64) -> String {
        guard bytes >= 1024 else { return WholeNumber.shown(bytes, "byte") }
        var unit = 1
        while unit < 4, bytes >> (10 * (unit + 1)) > 0 { unit += 1 }
        let name = ["KiB", "MiB", "GiB", "TiB"][unit - 1]
        let whole = bytes >> (10 * unit)
        if whole << (10 * unit) == bytes { return "\(WholeNumber.shown(whole)) \(name)" }
        let tenths = ((bytes >> (10 * (unit - 1))) * 10) >> 10
        return "\(WholeNumber.shown(whole)).\(tenths % 10) \(name)"
    }
}
