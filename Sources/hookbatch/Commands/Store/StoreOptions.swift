import Destinations
import HTTP
import Platform

/// The validated options of `store`.
struct StoreOptions: Sendable {
    /// An action with its arguments.
    enum Task: Hashable, Sendable {
        case list(StoreListing, ListFormat)
        case addApplications([String])
        case setApplications([String], active: Bool)
        case addEndpoint(application: String, url: String, events: [EventPattern])
        case setEndpoints([String], active: Bool)
        case rotateSecret(endpoint: String)
        case redeliver
        case export(withKeys: Bool)
        case check
    }

    /// The default `--limit` of a table: more rows scroll away, and all rows are measured.
    static let tableRows = 100

    var path: String
    var task: Task
    var filter = StoreFilter()
    /// The secret of `--secret-file`; nil for a new one.
    var secret: WebhookSecret?
    var warnings: [String] = []

    init(_ arguments: Arguments) throws(UsageError) {
        precondition(arguments.command == .store, "the arguments are another command's")
        path = try arguments.defaulted(Flags.serve.store)
        let action = try Self.action(arguments)
        // A variable is set for all actions, also for those without its flag.
        var arguments = arguments
        arguments.dropVariables(except: action.flags + [Flags.serve.store.declaration.name])
        let operands = Array(arguments.operands.dropFirst())
        try Self.checkOperands(operands, of: action, arguments)
        let format =
            try arguments.value(Flags.store.listFormat)
            ?? (Terminal.standardOutputIsTerminal ? .table : .ndjson)
        filter.application = try arguments.value(Flags.store.app)
        filter.eventType = try arguments.value(Flags.store.eventType)
        let now = WallClock.nanoseconds
        filter.since = try arguments.value(Flags.store.since)?.rfc3339(now: now)
        filter.until = try arguments.value(Flags.store.until)?.rfc3339(now: now)
        filter.last = try arguments.value(Flags.store.last)
        filter.endpoint = try arguments.value(Flags.store.endpoint)
        filter.message = try arguments.value(Flags.store.message)
        filter.status = try arguments.value(Flags.store.status)
        if let path = try arguments.value(Flags.store.secretFile) {
            let flag = Flags.store.secretFile.declaration.spelling
            let secrets = try WebhookSecretFile.read(path, flag: flag, warnings: &warnings)
            guard secrets.count == 1 else {
                throw UsageError(
                    "\(flag): the file has several secrets, and an endpoint begins with one")
            }
            secret = secrets[0]
        }
        task =
            switch action {
            case .apps: .list(.applications, format)
            case .endpoints: .list(.endpoints, format)
            case .messages: .list(.messages, format)
            case .deliveries: .list(.deliveries, format)
            case .addApp: .addApplications(operands)
            case .disableApp: .setApplications(operands, active: false)
            case .enableApp: .setApplications(operands, active: true)
            case .addEndpoint:
                .addEndpoint(
                    application: operands[0], url: operands[1],
                    events: try arguments.value(Flags.store.events) ?? [])
            case .disableEndpoint: .setEndpoints(operands, active: false)
            case .enableEndpoint: .setEndpoints(operands, active: true)
            case .rotateSecret: .rotateSecret(endpoint: operands[0])
            case .redeliver: .redeliver
            case .export: .export(withKeys: arguments.isOn(Flags.store.withKeys))
            case .check: .check
            }
        if task == .redeliver, filter == StoreFilter() {
            throw UsageError(
                "store redeliver needs a filter (example: hookbatch store redeliver --status "
                    + "failed)")
        }
        if case .list(_, .table) = task, filter.last == nil { filter.last = Self.tableRows }
    }

    private static func action(_ arguments: Arguments) throws(UsageError) -> StoreAction {
        guard let word = arguments.operands.first else {
            throw UsageError(
                "no action specified (example: hookbatch store messages); 'hookbatch help "
                    + "store' lists the actions")
        }
        guard let action = StoreAction(word: word) else {
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
        _ operands: [String], of action: StoreAction, _ arguments: Arguments
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
            try checkURL(operands[1], arguments)
        case .disableEndpoint, .enableEndpoint, .rotateSecret:
            let isRight = action == .rotateSecret ? operands.count == 1 : !operands.isEmpty
            guard isRight else { throw tooFew(action, ValueSyntax.endpointID.example) }
            for id in operands where !StoreAction.isEndpointID(id) {
                throw UsageError(
                    "store \(action.rawValue): \(Escaping.quoted(id)) is not an endpoint's id; "
                        + "'hookbatch store endpoints' lists them")
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

    private static func checkURL(_ text: String, _ arguments: Arguments) throws(UsageError) {
        let url: WebhookURL
        do {
            url = try WebhookURL(text)
        } catch {
            throw UsageError(
                "store add-endpoint: \(Escaping.quoted(text)) is not a URL of an endpoint: "
                    + "\(error.message) (example: https://example.com/hook)")
        }
        if let refusal = url.refusal(
            allowsPlainHTTP: arguments.isOn(Flags.webhooks.allowPlainHTTP),
            allowsPrivateAddresses: arguments.isOn(Flags.webhooks.allowPrivateAddresses))
        {
            throw UsageError("store add-endpoint: \(Escaping.quoted(text)): \(refusal)")
        }
    }
}
