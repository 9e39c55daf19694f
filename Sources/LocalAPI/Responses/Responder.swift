import Delivery
package import Destinations
package import HTTP
import Records
package import Time

/// The API without sockets: from a complete request to the bytes of its response.
///
/// It submits messages to the store; the owner commits them before the responses are sent.
package final class Responder: RequestHandler {
    /// The time of a request.
    package struct Time: Sendable {
        package var instant: Instant
        /// Milliseconds since 1970.
        package var wall: Int64

        package init(instant: Instant, wall: Int64) {
            self.instant = instant
            self.wall = wall
        }
    }

    /// How to send a response that was appended.
    package struct Disposition: Equatable, Sendable {
        /// Whether the client may send another request.
        package var keepsAlive: Bool
        /// Whether the response must wait for a commit.
        package var needsCommit = false
        /// The response's delay in nanoseconds.
        package var delay: Int64 = 0
        /// Whether to reset the connection instead (after the commit, if it needs one).
        package var resets = false
        /// Whether the request created a message.
        package var created = false
    }

    /// The decision from the head of a request alone.
    private enum Admission {
        case message(application: Range<Int>)
        case health
        case options(allow: String)
        case refused(Refusal)
    }

    private let store: Store
    private let keys: KeyCheck
    private var faults: Faults
    var responses = ResponseEncoder()
    let commitFailure = Refusal.notStored
    /// Generates idempotency keys for requests without one.
    private var ownKeys = MessageIDGenerator()

    package init(store: Store, key: [UInt8], faults: FaultSettings, now: Instant) {
        self.store = store
        keys = KeyCheck(key: key)
        self.faults = Faults(faults, now: now)
    }

    /// Commits the submitted messages.
    package func commit() throws(DestinationError) { try store.commit() }

    /// Whether the head of a request contains the API key.
    package func isAuthorized(_ head: RequestHead) -> Bool { keys.passes(head) }

    /// Answers a request by its head alone, if its body can't change the response.
    ///
    /// - Returns: whether a response was appended; the connection must then be closed.
    package func answerEarly(
        _ head: RequestHead, at time: Time, to output: inout [UInt8]
    ) -> Bool {
        guard case .refused(let refusal) = admit(head) else { return false }
        append(refusal, for: head, keepsAlive: false, at: time, to: &output)
        return true
    }

    /// Answers a complete request.
    ///
    /// - Parameter keepsAlive: false if the connection must be closed in any case.
    /// - Throws: what `Store.submit` throws: nothing is appended then, and what was submitted since
    ///   the last commit is lost.
    package func answer(
        _ parser: borrowing RequestParser, keepsAlive: Bool, at time: Time,
        to output: inout [UInt8]
    ) throws(DestinationError) -> Disposition {
        guard let head = parser.head else { preconditionFailure("a request without a head") }
        let disposition = Disposition(keepsAlive: keepsAlive && head.keepsAlive)
        switch admit(head) {
        case .refused(let refusal):
            append(refusal, for: head, keepsAlive: disposition.keepsAlive, at: time, to: &output)
        case .options(let allow):
            responses.appendEmpty(
                204, keepsAlive: disposition.keepsAlive, fields: [("Allow", allow)], at: time,
                to: &output)
        case .health:
            responses.body.append(contentsOf: #"{"status":"ok"}"#.utf8)
            responses.appendJSON(
                200, for: head, keepsAlive: disposition.keepsAlive, at: time, to: &output)
        case .message(let application):
            return try answerMessage(
                parser, head, application: application, disposition, at: time, to: &output)
        }
        return disposition
    }

    private func admit(_ head: RequestHead) -> Admission {
        let route = head.withPath(Route.init(path:))
        guard let allow = route.allow else { return .refused(.notFound) }
        switch (route, head.method) {
        case (_, "OPTIONS"): return .options(allow: allow)
        case (.health, "GET"), (.health, "HEAD"): return .health
        case (.messages(let application), "POST"):
            return keys.passes(head) ? .message(application: application) : .refused(.unauthorized)
        default: return .refused(.methodNotAllowed(allow))
        }
    }

    private func answerMessage(
        _ parser: borrowing RequestParser, _ head: RequestHead, application: Range<Int>,
        _ proposed: Disposition, at time: Time, to output: inout [UInt8]
    ) throws(DestinationError) -> Disposition {
        var disposition = proposed
        let (fault, delay) = faults.next(now: time.instant)
        disposition.delay = delay
        let injected: Refusal?
        switch fault {
        case .dropBefore:
            disposition.resets = true
            return disposition
        case .fail: injected = .injected
        case .limited(let seconds): injected = .limited(retryAfterSeconds: seconds)
        case .none, .dropAfter: injected = nil
        }
        let outcome: Result<Store.Answer, Refusal>
        if let injected {
            outcome = .failure(injected)
        } else {
            outcome = try submit(parser, head, application: application, at: time)
            if case .success = outcome { disposition.needsCommit = true }
        }
        if let refusal = Self.refusal(outcome) {
            append(refusal, for: head, keepsAlive: disposition.keepsAlive, at: time, to: &output)
        } else {
            disposition.created = outcome == .success(.created)
            responses.appendJSON(
                201, for: head, keepsAlive: disposition.keepsAlive, at: time, to: &output)
        }
        disposition.resets = fault == .dropAfter
        return disposition
    }

    private static func refusal(_ outcome: Result<Store.Answer, Refusal>) -> Refusal? {
        switch outcome {
        case .failure(let refusal): refusal
        case .success(.created), .success(.replayed): nil
        case .success(.inactive): .applicationInactive
        case .success(.unknownApplication): .applicationNotFound
        case .success(.tooLarge): .tooLarge
        case .success(.keyConflict): .keyConflict
        }
    }

    /// Submits the request's message to the store, and renders it if it is stored.
    private func submit(
        _ parser: borrowing RequestParser, _ head: RequestHead, application: Range<Int>,
        at time: Time
    ) throws(DestinationError) -> Result<Store.Answer, Refusal> {
        guard let key = idempotencyKey(head, at: time) else { return .failure(.badKey) }
        let read = parser.body(MessageBody.read)
        guard case .success(let members) = read else {
            return read.map { _ in preconditionFailure("a refusal is no message") }
        }
        var rendered: [UInt8] = []
        swap(&rendered, &responses.body)
        defer { swap(&rendered, &responses.body) }
        let store = store
        return try head.withPath { path throws(DestinationError) in
            let appID = UnsafeRawBufferPointer(rebasing: path[application])
            guard AppID.isValid(appID) else { return .failure(.applicationNotFound) }
            return try parser.body { body throws(DestinationError) in
                try key.withUnsafeBufferPointer { key throws(DestinationError) in
                    let message = Message(
                        appID: appID, eventType: body.part(members.eventType),
                        payload: members.payload.map(body.part),
                        idempotencyKey: UnsafeRawBufferPointer(key))
                    let answer = try store.submit(message, now: time.wall)
                    if answer == .created || answer == .replayed {
                        ResponseBody.appendMessage(
                            store.stored, applicationID: appID, eventType: message.eventType,
                            payload: message.payload, to: &rendered)
                    }
                    return .success(answer)
                }
            }
        }
    }

    /// The request's idempotency key, or a generated one; nil if the request's is invalid.
    private func idempotencyKey(_ head: RequestHead, at time: Time) -> [UInt8]? {
        let given = head.withValue(of: .idempotencyKey) { value -> [UInt8]? in
            let isValid = (1...255).contains(value.count) && value.allSatisfy(Self.isVisible)
            return isValid ? Array(value) : nil
        }
        if let given { return given }
        return [UInt8](unsafeUninitializedCapacity: MessageIDGenerator.byteCount) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            ownKeys.next(now: time.wall, into: start)
            count = MessageIDGenerator.byteCount
        }
    }

    private static func isVisible(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }
}

extension UnsafeRawBufferPointer {
    /// The bytes of a range.
    fileprivate func part(_ range: ByteRange) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[range.start..<range.start + range.count])
    }
}
