import Destinations
import HTTP
import Platform

/// The actions on endpoints and deliveries.
extension StoreCommand {
    static func addEndpoint(
        _ catalog: StoreCatalog, _ application: String, url: String, _ events: [EventPattern],
        given: WebhookSecret?
    ) throws(DestinationError) -> ExitStatus {
        let secret = given ?? newSecret()
        let (change, id) = try catalog.addEndpoint(
            application: application, url: url, events: events, secret: secret)
        switch change {
        case .done:
            Terminal.say("added \(id) to \(application)")
            return given == nil ? show(secret, of: id) : .success
        case .alreadySo:
            Terminal.say("\(application) already has this endpoint")
            return .success
        case .unknown:
            Terminal.say(unknown(application))
            return .usage
        }
    }

    static func setEndpoints(
        _ catalog: StoreCatalog, _ ids: [String], active: Bool
    ) throws(DestinationError) -> ExitStatus {
        let state = active ? "enabled" : "disabled"
        return try change(ids) { id throws(DestinationError) in
            switch try catalog.setEndpoint(id, active: active) {
            case .done: (true, "\(state) \(id)")
            case .alreadySo: (true, "\(id) is already \(state)")
            case .unknown: (false, unknownEndpoint(id))
            }
        }
    }

    static func rotateSecret(
        _ catalog: StoreCatalog, _ id: String, given: WebhookSecret?
    ) throws(DestinationError) -> ExitStatus {
        let secret = given ?? newSecret()
        let now = WallClock.nanoseconds / 1_000_000
        switch try catalog.rotateSecret(endpoint: id, to: secret, now: now) {
        case .done, .alreadySo:
            Terminal.say("\(id) has a new secret; the last one also signs for 24 h")
            return given == nil ? show(secret, of: id) : .success
        case .unknown:
            Terminal.say(unknownEndpoint(id))
            return .usage
        }
    }

    static func redeliver(
        _ catalog: StoreCatalog, _ filter: StoreFilter
    ) throws(DestinationError) -> ExitStatus {
        let count = try catalog.redeliver(filter, now: WallClock.nanoseconds / 1_000_000)
        Terminal.say("due again: " + WholeNumber.shown(count, "delivery", plural: "deliveries"))
        return .success
    }

    /// Prints a new secret on standard output, the only time that it is shown.
    private static func show(_ secret: WebhookSecret, of id: String) -> ExitStatus {
        if let number = Terminal.output(secret.text + "\n") {
            Terminal.say(
                "the secret can't be written to standard output: \(SystemError.text(of: number)); "
                    + "get another with 'hookbatch store rotate-secret \(id)'")
            return .fileError
        }
        Terminal.say("standard output has the secret; it is not shown again")
        return .success
    }

    private static func newSecret() -> WebhookSecret {
        ProcessMemory.hide()
        var generator = SystemRandomNumberGenerator()
        return WebhookSecret(using: &generator)
    }

    private static func unknownEndpoint(_ id: String) -> String {
        "unknown endpoint \(id); 'hookbatch store endpoints' lists them"
    }
}
