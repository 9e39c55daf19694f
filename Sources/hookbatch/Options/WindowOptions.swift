import Records
import Time

/// The validated flags about the times of records.
struct WindowOptions: Hashable, Sendable {
    /// The positions of the time, in order; at least one.
    private(set) var fields: [JSONPointer]
    private(set) var format: TimeFormat
    /// The zone of times without an offset.
    private(set) var zone: TimeFormat.Zone
    private(set) var since: TimeBound?
    private(set) var until: TimeBound?

    /// Returns nil without `--time`.
    init?(_ arguments: Arguments) throws(UsageError) {
        let flags = Flags.selection
        let zone: TimeFormat.Zone = arguments.isGiven(Flags.pace.timeZone) ? .local : .utc
        self.zone = zone
        func bound(_ flag: Flag<TimeBound>) throws(UsageError) -> TimeBound? {
            guard let value = try arguments.value(flag) else { return nil }
            return arguments.texts(of: flag.declaration).first
                .flatMap { TimeBound(text: $0, zone: zone) } ?? value
        }
        since = try bound(flags.since)
        until = try bound(flags.until)
        fields = try arguments.all(flags.time)
        format = try arguments.value(flags.timeFormat) ?? .automatic
        guard !fields.isEmpty else {
            for flag in [
                flags.since.declaration, flags.until.declaration, flags.timeFormat.declaration,
            ]
            where !arguments.texts(of: flag).isEmpty {
                throw UsageError("\(flag.spelling) needs --time; add it (example: --time /ts)")
            }
            return nil
        }
        let isReplay = try arguments.defaulted(Flags.pace.pace) == .recorded
        guard since != nil || until != nil || isReplay else {
            throw UsageError(
                "--time has no effect without --since, --until or --pace recorded; add one")
        }
        if let since, let until, !Self.isBefore(since, until) {
            throw UsageError("--since is not before --until, so no record would be read")
        }
    }

    private static func isBefore(_ since: TimeBound, _ until: TimeBound) -> Bool {
        switch (since, until) {
        case (.at(let since), .at(let until)): since.nanoseconds < until.nanoseconds
        case (.ago(let since), .ago(let until)): since > until
        default: true
        }
    }

    /// The window of a run that starts at `now`, in nanoseconds since 1970.
    func window(now: Int64) -> TimeWindow {
        TimeWindow(
            fields[0], orElse: Array(fields.dropFirst()), format, in: zone,
            since: since?.time(now: now), until: until?.time(now: now))
    }
}
