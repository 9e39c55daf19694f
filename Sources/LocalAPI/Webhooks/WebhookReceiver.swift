package import Destinations
package import HTTP
import Records
package import Time

/// A receiver of webhooks without sockets: checks, records and answers each POST.
package final class WebhookReceiver: RequestHandler {
    /// Arbitrary: 64 Ki ids cost 3 MiB.
    private static let rememberedIDs = 64 * 1024

    var responses = ResponseEncoder()
    let commitFailure = Refusal(500, "The webhook could not be recorded.")
    package private(set) var counts = WebhookCounts()

    private let secrets: [WebhookSecret]
    private let status: Int
    private var faults: Faults
    private let record: ([ReceivedWebhook]) -> DestinationError?
    private var attempts = AttemptCounter(capacity: rememberedIDs)
    /// The webhooks since the last commit.
    private var received: [ReceivedWebhook] = []

    /// - Parameters:
    ///   - secrets: signatures are checked with each; if empty, they are not checked.
    ///   - status: the status of responses without a fault, 200 to 599.
    ///   - now: the start of the rate of `faults`.
    ///   - record: called with the webhooks of a turn before their responses are sent. If it
    ///     returns an error, they get 500.
    package init(
        secrets: [WebhookSecret], status: Int, faults: FaultSettings, now: Instant,
        record: @escaping ([ReceivedWebhook]) -> DestinationError?
    ) {
        precondition((200...599).contains(status), "a final response has a status of 200 to 599")
        self.secrets = secrets
        self.status = status
        self.faults = Faults(faults, now: now)
        self.record = record
    }

    /// Any sender of a whole head is preferred to connections without one.
    func isAuthorized(_ head: RequestHead) -> Bool { true }

    func answerEarly(
        _ head: RequestHead, at time: Responder.Time, to output: inout [UInt8]
    ) -> Bool {
        guard head.method != "POST" else { return false }
        append(.methodNotAllowed("POST"), for: head, keepsAlive: false, at: time, to: &output)
        return true
    }

    func answer(
        _ parser: borrowing RequestParser, keepsAlive: Bool, at time: Responder.Time,
        to output: inout [UInt8]
    ) throws(DestinationError) -> Responder.Disposition {
        guard let head = parser.head else { preconditionFailure("a request without a head") }
        var disposition = Responder.Disposition(keepsAlive: keepsAlive && head.keepsAlive)
        guard head.method == "POST" else {
            append(
                .methodNotAllowed("POST"), for: head, keepsAlive: disposition.keepsAlive, at: time,
                to: &output)
            return disposition
        }
        disposition.needsCommit = true
        let (fault, delay) = faults.next(now: time.instant)
        disposition.delay = delay
        var webhook = read(parser, head, at: time)
        switch fault {
        case .dropBefore, .dropAfter:
            webhook.status = nil
            disposition.resets = true
        case .fail:
            webhook.status = refuse(
                Refusal(500, "An injected failure."), head, disposition, at: time, to: &output)
        case .limited(let seconds):
            webhook.status = refuse(
                .limited(retryAfterSeconds: seconds), head, disposition, at: time, to: &output)
        case .none:
            responses.appendEmpty(
                status, keepsAlive: disposition.keepsAlive, at: time, to: &output)
        }
        received.append(webhook)
        return disposition
    }

    private func refuse(
        _ refusal: Refusal, _ head: RequestHead, _ disposition: Responder.Disposition,
        at time: Responder.Time, to output: inout [UInt8]
    ) -> Int {
        append(refusal, for: head, keepsAlive: disposition.keepsAlive, at: time, to: &output)
        return refusal.status
    }

    func commit() throws(DestinationError) {
        guard !received.isEmpty else { return }
        defer { received.removeAll(keepingCapacity: true) }
        if let error = record(received) { throw error }
        for webhook in received { counts.add(webhook) }
    }

    private func read(
        _ parser: borrowing RequestParser, _ head: RequestHead, at time: Responder.Time
    ) -> ReceivedWebhook {
        let id = head.withValue(of: .webhookID) { Array($0) }
        let timestamp = head.withValue(of: .webhookTimestamp) { Array($0) }
        let signature = head.withValue(of: .webhookSignature) { Array($0) }
        let target = Array(head.target.utf8)
        return parser.body { body in
            ReceivedWebhook(
                time: time.wall, target: target, id: id, type: Self.type(in: body),
                signature: check(
                    id: id ?? [], timestamp: timestamp ?? [], signature: signature ?? [],
                    body: body, at: time),
                attempt: id.map { attempts.count(id: $0, target: target) }, status: status,
                bodyBytes: body.count)
        }
    }

    private func check(
        id: [UInt8], timestamp: [UInt8], signature: [UInt8], body: UnsafeRawBufferPointer,
        at time: Responder.Time
    ) -> ReceivedWebhook.Signature {
        let isSigned = !id.isEmpty && !timestamp.isEmpty && !signature.isEmpty
        if secrets.isEmpty && isSigned { return .unchecked }
        return .checked(
            WebhookSignature.verify(
                id: id, timestamp: timestamp, signature: signature, body: body, secrets: secrets,
                now: time.wall / 1000))
    }

    private static let typePath: JSONPointer = ["type"]

    private static func type(in body: UnsafeRawBufferPointer) -> [UInt8]? {
        guard JSONDocument.isValid(body),
            body.first(where: { $0 > 0x20 }) == UInt8(ascii: "{"),
            let range = JSONDocument.value(at: typePath, in: body),
            body[range.start] == UInt8(ascii: "\"")
        else { return nil }
        let literal = UnsafeRawBufferPointer(
            rebasing: body[range.start..<range.start + range.count])
        guard EventType.isValid(literal: literal) else { return nil }
        var text: [UInt8] = []
        return JSONString.decode(literal, into: &text) ? text : nil
    }
}
