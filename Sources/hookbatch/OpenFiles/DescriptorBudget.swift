import Destinations

/// The division of a run's descriptors between its files and its connections.
///
/// Without it connections would take the descriptors that the report and the summary need.
struct DescriptorBudget: Hashable, Sendable {
    /// Signals, poller, libcurl, certificates, journal, spool, report, summary, metrics and the
    /// threads' pipes, at their maximum. Measured as 13.
    private static let filesOfRun = 14
    /// The numbers and the open file of origins, of files of undelivered lines. Their matching has more,
    /// before the files of the run and the connections.
    private static let filesOfOrigins = 8
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
    /// The regular files among the inputs that may be open at a time, at least 1. The others are
    /// opened again when they are read.
    let openInputs: Int
    /// The lowest limit with which the run could start.
    let needed: Int

    /// Whether the run can start.
    let isEnough: Bool

    /// - Parameters:
    ///   - open: The open descriptors below the limit.
    ///   - above: The open descriptors at the limit or above: a higher limit would include them.
    ///   - streams: The inputs that stay open, of `inputs`.
    ///   - hasOrigins: Whether the inputs are files of undelivered lines.
    init(
        wanted: Int, inputs: Int, streams: Int = 0, hasOrigins: Bool = false, open: Int,
        above: Int = 0, limit: Int
    ) {
        self.limit = limit
        self.wanted = wanted
        let files = open + Self.filesOfRun + streams + (hasOrigins ? Self.filesOfOrigins : 0)
        let least = wanted > 0 ? 1 + Self.extraPerConnect : 0
        needed = files + 1 + above + least
        // Connections come first: an input has its descriptor only so that its name may change.
        let wishes = wanted > 0 ? wanted + Self.extraPerConnect : 0
        openInputs = max(1, min(inputs - streams, limit - files - wishes))
        let left = limit - files - openInputs
        isEnough = left >= least
        connections = min(wanted, max(left - Self.extraPerConnect, 0))
        connectsInFlight = min(
            max((left - connections) / Self.extraPerConnect, 1),
            ConnectionPool.maxConnectsInFlight)
    }

    /// Returns the budget of this process, which has opened nothing yet. Raises its limit of open
    /// files as far as needed and allowed.
    static func measured(
        wanted: Int, inputs: Int, streams: Int, hasOrigins: Bool
    ) -> DescriptorBudget {
        // Enough for everything above, and for what the parent process has left open.
        let ample = wanted + 256 + inputs
        let limit = OpenFileLimit.raised(to: ample) ?? ample
        if limit >= ample {
            return DescriptorBudget(
                wanted: wanted, inputs: inputs, streams: streams, hasOrigins: hasOrigins, open: 3,
                limit: limit)
        }
        return DescriptorBudget(
            wanted: wanted, inputs: inputs, streams: streams, hasOrigins: hasOrigins,
            open: OpenFileLimit.openCount(0..<limit),
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
