import Destinations

/// The division of a run's descriptors between its files and its connections.
///
/// Without it connections would take the descriptors that the report and the summary need.
struct DescriptorBudget: Hashable, Sendable {
    /// Signals, poller, libcurl, certificates, journal, spool, report, summary, metrics and the
    /// threads' pipes, at their maximum. Measured as 13.
    private static let filesOfRun = 14
    /// An input is read again over its only descriptor.
    private static let filesPerInput = 1
    /// A connect in flight needs more than its socket: the name's lookup has two, a second address
    /// has one.
    private static let extraPerConnect = 3

    /// The limit of open files.
    let limit: Int
    /// The connections of `--concurrency`; 0 for a store.
    let wanted: Int
    /// The connections that fit, at most `wanted`.
    let connections: Int
    /// The connects that may be in flight at a time, at least 1.
    let connectsInFlight: Int
    /// The lowest limit with which the run could start.
    let needed: Int

    /// Whether the run can start.
    let isEnough: Bool

    /// - Parameters:
    ///   - open: The open descriptors below the limit.
    ///   - above: The open descriptors at the limit or above: a higher limit would include them.
    init(wanted: Int, inputs: Int, open: Int, above: Int = 0, limit: Int) {
        self.limit = limit
        self.wanted = wanted
        let others = open + Self.filesOfRun + Self.filesPerInput * inputs
        let least = wanted > 0 ? 1 + Self.extraPerConnect : 0
        needed = others + above + least
        let left = limit - others
        isEnough = left >= least
        connections = min(wanted, max(left - Self.extraPerConnect, 0))
        connectsInFlight = min(
            max((left - connections) / Self.extraPerConnect, 1),
            ConnectionPool.maxConnectsInFlight)
    }

    /// Returns the budget of this process, which has opened nothing yet. Raises its limit of open
    /// files as far as needed and allowed.
    static func measured(wanted: Int, inputs: Int) -> DescriptorBudget {
        // Enough for everything above, and for what the parent process has left open.
        let ample = wanted + 256 + filesPerInput * inputs
        let limit = OpenFileLimit.raised(to: ample) ?? ample
        if limit >= ample {
            return DescriptorBudget(wanted: wanted, inputs: inputs, open: 3, limit: limit)
        }
        return DescriptorBudget(
            wanted: wanted, inputs: inputs, open: OpenFileLimit.openCount(0..<limit),
            above: OpenFileLimit.openCount(limit..<ample), limit: limit)
    }
}

extension DescriptorBudget {
    /// Why no run can start.
    var refusal: String {
        "\(limit) open files are too few; this run needs at least \(needed)"
    }

    /// What the limit costs; nil if nothing.
    var warning: String? {
        guard connections < wanted else { return nil }
        return "warning: the limit of \(limit) open files (ulimit -n) allows only "
            + "\(WholeNumber.shown(UInt64(connections), "connection")) at a time, not \(wanted)"
    }
}
