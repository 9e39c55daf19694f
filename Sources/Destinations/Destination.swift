package import Delivery
package import Platform
package import Records
package import Time

/// The bytes of a message, borrowed for one call.
package struct Message {
    /// Plain ASCII, validated.
    package var appID: UnsafeRawBufferPointer
    /// A JSON string literal, quotes included.
    package var eventType: UnsafeRawBufferPointer
    /// JSON text; nil if absent.
    package var payload: UnsafeRawBufferPointer?
    /// 1 to 255 visible ASCII characters.
    package var idempotencyKey: UnsafeRawBufferPointer
    /// The owner of the payload's bytes after the call; nil if they must be copied.
    package var payloadMemory: RecordMemory?

    package init(
        appID: UnsafeRawBufferPointer, eventType: UnsafeRawBufferPointer,
        payload: UnsafeRawBufferPointer?, idempotencyKey: UnsafeRawBufferPointer,
        payloadMemory: RecordMemory? = nil
    ) {
        self.appID = appID
        self.eventType = eventType
        self.payload = payload
        self.idempotencyKey = idempotencyKey
        self.payloadMemory = payloadMemory
    }
}

/// The end of one attempt, as `Destination.wait` reports it.
package struct AttemptEnd {
    /// The slot given to `start`.
    package var slot: Int
    package var result: AttemptResult
    /// The destination's id of the message, for `Destination.text(_:)`; nil if none or if it
    /// contains the key.
    package var messageID: TextRange?
    /// The destination's message about a refusal or failure; nil if none. UTF-8, at most 200
    /// characters, without the key, not escaped.
    package var detail: TextRange?

    package init(
        slot: Int, result: AttemptResult, messageID: TextRange? = nil, detail: TextRange? = nil
    ) {
        self.slot = slot
        self.result = result
        self.messageID = messageID
        self.detail = detail
    }
}

/// A range of a destination's text storage, valid until its next `wait`.
package struct TextRange: Hashable, Sendable {
    package var start: Int
    package var count: Int

    package init(start: Int, count: Int) {
        self.start = start
        self.count = count
    }
}

/// The receiver of messages: the API or the local store.
///
/// The caller numbers messages by slots (from 0, reused). It loads each once, starts any number of
/// attempts, one at a time, and unloads it when its line is finished. An attempt for which no
/// connection is ready begins with `connect`, and its request leaves after `send`.
///
/// All calls come from one thread. Only `wait` blocks, and `abort` and `close` for at most a
/// transaction of the store.
package protocol Destination: AnyObject {
    /// Copies the message into `slot`, which must be empty. With `payloadMemory`, keeps that
    /// instead of copying the payload.
    func load(_ message: Message, into slot: Int)

    /// How many more attempts `start` gives a connection at once.
    var connectionsReady: Int { get }

    /// Starts an attempt of the message in `slot`. A later `wait` reports its end.
    func start(slot: Int, now: Instant)

    /// Starts an attempt whose request may not leave yet. `nextConnected` returns the slot when there
    /// is a connection for it; `wait` may report its end before.
    func connect(slot: Int, now: Instant)

    /// Returns an attempt begun by `connect` for which the last `wait` had a connection, each once.
    func nextConnected() -> Int?

    /// Lets the request of an attempt leave that `nextConnected` has returned.
    func send(slot: Int, now: Instant)

    /// Ends the attempt of `slot` at once; `wait` does not report it.
    ///
    /// Returns its end, which is `.aborted` unless its result is already known.
    func abort(slot: Int) -> AttemptEnd

    /// Removes the message in `slot`, which must have no attempt in flight.
    func unload(slot: Int)

    /// Advances the attempts in flight and appends those that ended to `ends`.
    ///
    /// Waits for the first end, for a ready descriptor of the caller in the poller, or until
    /// `deadline` (nil: none). Appends the tokens of the caller's ready descriptors to `ready`.
    func wait(until deadline: Instant?, ends: inout [AttemptEnd], ready: inout [UInt64])
        throws(DestinationError)

    /// The bytes of a range, borrowed until the next `wait` or `abort`.
    func text(_ range: TextRange) -> UnsafeRawBufferPointer

    /// The cause of the last connect that failed; nil if none has.
    var lastConnectFailure: ConnectFailure? { get }

    /// Uses another API key for all attempts from now on, also of loaded messages.
    ///
    /// No request may be in flight. The old key is still kept out of all texts.
    func replace(key: [UInt8])

    /// Closes connections or the database. No attempt may be in flight.
    func close() throws(DestinationError)
}

/// The behavior of a destination without connections: every request may leave at once.
extension Destination {
    package var connectionsReady: Int { .max }

    package func connect(slot: Int, now: Instant) {
        preconditionFailure("a destination without connections waits for one")
    }

    package func nextConnected() -> Int? { nil }

    package func send(slot: Int, now: Instant) {
        preconditionFailure("a destination without connections waited for one")
    }
}

extension Destination {
    package func replace(key: [UInt8]) {
        preconditionFailure("a destination without a key gets another one")
    }

    package var lastConnectFailure: ConnectFailure? { nil }

    /// The bytes of an optional range.
    package func text(_ range: TextRange?) -> UnsafeRawBufferPointer? {
        guard let range else { return nil }
        return text(range)
    }
}

/// The failure of a destination as a whole: facts, no sentences.
package enum DestinationError: Error, Equatable {
    /// A system call failed.
    case system(call: String, errno: Int32)
    /// The report of attempts can't be written.
    case report(SystemError)
    /// SQLite failed on `path`: its extended result code and its message.
    case sqlite(path: String, code: Int32, message: String)
    /// The database at `path` is not one of ours, or of a newer version.
    case notAStore(path: String, reason: String)
    /// A file of a store, at `path`, is another user's or can be read by others.
    case unsafeFile(path: String, FileHazard)
    /// SQLite is missing or too old.
    case sqliteLibrary(reason: String)
    /// libcurl is missing, too old, or lacks a feature.
    case libcurl(reason: String)
    /// A setting that only the destination can judge is invalid: a certificate file, a proxy URL.
    case setting(flag: String, reason: String)

    /// Converts the failure of a system call.
    package init(_ error: SystemError) {
        self = .system(call: error.call, errno: error.code)
    }

    /// Runs `body` and converts its error.
    package static func system<Result: ~Copyable>(
        _ body: @autoclosure () throws(SystemError) -> Result
    ) throws(DestinationError) -> Result {
        do { return try body() } catch { throw DestinationError(error) }
    }
}
