/// The validated flags of `--pace recorded`.
package struct RecordedPace: Hashable, Sendable {
    /// A factor: the recorded time that passes in `period` nanoseconds is `recorded` nanoseconds.
    package struct Speed: Hashable, Sendable {
        package let recorded: Int64
        package let period: Int64

        /// - Precondition: Both are from 1 to 1,000,000,000.
        package init(recorded: Int64, period: Int64) {
            let range: ClosedRange<Int64> = 1...1_000_000_000
            precondition(range.contains(recorded) && range.contains(period), "a positive speed")
            self.recorded = recorded
            self.period = period
        }
    }

    package var speed = Speed(recorded: 1, period: 1)
    /// The longest time between two records of the replay, in nanoseconds; nil: as recorded.
    package var maxGap: Int64?
    /// Records are put in order of their times within this much recorded time, in nanoseconds.
    package var sortWindow: Int64 = 0
    /// Whether lost time is made up for. If not, it moves all later records.
    package var catchesUp = true

    package init() {}
}
