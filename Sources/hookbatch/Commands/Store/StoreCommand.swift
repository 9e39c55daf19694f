import Destinations
import Platform

/// `hookbatch store`: inspects and manages a local store.
enum StoreCommand {
    static func run(_ options: StoreOptions) -> ExitStatus {
        options.warnings.forEach { Terminal.say("warning: \($0)") }
        do {
            let creates = if case .addApplications = options.task { true } else { false }
            let catalog = try StoreCatalog(path: options.path, creates: creates)
            switch options.task {
            case .list(let listing, let format):
                return try list(catalog, listing, format, options.filter)
            case .export(let withKeys): return try export(catalog, options.filter, withKeys)
            case .check: return try check(catalog, path: options.path)
            case .addApplications(let ids):
                return try change(ids) { id throws(DestinationError) in
                    switch try catalog.addApplication(id) {
                    case .done: (true, "registered \(id)")
                    default: (true, "\(id) is already registered")
                    }
                }
            case .setApplications(let ids, let active):
                let state = active ? "enabled" : "disabled"
                return try change(ids) { id throws(DestinationError) in
                    switch try catalog.setApplication(id, active: active) {
                    case .done: (true, "\(state) \(id)")
                    case .alreadySo: (true, "\(id) is already \(state)")
                    case .unknown: (false, unknown(id))
                    }
                }
            case .addEndpoint(let application, let url, let events):
                return try addEndpoint(
                    catalog, application, url: url, events, given: options.secret)
            case .setEndpoints(let ids, let active):
                return try setEndpoints(catalog, ids, active: active)
            case .rotateSecret(let id):
                return try rotateSecret(catalog, id, given: options.secret)
            case .redeliver: return try redeliver(catalog, options.filter)
            }
        } catch {
            Terminal.say(StoreFailure.text(error))
            return StoreFailure.exitStatus(error)
        }
    }

    static func unknown(_ application: String) -> String {
        "unknown application \(application); register it with 'hookbatch store add-app "
            + "\(application)'"
    }

    /// Makes a change for each id and prints the results. Returns a usage error if a change
    /// failed.
    static func change(
        _ ids: [String],
        _ body: (String) throws(DestinationError) -> (isGood: Bool, message: String)
    ) throws(DestinationError) -> ExitStatus {
        var status = ExitStatus.success
        for id in ids {
            let (isGood, message) = try body(id)
            Terminal.say(message)
            if !isGood { status = .usage }
        }
        return status
    }

    private static func list(
        _ catalog: StoreCatalog, _ listing: StoreListing, _ format: ListFormat,
        _ filter: StoreFilter
    ) throws(DestinationError) -> ExitStatus {
        switch format {
        case .ndjson: return try write(catalog, listing, filter, NDJSONRows(listing: listing))
        case .csv: return try write(catalog, listing, filter, CSVRows(listing: listing))
        case .table:
            let rows = TableRows(listing: listing, width: Terminal.outputColumns)
            let status = try write(catalog, listing, filter, rows)
            let count = try catalog.count(listing, filter)
            if let last = filter.last, count > last {
                Terminal.say(
                    "these are the last \(WholeNumber.shown(last)) of "
                        + "\(WholeNumber.shown(count)) rows; use --limit for more, --format "
                        + "ndjson for all")
            }
            return status
        }
    }

    private static func export(
        _ catalog: StoreCatalog, _ filter: StoreFilter, _ withKeys: Bool
    ) throws(DestinationError) -> ExitStatus {
        try write(catalog, .messages, filter, ExportRows(withKeys: withKeys))
    }

    /// Streams rows to standard output.
    private static func write(
        _ catalog: StoreCatalog, _ listing: StoreListing, _ filter: StoreFilter,
        _ rows: some RowFormat
    ) throws(DestinationError) -> ExitStatus {
        var rows = rows
        var output: [UInt8] = []
        var failure: Int32?
        rows.begin(&output)
        try catalog.forEach(listing, filter) { row in
            rows.append(row, to: &output)
            if output.count >= 64 * 1024 {
                failure = Terminal.output(output)
                output.removeAll(keepingCapacity: true)
            }
            return failure == nil
        }
        rows.end(&output)
        failure = failure ?? Terminal.output(output)
        guard let failure else { return .success }
        Terminal.say("standard output can't be written: \(SystemError.text(of: failure))")
        return .fileError
    }

    private static func check(
        _ catalog: StoreCatalog, path: String
    ) throws(DestinationError) -> ExitStatus {
        let problems = try catalog.problems()
        for problem in problems {
            Terminal.say("\(Escaping.escaped(path)): \(Escaping.escaped(problem))")
        }
        guard problems.isEmpty else { return .someNotAccepted }
        let none = StoreFilter()
        let messages = try catalog.count(.messages, none)
        let applications = try catalog.count(.applications, none)
        Terminal.say(
            "\(Escaping.escaped(path)) is intact: \(WholeNumber.shown(messages, "message")) of "
                + WholeNumber.shown(applications, "application"))
        return .success
    }
}
