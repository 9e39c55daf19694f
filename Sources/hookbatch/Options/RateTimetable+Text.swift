import Delivery
import Sending
import Time

extension RateTimetable {
    /// Reads a rate, or rates with the times of day from which they apply: `06:00 20/s, 22:00 200/s`.
    ///
    /// Each rate applies until the next time in the list, and the last one until the first time of
    /// the next day. `0/s` is a pause. A first rate without a time is the one with which the list
    /// ends, which applies then. Commas or line breaks separate the entries.
    ///
    /// - Parameter isFile: Whether the text can change, so that a pause alone has an end.
    init(text: String, isFile: Bool = false) throws(InvalidRateText) {
        let entries = text.split { $0 == "," || $0.isNewline }
            .map { $0.split { $0 == " " || $0 == "\t" }.map(String.init) }
            .filter { !$0.isEmpty }
        var first: (text: String, rate: Rate?)?
        var parts: [Part] = []
        for (index, words) in entries.enumerated() {
            guard words.count <= 2, let word = words.last else {
                throw .about(words.joined(separator: " "), "is not a time and a rate", "22:00 20/s")
            }
            guard let pausable = PausableRate(text: word) else {
                throw .about(word, "is not a rate", "20/s")
            }
            let rate = pausable.rate
            if words.count == 2 {
                guard let time = TimeOfDay(text: words[0]) else {
                    throw .about(words[0], "is not a time of day", "22:00")
                }
                guard !parts.contains(where: { $0.from == time }) else {
                    throw InvalidRateText("\(time.text) occurs twice; keep one")
                }
                parts.append(Part(from: time, rate: rate))
            } else if index == 0 {
                first = (word, rate)
            } else {
                throw .about(word, "has no time", "06:00 \(word)")
            }
        }
        self = try Self.timetable(first, parts)
        if isAlwaysPaused, !isFile {
            throw InvalidRateText(
                "it is always 0, so nothing would be sent; add a rate with a time "
                    + "(example: '06:00 0/s, 22:00 200/s')")
        }
    }

    private static func timetable(
        _ first: (text: String, rate: Rate?)?, _ parts: [Part]
    ) throws(InvalidRateText) -> RateTimetable {
        guard let last = parts.last else {
            guard let first else { throw InvalidRateText("it contains no rate (example: 20/s)") }
            return RateTimetable(first.rate)
        }
        let steps = zip(parts, parts.dropFirst()).reduce(0) {
            $0 + $1.1.from.seconds(since: $1.0.from)
        }
        guard steps < TimeOfDay.secondsPerDay else {
            throw InvalidRateText(
                "its times are not in order; begin with any time and pass midnight once at most")
        }
        if let first, first.rate != last.rate {
            throw InvalidRateText(
                "\(first.text) has no time, and the rate from \(last.from.text) on lasts until "
                    + "\(parts[0].from.text) of the next day; add the time "
                    + "(example: '06:00 \(first.text), \(last.from.text) ...')")
        }
        if first == nil, parts.count == 1 {
            throw InvalidRateText(
                "\(last.from.text) is its only time; add the rate of the rest of the day "
                    + "(example: '22:00 200/s, 06:00 20/s')")
        }
        return parts.count == 1 ? RateTimetable(last.rate) : RateTimetable(parts)
    }
}

/// A rate, or none: a pause.
struct PausableRate: Hashable, Sendable {
    let rate: Rate?

    /// Reads `20/s` and the like, or a pause: `0/s`, `0/m`, `0/h`.
    init?(text: String) {
        if let rate = Rate(text: text) {
            self.rate = rate
        } else if ["0/s", "0/m", "0/h"].contains(text) {
            rate = nil
        } else {
            return nil
        }
    }
}

extension InvalidRateText {
    /// - Parameter text: A part of the text, from anywhere: it is escaped and shortened.
    fileprivate static func about(
        _ text: String, _ problem: String, _ example: String
    ) -> InvalidRateText {
        let shown = text.count > 40 ? text.prefix(40) + "…" : text[...]
        let quoted =
            UsageError.holdsCredentials(text) ? "an entry" : Escaping.quoted(String(shown))
        return InvalidRateText("\(quoted) \(problem) (example: \(Escaping.escaped(example)))")
    }
}
