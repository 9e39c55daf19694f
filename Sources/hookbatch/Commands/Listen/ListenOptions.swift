import HTTP
import LocalAPI

/// The validated options of `listen`.
struct ListenOptions: Sendable {
    var address: ListenAddress
    /// Empty without `--secret-file`.
    var secrets: [WebhookSecret] = []
    /// The status of responses without a fault.
    var status: Int
    var faults: FaultOptions
    var settings: ServerSettings
    var output: OutputFormat
    /// Warnings for the user.
    var warnings: [String] = []

    /// Reads the file of secrets.
    init(_ arguments: Arguments) throws(UsageError) {
        precondition(arguments.command == .listen, "the arguments are another command's")
        address = try arguments.defaulted(Flags.listen.listen)
        status = try arguments.defaulted(Flags.listen.status)
        faults = try FaultOptions(arguments)
        settings = ServerSettings()
        settings.maxConnections = try arguments.defaulted(Flags.serve.maxConnections)
        settings.idleTimeout = try arguments.defaulted(Flags.serve.idleTimeout).inNanoseconds
        output = try arguments.defaulted(Flags.listen.output)
        if let path = try arguments.value(Flags.listen.secretFile) {
            secrets = try WebhookSecretFile.read(
                path, flag: Flags.listen.secretFile.declaration.spelling, warnings: &warnings)
        }
        if !address.isLoopback {
            warnings.append(
                "--listen: other machines can send webhooks to \(address), unencrypted")
        }
    }
}
