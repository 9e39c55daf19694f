import Records

/// The table of actions of `store`.
enum StoreAction: String, CaseIterable, Sendable {
    case apps
    case addApp = "add-app"
    case disableApp = "disable-app"
    case enableApp = "enable-app"
    case endpoints
    case addEndpoint = "add-endpoint"
    case messages
    case deliveries
    case export
    case check

    /// The syntax of the action.
    var call: String { operands.isEmpty ? rawValue : "\(rawValue) \(operands)" }

    /// The syntax after the name.
    var operands: String {
        switch self {
        case .addApp, .disableApp, .enableApp: "ID..."
        case .addEndpoint: "ID URL"
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
        case .endpoints: "List the endpoints of applications."
        case .addEndpoint: "Add an endpoint to an application: each message gets a delivery to it."
        case .messages: "List the messages."
        case .deliveries: "List the deliveries that are due."
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
        let format = Flags.store.listFormat.declaration.name
        return switch self {
        case .apps, .endpoints:
            [format, Flags.store.app.declaration.name, Flags.store.last.declaration.name]
        case .messages, .deliveries: filters + [format]
        case .export: filters + [Flags.store.withKeys.declaration.name]
        case .addApp, .disableApp, .enableApp, .addEndpoint, .check: []
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

    static func isAppID(_ text: String) -> Bool {
        Array(text.utf8).withUnsafeBytes(AppID.isValid)
    }
}
