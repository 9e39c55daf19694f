import LocalAPI
import Platform

/// The validated options of `serve`.
struct ServeOptions: Sendable {
    var storePath: String
    var address: ListenAddress
    var knownAppsOnly: Bool
    var key: APIKey
    /// Whether the key was created for this process, and must be printed.
    var keyIsNew: Bool
    var faults: FaultOptions
    var settings: ServerSettings
    /// Nil without `--deliver`.
    var delivery: DeliverOptions?
    /// Warnings for the user.
    var warnings: [String] = []

    /// Reads the key's file, or creates a key.
    init(_ arguments: Arguments, environment: Environment) throws(UsageError) {
        precondition(arguments.command == .serve, "the arguments are another command's")
        storePath = try arguments.defaulted(Flags.serve.store)
        address = try arguments.defaulted(Flags.serve.listen)
        knownAppsOnly = arguments.isOn(Flags.destination.knownAppsOnly)
        faults = try FaultOptions(arguments)
        settings = ServerSettings()
        settings.maxConnections = try arguments.defaulted(Flags.serve.maxConnections)
        settings.idleTimeout = try arguments.defaulted(Flags.serve.idleTimeout).inNanoseconds

        delivery = try Self.delivery(arguments)

        let source = try APIKeySource(arguments, environment)
        keyIsNew = source == nil
        guard !keyIsNew || address.isLoopback else {
            throw UsageError(
                "--listen: other machines can reach \(address), so it needs an API key: set the "
                    + "variable HOOKSTREAM_API_KEY or use --api-key-file")
        }
        if let source {
            key = try source.read(warnings: &warnings)
        } else {
            key = try APIKey.random()
        }
        if !address.isLoopback {
            warnings.append(
                "--listen: the key and the messages are sent unencrypted to \(address)")
        }
    }

    /// The options of deliveries; without `--deliver` a typed flag of them is an error.
    private static func delivery(_ arguments: Arguments) throws(UsageError) -> DeliverOptions? {
        if arguments.isOn(Flags.deliver.serve) { return try DeliverOptions(arguments) }
        let typed = DeliverOptions.flagsOfServe.first { flag in
            !arguments.texts(of: flag).isEmpty && arguments.variables[flag.name] == nil
        }
        guard let typed else { return nil }
        throw UsageError(
            "\(typed.spelling) needs \(Flags.deliver.serve.declaration.spelling): serve delivers "
                + "nothing without it")
    }
}

extension APIKey {
    /// Creates a random key: 160 bits in base 32.
    static func random() throws(UsageError) -> APIKey {
        ProcessMemory.hide()
        let letters = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
        var generator = SystemRandomNumberGenerator()
        let text = (0..<32).map { _ in letters[Int(generator.next() & 31)] }
        return try APIKey(raw: Array("local_".utf8) + text, source: "a new key")
    }
}
