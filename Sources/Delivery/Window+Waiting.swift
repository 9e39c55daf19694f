import Time

/// What the lines wait for that are not in flight.
extension Window {
    /// When the earliest timer, or line of a replay, is due.
    var nextDue: Instant? {
        guard let scheduled = replay?.nextDue else { return timers.first?.due }
        return timers.first.map { min($0.due, scheduled) } ?? scheduled
    }

    /// Why no line is a candidate: the reason of the earliest timer.
    func waitReason(now: Instant) -> Run.WaitReason {
        if let due = replay?.nextDue, timers.first.map({ due <= $0.due }) ?? true {
            return .schedule
        }
        guard let first = timers.first else {
            // They wait for the ends of others of their applications, or for later records.
            return replay == nil ? .application : .nothing
        }
        switch first.event {
        case .retry(let slot):
            let app = lines[slot].app
            if apps[app].pausedUntil > now { return .retryAfter }
            return apps[app].isPaced(now: now) ? .application : .backoff
        case .blocked(let app):
            return apps[app].pausedUntil > now ? .retryAfter : .application
        }
    }
}
