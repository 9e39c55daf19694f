/// How far lines may be started, so that the lines in doubt are known after a power cut.
struct Leases: Sendable {
    /// The longest lease, in lines: about what may be uncertain after a power cut.
    static let maxLength: UInt64 = 65_536

    private let areNeeded: Bool
    /// Lines from here to the end of the next lease.
    private var length: UInt64
    private var highestAdmitted: LineID?
    /// The last line of the lease that is durable.
    private var granted: LineID?
    /// The last line of the lease that is being made durable.
    private var requested: LineID?
    /// Whether a start had to wait for the requested lease.
    private var wasShort = false

    /// Leases of `firstLength` lines at first; every line is covered unless `areNeeded`.
    init(areNeeded: Bool, firstLength: UInt64) {
        self.areNeeded = areNeeded
        length = firstLength
    }

    /// Records that `line` was admitted: a lease must cover it before it starts.
    mutating func recordAdmission(of line: LineID) {
        highestAdmitted = highestAdmitted.map { max($0, line) } ?? line
    }

    /// Requests a lease if one is due; returns its last line.
    ///
    /// The next lease is due when half of the present one is used, and no other is requested.
    mutating func request() -> LineID? {
        guard areNeeded, requested == nil, let highestAdmitted else { return nil }
        var from = highestAdmitted.line
        if let granted, granted.file == highestAdmitted.file {
            if highestAdmitted.line + length / 2 <= granted.line { return nil }
            from = max(from, granted.line)
        }
        let upTo = LineID(file: highestAdmitted.file, line: from + length)
        requested = upTo
        return upTo
    }

    /// Grants the requested lease, which is durable now.
    mutating func grant() {
        precondition(requested != nil, "a lease was granted that was not requested")
        granted = requested
        requested = nil
        if wasShort { length = min(length * 2, Self.maxLength) }
        wasShort = false
    }

    /// Whether `line` may start under the granted lease.
    func covers(_ line: LineID) -> Bool {
        guard areNeeded else { return true }
        return granted.map { line <= $0 } ?? false
    }

    /// Records that a start waits for a lease: if one is requested, the next ones are longer.
    mutating func recordShortage() { wasShort = requested != nil }
}
