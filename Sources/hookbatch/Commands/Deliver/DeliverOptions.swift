import Destinations
import HTTP
import Webhooks

/// The validated options of `deliver`.
struct DeliverOptions: Sendable {
    var storePath: String
    var settings: DeliverSettings

    init(_ arguments: Arguments) throws(UsageError) {
        precondition(arguments.command == .deliver, "the arguments are another command's")
        storePath = try arguments.defaulted(Flags.serve.store)
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
        settings.isWatching = arguments.isOn(Flags.deliver.watch)
        settings.sender.maxConnections = try arguments.defaulted(Flags.deliver.concurrency)
        settings.sender.timeout = try arguments.defaulted(Flags.deliver.timeout)
        settings.sender.connectTimeout = try arguments.defaulted(Flags.connection.connectTimeout)
        settings.sender.caCertificatePath = try arguments.value(Flags.connection.caCert)
        settings.sender.allowsPrivateAddresses = allowsPrivate
    }
}
