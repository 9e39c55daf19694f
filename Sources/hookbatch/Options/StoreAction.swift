import Records

/// The table of actions of `store`.
enum StoreAction: String, CaseIterable, Sendable {
    case apps
    case addApp = "add-app"
    case disableApp = "disable-app"
    case enableApp = "enable-app"
    case endpoints
    case addEndpoint = "add-endpoint"
    case disableEndpoint = "disable-endpoint"
    case enableEndpoint = "enable-endpoint"
    case rotateSecret = "rotate-secret"
    case messages
    case deliveries
    case redeliver
    case export
    case check

    /// Creates the action of a word: its name, or another name that is understood.
    init?(word: String) {
        self.init(rawValue: word == "list-endpoints" ? Self.endpoints.rawValue : word)
    }

    /// The syntax of the action.
    var call: String { operands.isEmpty ? rawValue : "\(rawValue) \(operands)" }

    /// The syntax after the name.
    var operands: String {
        switch self {
        case .addApp, .disableApp, .enableApp: "ID..."
        case .addEndpoint: "ID URL"
        case .disableEndpoint, .enableEndpoint: "ENDPOINT..."
        case .rotateSecret: "ENDPOINT"
        default: ""
        }
    }

    /// One line, for the help.
    var summary: String {
        switch self {
        case .apps: "List the applications."
        case .addApp: "Register applications; creates the store if it does not exist."
        case .disableApp: "Make applications reject messages (400)."
        case .enableApp: "Make applications accept messages again."
        case .endpoints: "List the endpoints of applications. Also list-endpoints."
        case .addEndpoint: "Add an endpoint to an application, and print its new secret once."
        case .disableEndpoint: "Stop deliveries to endpoints; pending ones wait."
        case .enableEndpoint: "Allow deliveries to endpoints again."
        case .rotateSecret:
            "Give an endpoint a new secret, and print it once; the old one also signs for a day."
        case .messages: "List the messages."
        case .deliveries: "List the deliveries to endpoints, with their last response."
        case .redeliver: "Make deliveries due again, with a new schedule; needs a filter."
        case .export: "Write the messages as NDJSON for send."
        case .check: "Check the store for damage."
        }
    }

    /// The names of its flags, besides `--store`.
    var flags: [String] {
        let filters =
            [Flags.store.app, Flags.store.eventType].map(\.declaration.name)
            + [Flags.store.since, Flags.store.until].map(\.declaration.name)
            + [Flags.store.last.declaration.name]
        let deliveryFilters =
            [Flags.store.endpoint, Flags.store.message].map(\.declaration.name)
            + [Flags.store.status.declaration.name]
        let format = Flags.store.listFormat.declaration.name
        return switch self {
        case .apps, .endpoints:
            [format, Flags.store.app.declaration.name, Flags.store.last.declaration.name]
        case .messages: filters + [Flags.store.status.declaration.name, format]
        case .deliveries: filters + deliveryFilters + [format]
        case .redeliver:
            filters.filter { $0 != Flags.store.last.declaration.name } + deliveryFilters
        case .addEndpoint:
            [
                Flags.store.events.declaration.name, Flags.store.secretFile.declaration.name,
                Flags.webhooks.allowPlainHTTP.declaration.name,
                Flags.webhooks.allowPrivateAddresses.declaration.name,
            ]
        case .rotateSecret: [Flags.store.secretFile.declaration.name]
        case .export: filters + [Flags.store.withKeys.declaration.name]
        case .addApp, .disableApp, .enableApp, .disableEndpoint, .enableEndpoint, .check: []
        }
    }

    static let examples: [(line: String, meaning: String)] = [
        (
            "hookbatch store messages --app app_1 --since 2h",
            "Messages of an application in the last two hours."
        ),
        (
            "hookbatch store export --store hookbatch.db",
            "Export the messages, to forward them with hookbatch send --to URL FILE."
        ),
    ]

    /// Whether a text can be an endpoint's id, as `add-endpoint` prints it.
    static func isEndpointID(_ text: String) -> Bool { isAppID(text) && text.hasPrefix("ep_") }

    static func isAppID(_ text: String) -> Bool {
        Array(text.utf8).withUnsafeBytes(AppID.isValid)
    }
}
