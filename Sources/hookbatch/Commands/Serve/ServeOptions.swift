import Delivery
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
    var faults: FaultSettings
    /// The faults as text, one each.
    var faultWords: [String]
    var settings: ServerSettings
    /// Warnings for the user.
    var warnings: [String] = []

    /// Reads the key's file, or creates a key.
    init(_ arguments: Arguments, environment: Environment) throws(UsageError) {
        precondition(arguments.command == .serve, "the arguments are another command's")
        storePath = try arguments.defaulted(Flags.serve.store)
        address = try arguments.defaulted(Flags.serve.listen)
        knownAppsOnly = arguments.isOn(Flags.destination.knownAppsOnly)
        (faults, faultWords) = try Self.faults(arguments)
        settings = ServerSettings()
        settings.maxConnections = try arguments.defaulted(Flags.serve.maxConnections)
        settings.idleTimeout = try arguments.defaulted(Flags.serve.idleTimeout).inNanoseconds

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

    private static func faults(
        _ arguments: Arguments
    ) throws(UsageError) -> (FaultSettings, [String]) {
        let latency = try arguments.value(Flags.serve.latency)
        let limit = try arguments.value(Flags.serve.requestLimit)
        let fail = try arguments.defaulted(Flags.serve.fail)
        let drop = try arguments.defaulted(Flags.serve.drop)
        let seed = try arguments.value(Flags.serve.seed) ?? UInt64.random(in: 0...999_999_999)
        let settings = FaultSettings(
            latency: latency?.range ?? 0...0,
            limit: limit,
            failShare: fail, dropShare: drop, seed: seed)
        var words: [String] = []
        if let latency { words.append("latency \(latency.shown)") }
        if limit != nil { words.append("limit \(arguments.values["limit"] ?? "")") }
        if fail > 0 { words.append("fail \(arguments.values["fail"] ?? "")") }
        if drop > 0 { words.append("drop \(arguments.values["drop"] ?? "")") }
        if !words.isEmpty { words.append("seed \(seed)") }
        return (settings, words)
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
