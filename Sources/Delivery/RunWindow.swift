import Time

/// Lines in the window, on their way between the queues and out of it.
extension Run {
    /// Counts a line's outcome.
    mutating func finish(_ outcome: Outcome) {
        counts[outcome] += 1
        finishedHere += 1
        switch outcome {
        case .rejected, .failed, .unknown:
            errorsHere += 1
            checkErrorLimit()
        case .accepted, .invalid, .notAttempted:
            break
        }
    }

    /// Takes the line out of the window.
    mutating func release(_ slot: Int) {
        apps.leave(lines[slot].app)
        bytesHeld -= lines[slot].bytes
        held -= 1
        lines[slot].state = .free
        lines[slot].generation &+= 1
        freeSlots.append(slot)
    }

    /// Lets the line wait for its next attempt.
    mutating func hold(_ slot: Int, until due: Instant) {
        lines[slot].state = .waiting
        timers.insert(.init(due: due, id: slot, generation: lines[slot].generation))
    }

    /// Whether one more line of the application may be ready.
    func hasRoom(_ app: Int) -> Bool {
        guard let limit = options.appConcurrency else { return true }
        return apps[app].active + apps[app].ready < limit
    }

    /// Puts the line among the others of its application that wait for their turn, in the order
    /// of the input.
    mutating func block(_ slot: Int) {
        let app = lines[slot].app
        let id = lines[slot].id
        var previous = apps[app].lastBlocked
        if previous >= 0, id < lines[previous].id {
            // It was ready already when a later one was blocked. Those before it were ready too,
            // and so are few.
            previous = -1
            var next = apps[app].firstBlocked
            while lines[next].id < id {
                previous = next
                next = lines[next].nextBlocked
            }
        }
        lines[slot].state = .blocked
        if previous >= 0 {
            lines[slot].nextBlocked = lines[previous].nextBlocked
            lines[previous].nextBlocked = slot
        } else {
            lines[slot].nextBlocked = apps[app].firstBlocked
            apps[app].firstBlocked = slot
        }
        if lines[slot].nextBlocked < 0 { apps[app].lastBlocked = slot }
    }
}
