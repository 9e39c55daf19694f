package import Delivery
package import Platform

/// A file that sets the rate of a run.
package struct RateFile: Sendable {
    /// Why the file sets no rate.
    package enum Problem: Error, Hashable, Sendable {
        case file(SmallFile.Problem)
        case text(InvalidRateText)
    }

    /// Reads a timetable from a text.
    package typealias Parse = @Sendable (String) -> Result<RateTimetable, InvalidRateText>

    /// A larger file is not a rate.
    package static let maxBytes = 4096

    package let path: String
    private let parse: Parse
    /// The last bytes or why there were none; nil before the first look.
    private var last: Result<[UInt8], SmallFile.Problem>?

    package init(_ path: String, parse: @escaping Parse) {
        self.path = path
        self.parse = parse
    }

    /// Reads the file; nil if it is as it was last time.
    ///
    /// Its bytes are compared, not its time of modification: a file can change twice within a tick
    /// of the file system's clock.
    package mutating func readIfChanged() -> Result<RateTimetable, Problem>? {
        let now = Result { () throws(SmallFile.Problem) in
            try SmallFile.read(path, upTo: Self.maxBytes)
        }
        guard now != last else { return nil }
        last = now
        switch now {
        case .success(let bytes):
            return parse(String(decoding: bytes, as: UTF8.self)).mapError(Problem.text)
        case .failure(let problem):
            return .failure(.file(problem))
        }
    }
}

/// Why a text is not a rate or a timetable.
package struct InvalidRateText: Error, Hashable, Sendable {
    /// The rest of a sentence after a colon, without a full stop; foreign text is escaped.
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}
