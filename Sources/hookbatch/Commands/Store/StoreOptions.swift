import Destinations
import Glibc

/// The validated options of `store`.
struct StoreOptions: Sendable {
    /// An action with its arguments.
    enum Task: Hashable, Sendable {
        case list(StoreListing, ListFormat)
        case addApplications([String])
        case setApplications([String], active: Bool)
        case addEndpoint(application: String, url: String)
        case export(withKeys: Bool)
        case check
    }

    /// The default `--limit` of a table: more rows scroll away, and all rows are measured.
    static let tableRows = 100

    var path: String
    var task: Task
    var filter = StoreFilter()

    init(_ arguments: Arguments) throws(UsageError) {
        precondition(arguments.command == .store, "the arguments are another command's")
        path = try arguments.defaulted(Flags.serve.store)
        let action = try Self.action(arguments)
        // A variable is set for all actions, also for those without its flag.
        var arguments = arguments
        arguments.dropVariables(except: action.flags + [Flags.serve.store.declaration.name])
        let operands = Array(arguments.operands.dropFirst())
        try Self.checkOperands(operands, of: action)
        let format =
            try arguments.value(Flags.store.listFormat)
            ?? (Terminal.standardOutputIsTerminal ? .table : .ndjson)
        filter.application = try arguments.value(Flags.store.app)
        filter.eventType = try arguments.value(Flags.store.eventType)
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let now = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        filter.since = try arguments.value(Flags.store.since)?.rfc3339(now: now)
        filter.until = try arguments.value(Flags.store.until)?.rfc3339(now: now)
        filter.last = try arguments.value(Flags.store.last)
        task =
            switch action {
            case .apps: .list(.applications, format)
            case .endpoints: .list(.endpoints, format)
            case .messages: .list(.messages, format)
            case .deliveries: .list(.deliveries, format)
            case .addApp: .addApplications(operands)
            case .disableApp: .setApplications(operands, active: false)
            case .enableApp: .setApplications(operands, active: true)
            case .addEndpoint: .addEndpoint(application: operands[0], url: operands[1])
            case .export: .export(withKeys: arguments.isOn(Flags.store.withKeys))
            case .check: .check
            }
        if case .list(_, .table) = task, filter.last == nil { filter.last = Self.tableRows }
    }

    private static func action(_ arguments: Arguments) throws(UsageError) -> StoreAction {
        guard let word = arguments.operands.first else {
            throw UsageError(
                "no action specified (example: hookbatch store messages); 'hookbatch help "
                    + "store' lists the actions")
        }
        guard let action = StoreAction(rawValue: word) else {
            let nearest = NearestName.find(word, among: StoreAction.allCases.map(\.rawValue))
            throw UsageError(
                "unknown action \(Escaping.quoted(word)); "
                    + (nearest.map { "did you mean '\($0)'?" }
                        ?? "'hookbatch help store' lists the actions"))
        }
        let taken = action.flags + [Flags.serve.store.declaration.name]
        let typed = arguments.values.keys.filter { arguments.variables[$0] == nil }
        if let other = typed.sorted().first(where: { !taken.contains($0) }) {
            throw UsageError("store \(action.rawValue) has no --\(other) option")
        }
        return action
    }

    private static func checkOperands(
        _ operands: [String], of action: StoreAction
    ) throws(UsageError) {
        switch action {
        case .addApp, .disableApp, .enableApp:
            guard !operands.isEmpty else { throw tooFew(action, "app_1") }
            for id in operands { try checkAppID(id, action) }
        case .addEndpoint:
            guard operands.count == 2 else {
                throw tooFew(action, "app_1 https://example.com/hook")
            }
            try checkAppID(operands[0], action)
            guard isURL(operands[1]) else {
                throw UsageError(
                    "store add-endpoint: \(Escaping.quoted(operands[1])) is not a URL "
                        + "(example: https://example.com/hook)")
            }
        default:
            if let extra = operands.first {
                throw UsageError(
                    "store \(action.rawValue): unexpected argument \(Escaping.quoted(extra))")
            }
        }
    }

    private static func tooFew(_ action: StoreAction, _ example: String) -> UsageError {
        UsageError(
            "store \(action.rawValue) needs \(action.operands) "
                + "(example: hookbatch store \(action.rawValue) \(example))")
    }

    private static func checkAppID(_ id: String, _ action: StoreAction) throws(UsageError) {
        guard StoreAction.isAppID(id) else {
            throw UsageError(
                "store \(action.rawValue): \(Escaping.quoted(id)) is not an application's id "
                    + "(1 to 128 of A-Z a-z 0-9 . _ ~ -)")
        }
    }

    /// Returns whether a text looks like a URL. Nothing is sent to it, so this is lenient.
    private static func isURL(_ text: String) -> Bool {
        let rest =
            text.hasPrefix("https://")
            ? text.dropFirst(8) : text.hasPrefix("http://") ? text.dropFirst(7) : ""
        return !rest.isEmpty && rest.utf8.first != UInt8(ascii: "/")
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
