package import Delivery
package import Platform
package import Records
package import Time

/// The bytes of one message, borrowed for the length of a call.
package struct Message {
    /// Plain ASCII, validated.
    package var appID: UnsafeRawBufferPointer
    /// A JSON string literal, quotes included.
    package var eventType: UnsafeRawBufferPointer
    /// JSON text; nil if absent.
    package var payload: UnsafeRawBufferPointer?
    /// 1 to 255 visible ASCII characters.
    package var idempotencyKey: UnsafeRawBufferPointer
    /// What keeps the payload's bytes where they are for longer than the call; nil if they must be
    /// copied.
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
    /// The id that the destination gave the message, in `Destination.text(_:)`; nil if none.
    package var messageID: TextRange?
    /// The destination's own words about a refusal or failure, UTF-8, at most 200 characters, the
    /// key's bytes redacted; not yet escaped. nil if there are none.
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

/// A stretch of a destination's text storage, good until its next `wait`.
package struct TextRange: Hashable, Sendable {
    package var start: Int
    package var count: Int

    package init(start: Int, count: Int) {
        self.start = start
        self.count = count
    }
}

/// Where messages go: the API over connections, or the local store.
///
/// The caller numbers the messages that it holds by slots (0 and up, reused), loads each once,
/// starts an attempt of it as often as it likes (one at a time), and unloads it when its line is
/// finished. All calls come from one thread; only `wait` may block, and `abort` and `close` as long
/// as a transaction of the store takes, which runs on a thread of its own.
package protocol Destination: AnyObject {
    /// Copies the message, ready to be sent, into `slot`, which must be empty; keeps
    /// `payloadMemory` instead of a copy of the payload, if there is one.
    func load(_ message: Message, into slot: Int)

    /// Begins an attempt of the message in `slot`. Its end comes from a later `wait`.
    func start(slot: Int, now: Instant)

    /// Ends the attempt of `slot` at once: the caller has given it up, and `wait` reports nothing
    /// of it. Returns its end, which is `.aborted` unless a better one is known.
    func abort(slot: Int) -> AttemptEnd

    /// Forgets the message in `slot`, which must have no attempt under way.
    func unload(slot: Int)

    /// Moves what is under way along and appends what ended to `ends`; waits for the first end,
    /// for a descriptor of the caller's in the poller, or until `deadline` (nil: no deadline).
    /// The tokens of the caller's ready descriptors are appended to `ready`.
    func wait(until deadline: Instant?, ends: inout [AttemptEnd], ready: inout [UInt64])
        throws(DestinationError)

    /// The bytes of a range from an end since the last `wait` began; borrowed until the next `wait`
    /// or `abort`.
    func text(_ range: TextRange) -> UnsafeRawBufferPointer

    /// Closes connections or the database. Nothing may be under way.
    func close() throws(DestinationError)
}

/// A destination that can't go on: facts, no sentences.
package enum DestinationError: Error, Equatable {
    /// A system call failed.
    case system(call: String, errno: Int32)
    /// SQLite failed on `path`: its extended result code and its message.
    case sqlite(path: String, code: Int32, message: String)
    /// The database at `path` is not one of ours, or of a newer version.
    case notAStore(path: String, reason: String)
    /// libcurl is missing a feature or too old.
    case libcurl(reason: String)
    /// A setting that only the destination can judge (a certificate file, a proxy URL) is bad.
    case setting(flag: String, reason: String)

    package init(_ error: SystemError) {
        self = .system(call: error.call, errno: error.code)
    }

    /// The result of `body`, with a failure of the system as one of the destination.
    package static func system<Result: ~Copyable>(
        _ body: @autoclosure () throws(SystemError) -> Result
    ) throws(DestinationError) -> Result {
        do { return try body() } catch { throw DestinationError(error) }
    }
}
