package import Time

extension Run {
    /// Stops the run: nothing more starts; what is in flight may still end within the grace.
    /// The first cause is the one that counts, except that storage failing overrides all.
    package mutating func stop(_ cause: StopCause, now: Instant) {
        if cause == .storage { stopCause = .storage }
        guard stopCause == nil else { return }
        stopCause = cause
        graceEnds = now.advanced(byNanoseconds: options.grace)
    }

    /// Whether what is in flight should be given up now.
    package func shouldAbort(now: Instant) -> Bool {
        guard let stopCause else { return false }
        return !stopCause.drains || graceEnds.map { now >= $0 } ?? false
    }

    /// Ends the grace at once.
    package mutating func endGrace(now: Instant) { graceEnds = now }

    /// Stops that come from the clock or from a count.
    mutating func checkTime(now: Instant) {
        // A run that has nothing left to do is finished rather than stopped.
        guard stopCause == nil, !(inputHasEnded && held == 0) else { return }
        if let unansweredFailure, hasNeverAnswered {
            stop(.unreachable(unansweredFailure), now: now)
        } else if hasTooManyErrors {
            stop(.maxErrors, now: now)
        } else if let durationEnds, now >= durationEnds {
            stop(.maxDuration, now: now)
        } else if let openSince = circuit.openSince,
            now.nanoseconds(since: openSince) >= options.outagePatience
        {
            stop(.outage, now: now)
        } else if isAtLimit, held == 0, !inputHasEnded {
            stop(.limit, now: now)
        }
    }

    /// Notes whether `--max-errors` is reached; the next step stops the run.
    mutating func checkErrorLimit() {
        switch options.maxErrors {
        case .count(let count):
            if errorsHere >= count { hasTooManyErrors = true }
        case .percent(let percent):
            if finishedHere >= 1000, Double(errorsHere) * 100 >= Double(finishedHere) * percent {
                hasTooManyErrors = true
            }
        case nil:
            break
        }
    }
}

/// Recognises a run that is misconfigured, from its answers: what would fail every line must not
/// be let loose on the file.
struct StartRules: Sendable {
    /// Answers of a kind that the API does not give, from the first on, that stop a run.
    static let strangeAnswers = 20
    /// 403 in a row, over two or more applications, that stop a run.
    static let forbiddenInARow = 20

    private var answers = 0
    private var areAllStrange = true
    private var forbidden = 0
    private var forbiddenApp = -1
    private var hasSeveralForbidden = false

    /// The cause to stop for, if this end is one.
    mutating func cause(of result: AttemptResult, fate: Fate, app: Int, hasAccepted: Bool)
        -> StopCause?
    {
        guard let answer = result.answer else {
            switch result.failure {
            case .dns where !hasAccepted, .certificate where !hasAccepted:
                return result.failure.map { .unreachable($0) }
            default:
                return nil
            }
        }
        let status = answer.status
        if status == 401, fate == .refused { return .unauthorized }
        if status == 403, fate == .refused {
            if !hasAccepted { return .forbidden }
            hasSeveralForbidden = forbidden > 0 && (hasSeveralForbidden || forbiddenApp != app)
            forbidden += 1
            forbiddenApp = app
            if forbidden >= Self.forbiddenInARow, hasSeveralForbidden { return .forbidden }
        } else {
            forbidden = 0
        }
        if hasAccepted || fate == .accepted { areAllStrange = false }
        if areAllStrange {
            let isStrange =
                (300...399).contains(status) || status == 404 || status == 405
                || (200...299).contains(status)
            areAllStrange = isStrange
            answers += 1
            if isStrange, answers >= Self.strangeAnswers { return .notTheAPI(status: status) }
        }
        return nil
    }
}
