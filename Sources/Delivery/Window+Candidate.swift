extension Window {
    /// The line whose turn it is.
    struct Candidate: Hashable, Sendable {
        var slot: Int
        var isRetry: Bool
    }

    /// What the application of a candidate allows.
    enum Clearance: Hashable, Sendable {
        case granted
        /// The application is abandoned; the line was removed.
        case abandoned
        /// The line was put back until its application allows it.
        case deferred(Run.WaitReason)
    }
}
