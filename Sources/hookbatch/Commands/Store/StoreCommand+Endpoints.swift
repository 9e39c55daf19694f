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
        guard try catalog.hasEndpoint(id) else {
            Terminal.say(unknownEndpoint(id))
            return .usage
        }
        let secret = given ?? newSecret()
        // Printed first: a secret that was lost would sign, and nothing else after a repetition.
        if given == nil, let number = Terminal.output(secret.text + "\n") {
            Terminal.say(
                "the new secret can't be written to standard output: "
                    + "\(SystemError.text(of: number)); \(id) keeps its secret")
            return .fileError
        }
        do throws(DestinationError) {
            let now = WallClock.nanoseconds / 1_000_000
            _ = try catalog.rotateSecret(endpoint: id, to: secret, now: now)
        } catch {
            if given == nil {
                Terminal.say("\(id) keeps its secret; the one on standard output is not used")
            }
            throw error
        }
        Terminal.say("\(id) has a new secret; the last one also signs for 24 h")
        if given == nil { Terminal.say(shownOnce) }
        return .success
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
        Terminal.say(shownOnce)
        return .success
    }

    private static let shownOnce = "standard output has the secret; it is not shown again"

    private static func newSecret() -> WebhookSecret {
        ProcessMemory.hide()
        var generator = SystemRandomNumberGenerator()
        return WebhookSecret(using: &generator)
    }

    private static func unknownEndpoint(_ id: String) -> String {
        "unknown endpoint \(id); 'hookbatch store endpoints' lists them"
    }
}
