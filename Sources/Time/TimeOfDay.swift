/// A time of day on a clock on the wall, in whole seconds.
package struct TimeOfDay: Hashable, Comparable, Sendable {
    /// Seconds of a day without a change of daylight saving time.
    package static let secondsPerDay = 86_400

    /// Seconds since 00:00:00, below `secondsPerDay`.
    package let seconds: Int

    package init(seconds: Int) {
        precondition((0..<Self.secondsPerDay).contains(seconds), "a time of day")
        self.seconds = seconds
    }

    /// Reads `06:00` or `06:00:30`. Returns nil for other text, and for 24:00.
    package init?(text: String) {
        let fields = text.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count == 2 || fields.count == 3 else { return nil }
        var numbers: [Int] = []
        for field in fields {
            guard field.utf8.count == 2, field.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
                let number = Int(field)
            else { return nil }
            numbers.append(number)
        }
        if numbers.count == 2 { numbers.append(0) }
        guard numbers[0] < 24, numbers[1] < 60, numbers[2] < 60 else { return nil }
        seconds = numbers[0] * 3600 + numbers[1] * 60 + numbers[2]
    }

    /// `06:00`, or `06:00:30` with seconds.
    package var text: String {
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        let minutes = "\(two(seconds / 3600)):\(two(seconds / 60 % 60))"
        return seconds % 60 == 0 ? minutes : "\(minutes):\(two(seconds % 60))"
    }

    package static func < (a: TimeOfDay, b: TimeOfDay) -> Bool { a.seconds < b.seconds }

    /// Seconds from `earlier` to here on the clock, below `secondsPerDay`.
    package func seconds(since earlier: TimeOfDay) -> Int {
        let difference = seconds - earlier.seconds
        return difference < 0 ? difference + Self.secondsPerDay : difference
    }
}
