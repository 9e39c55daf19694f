/// How long a server asks to wait: `Retry-After` (RFC 9110 §10.2.3), a number of seconds or a
/// date, which is taken against the answer's own `Date`, so that no clock here matters.
struct RetryAfter {
    private enum Wish: Equatable {
        case none
        case unreadable
        case delay(Int64)
        case date(Int64)
    }

    /// Longer waits are cut to this many seconds. Arbitrary: 31,000 years, and still far from
    /// what an `Int64` of milliseconds overflows at.
    private static let maxSeconds: Int64 = 1_000_000_000_000

    private var wish = Wish.none
    /// The answer's `Date` in seconds since 1970.
    private var answered: Int64?

    /// Takes a `Retry-After`. Several that differ contradict each other: none counts.
    mutating func note(_ value: UnsafeRawBufferPointer) {
        let new: Wish
        if let delay = value.decimal {
            new = .delay(delay)
        } else if !value.isEmpty, value.allSatisfy({ $0 >= ASCII.zero && $0 <= ASCII.nine }) {
            // Beyond any number here: the longest there is, not none.
            new = .delay(Self.maxSeconds)
        } else if let date = HTTPDate.parse(value) {
            new = .date(date)
        } else {
            new = .unreadable
        }
        wish = wish == .none || wish == new ? new : .unreadable
    }

    /// Takes the answer's `Date`.
    mutating func noteDate(_ value: UnsafeRawBufferPointer) {
        answered = HTTPDate.parse(value)
    }

    /// The seconds to wait, from 0 to 10^12; nil if nothing readable was asked.
    var seconds: Int64? {
        switch wish {
        case .none, .unreadable: return nil
        case .delay(let delay): return min(delay, Self.maxSeconds)
        case .date(let date):
            guard let answered else { return nil }
            return min(max(date - answered, 0), Self.maxSeconds)
        }
    }
}
