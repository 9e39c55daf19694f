import Destinations
import HTTP
import Webhooks

/// The validated options of `deliver`, and of `serve --deliver`.
struct DeliverOptions: Sendable {
    var storePath: String
    var settings: DeliverSettings
    /// The report of attempts; nil without one.
    var reportPath: String?

    /// The flags of `serve` that need `--deliver`: those of `deliver`, except the store.
    static let flagsOfServe = Flags.taken(by: .serve).filter {
        $0.commands.contains(.deliver) && $0.name != Flags.serve.store.declaration.name
    }

    init(_ arguments: Arguments) throws(UsageError) {
        precondition(
            [.deliver, .serve].contains(arguments.command), "the arguments are another command's")
        storePath = try arguments.defaulted(Flags.serve.store)
        reportPath = try arguments.value(Flags.deliver.report)
        let allowsPlainHTTP = arguments.isOn(Flags.webhooks.allowPlainHTTP)
        let allowsPrivate = arguments.isOn(Flags.webhooks.allowPrivateAddresses)
        settings = DeliverSettings(userAgent: "hookbatch/\(Version.number)") { url in
            url.refusal(allowsPlainHTTP: allowsPlainHTTP, allowsPrivateAddresses: allowsPrivate)
        }
        settings.body = try arguments.defaulted(Flags.deliver.body)
        settings.schedule = try arguments.defaulted(Flags.deliver.schedule)
        settings.rate = try arguments.value(Flags.deliver.rate)
        settings.endpointRate = try arguments.value(Flags.deliver.endpointRate)
        settings.endpointConcurrency = try arguments.defaulted(Flags.deliver.endpointConcurrency)
        settings.isOrdered = arguments.isOn(Flags.deliver.ordered)
        if settings.isOrdered {
            let flag = Flags.deliver.endpointConcurrency
            guard !arguments.isGiven(flag) || settings.endpointConcurrency == 1 else {
                throw UsageError(
                    "--ordered sends one message at a time to each endpoint; leave out "
                        + flag.declaration.spelling)
            }
            settings.endpointConcurrency = 1
        }
        settings.isWatching =
            arguments.command == .serve || arguments.isOn(Flags.deliver.watch)
        settings.sender.maxConnections = try arguments.defaulted(Flags.deliver.concurrency)
        settings.sender.timeout = try arguments.defaulted(Flags.deliver.timeout)
        settings.sender.connectTimeout = try arguments.defaulted(Flags.connection.connectTimeout)
        settings.sender.caCertificatePath = try arguments.value(Flags.connection.caCert)
        settings.sender.allowsPrivateAddresses = allowsPrivate
    }
}
