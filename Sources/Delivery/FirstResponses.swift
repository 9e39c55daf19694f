/// A check of responses for a misconfiguration that would fail every line.
struct FirstResponses: Sendable {
    /// First responses of a kind that the API never gives that stop a run.
    static let maxUnexpected = 20
    /// The same for responses that are all a success the API does not give, such as 202 or 204.
    static let maxOtherSuccesses = 3
    /// Consecutive 403s, redirects or 405s, over two or more applications, that stop a run.
    static let maxConsecutive = 20

    private var count = 0
    private var areAllUnexpected = true
    private var areAllOtherSuccesses = true
    /// Consecutive responses of one kind that may concern every line.
    private var consecutive = 0
    private var lastKind: Kind?
    private var lastApp = -1
    private var areSeveralApps = false

    /// The kinds of responses that concern every line if there are many of them.
    private enum Kind { case forbidden, misdirected }

    /// Records the end of an attempt; returns a cause to stop for. `waitsForName`: a name that does
    /// not resolve is waited for.
    mutating func record(
        _ result: AttemptResult, fate: Fate, app: Int, hasAccepted: Bool, waitsForName: Bool
    ) -> StopCause? {
        guard let status = result.response?.status else {
            switch result.failure {
            case .dns where !waitsForName: return .unreachable(.dns)
            case .certificate where !hasAccepted: return .unreachable(.certificate)
            case .proxyAuthentication: return .proxyAuthentication
            case let failure? where result.connectRefusal == .proxy: return .unreachable(failure)
            default: return nil
            }
        }
        if fate == .refused {
            switch status {
            case 401: return .unauthorized
            case 402, 426: return .refusedForAll(status: status)
            case 403 where !hasAccepted: return .forbidden
            case 407: return .proxyAuthentication
            default: break
            }
        }
        let kind = hasAccepted && fate == .refused ? Self.kind(of: status) : nil
        if areMany(kind, app: app) {
            return kind == .forbidden ? .forbidden : .refusedForAll(status: status)
        }
        if hasAccepted || fate == .accepted { areAllUnexpected = false }
        if areAllUnexpected {
            areAllUnexpected = Self.isUnexpected(status)
            areAllOtherSuccesses =
                areAllOtherSuccesses && fate == .uncertain && (202...299).contains(status)
                && result.failure == nil
            count += 1
            if areAllOtherSuccesses, count >= Self.maxOtherSuccesses {
                return .notTheAPI(status: status)
            }
            if areAllUnexpected, count >= Self.maxUnexpected { return .notTheAPI(status: status) }
        }
        return nil
    }

    private static func kind(of status: Int) -> Kind? {
        switch status {
        case 403: .forbidden
        case 300...399, 405: .misdirected
        default: nil
        }
    }

    /// Counts a response; returns whether there were many of its kind over several applications.
    private mutating func areMany(_ kind: Kind?, app: Int) -> Bool {
        let continues = kind != nil && kind == lastKind
        areSeveralApps = continues && (areSeveralApps || lastApp != app)
        consecutive = kind == nil ? 0 : continues ? consecutive + 1 : 1
        lastKind = kind
        lastApp = app
        return areSeveralApps && consecutive >= Self.maxConsecutive
    }

    /// Whether the API never gives this status, or only as an acceptance.
    private static func isUnexpected(_ status: Int) -> Bool {
        (200...399).contains(status) || status == 404 || status == 405
    }
}
