/// Leases: how far lines may be started, so that after a power cut it is known which may have been.
extension Run {
    /// The last line of a lease that should be made durable now, nil if none is needed.
    package mutating func leaseWanted() -> LineID? {
        guard options.usesLeases, leaseRequested == nil, stopCause == nil, let highest else {
            return nil
        }
        var from = highest.line
        if let lease, lease.file == highest.file {
            if highest.line + leaseLength / 2 <= lease.line { return nil }
            from = max(from, lease.line)
        }
        let upTo = LineID(file: highest.file, line: from + leaseLength)
        leaseRequested = upTo
        return upTo
    }

    /// Notes that the lease asked for is durable.
    package mutating func leaseGranted() {
        precondition(leaseRequested != nil, "a lease that nobody asked for")
        lease = leaseRequested
        leaseRequested = nil
        if leaseWasShort { leaseLength = min(leaseLength * 2, Self.longestLease) }
        leaseWasShort = false
    }

    /// The longest lease, in lines: about what may be uncertain after a power cut.
    package static var longestLease: UInt64 { 65_536 }

    func isLeased(_ id: LineID) -> Bool {
        guard options.usesLeases else { return true }
        return lease.map { id <= $0 } ?? false
    }
}
