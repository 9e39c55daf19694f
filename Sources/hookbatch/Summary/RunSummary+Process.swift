extension RunSummary {
    /// A process of the run, from its start to a stop or to the end of the run.
    struct Process: Equatable, Sendable {
        /// RFC 3339, as in the journal.
        var startedAt: String
        /// RFC 3339; nil if the process ended without a summary, for example in a crash.
        var endedAt: String?
        /// The sentence about a stop; nil at the end of the run, or if the cause is unknown.
        var stop: String?

        /// Returns the processes that started at `times`, oldest first.
        ///
        /// - Parameter known: Those of an earlier summary, with their ends.
        static func all(startedAt times: [String], known: [Process]) -> [Process] {
            times.map { time in known.last { $0.startedAt == time } ?? Process(startedAt: time) }
        }
    }
}
