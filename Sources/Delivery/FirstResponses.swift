/// Recognises a misconfigured run by its responses, before it sends the whole file.
struct FirstResponses: Sendable {
    /// Responses of a kind that the API does not give, from the first on, that stop a run.
    static let maxUnexpected = 20
    /// Consecutive 403s, over two or more applications, that stop a run.
    static let maxForbidden = 20

    private var count = 0
    private var areAllUnexpected = true
    private var consecutiveForbidden = 0
    private var lastForbiddenApp = -1
    private var areSeveralAppsForbidden = false

    /// Records the end of an attempt; returns the cause to stop for, if it is one.
    mutating func record(_ result: AttemptResult, fate: Fate, app: Int, hasAccepted: Bool)
        -> StopCause?
    {
        guard let status = result.answer?.status else {
            switch result.failure {
            case .dns where !hasAccepted, .certificate where !hasAccepted:
                return result.failure.map { .unreachable($0) }
            default:
                return nil
            }
        }
        if status == 401, fate == .refused { return .unauthorized }
        if status == 403, fate == .refused {
            if !hasAccepted { return .forbidden }
            areSeveralAppsForbidden =
                consecutiveForbidden > 0
                && (areSeveralAppsForbidden || lastForbiddenApp != app)
            consecutiveForbidden += 1
            lastForbiddenApp = app
            if consecutiveForbidden >= Self.maxForbidden, areSeveralAppsForbidden {
                return .forbidden
            }
        } else {
            consecutiveForbidden = 0
        }
        if hasAccepted || fate == .accepted { areAllUnexpected = false }
        if areAllUnexpected {
            areAllUnexpected = Self.isUnexpected(status)
            count += 1
            if areAllUnexpected, count >= Self.maxUnexpected { return .notTheAPI(status: status) }
        }
        return nil
    }

    /// Whether the API's endpoint for messages never gives this status; 2xx only as an acceptance.
    private static func isUnexpected(_ status: Int) -> Bool {
        (200...399).contains(status) || status == 404 || status == 405
    }
}
