/// A `Retry-After` field (RFC 9110 §10.2.3): a number of seconds or a date.
///
/// A date is relative to the response's `Date`, independent of the local clock.
struct RetryAfter {
    private enum Wish: Equatable {
        case none
        case unreadable
        case delay(Int64)
        case date(Int64)
    }

    /// Maximum wait in seconds; longer ones are clamped. Arbitrary: 31,000 years, far from the
    /// overflow of an `Int64` of milliseconds.
    private static let maxSeconds: Int64 = 1_000_000_000_000

    private var wish = Wish.none
    /// The response's `Date` in seconds since 1970.
    private var answered: Int64?

    /// Adds a `Retry-After`. If several differ, all are ignored.
    mutating func note(_ value: UnsafeRawBufferPointer) {
        let new: Wish
        if let delay = value.decimal {
            new = .delay(delay)
        } else if !value.isEmpty, value.allSatisfy({ $0 >= ASCII.zero && $0 <= ASCII.nine }) {
            // Larger than an Int64: clamped, not ignored.
            new = .delay(Self.maxSeconds)
        } else if let date = HTTPDate.parse(value) {
            new = .date(date)
        } else {
            new = .unreadable
        }
        wish = wish == .none || wish == new ? new : .unreadable
    }

    /// Sets the response's `Date`.
    mutating func noteDate(_ value: UnsafeRawBufferPointer) {
        answered = HTTPDate.parse(value)
    }

    /// The seconds to wait, from 0 to 10^12; nil without a valid `Retry-After`.
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
