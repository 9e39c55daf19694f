/// The table of all flags, in a struct for each topic.
enum Flags {
    static let destination = DestinationFlags()
    static let input = InputFlags()
    static let files = RunFileFlags()
    static let pace = PaceFlags()
    static let retries = RetryFlags()
    static let stops = StopFlags()
    static let connection = ConnectionFlags()
    static let fields = FieldFlags()
    static let selection = SelectionFlags()
    static let shards = ShardFlags()
    static let watching = WatchFlags()
    static let outbox = OutboxFlags()
    static let check = CheckFlags()
    static let serve = ServeFlags()
    static let listen = ListenFlags()
    static let store = StoreFlags()
    static let webhooks = WebhookFlags()
    static let deliver = DeliverFlags()
    static let report = ReportFlags()
    static let retryOf = RetryOfFlags()
    static let help = HelpFlags()

    /// All flags in the order of their declarations.
    ///
    /// They are found by reflection, so that no flag is listed twice.
    static let all: [FlagDeclaration] = groups.flatMap { group in
        Mirror(reflecting: group).children.map { child in
            guard let flag = child.value as? any DeclaredFlag else {
                preconditionFailure("a struct of flags has another property")
            }
            return flag.declaration
        }
    }

    /// The flags whose values are files with keys, certificates or other secrets.
    static let secretFiles = [
        destination.apiKeyFile, connection.clientKey, connection.clientCert, connection.caCert,
        connection.headerFile, listen.secretFile, store.secretFile,
    ]

    private static let groups: [any Sendable] = [
        destination, input, files, pace, retries, stops, connection, fields, watching, outbox,
        check, serve, listen, store, webhooks, deliver, selection, shards, report, retryOf, help,
    ]

    static func taken(by command: Command) -> [FlagDeclaration] {
        all.filter { $0.commands.contains(command) }
    }
}
