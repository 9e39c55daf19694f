import Delivery
import Destinations
import Glibc
import HTTP
import Platform
import Time

/// A client's connection: its unanswered bytes and its unsent responses.
final class Connection {
    /// The event that the deadline limits.
    enum Waiting: Hashable {
        /// The first byte of a request.
        case request
        /// The rest of a request.
        case rest
        /// The time to send a delayed response.
        case release
        /// Progress of the client in reading a response.
        case taking
        /// The client's end of stream, after ours.
        case end
    }

    /// Maximum unsent bytes; above it, further requests wait.
    static let fullOutput = 64 * 1024
    /// Larger storage is released when it is empty.
    private static let keptBytes = 16 * 1024

    private static let noSignal = Int32(MSG_NOSIGNAL)

    let descriptor: Int32
    /// Its token in the poller.
    let token: UInt64
    /// Its number in the order of accepts.
    let serial: UInt64
    var parser: RequestParser
    /// Bytes after the last parsed request, which wait until its response is sent.
    private(set) var pending: [UInt8] = []
    private(set) var pendingStart = 0
    var output: [UInt8] = []
    private(set) var written = 0

    var interest: Poller.Interest = []
    var waiting = Waiting.request
    var deadline: Instant
    /// Whether a request was completed since the deadline was set.
    var deadlineIsStale = false
    /// When the responses in `output` may be sent; nil: now.
    var heldUntil: Instant?
    /// Offset in `output` of the responses that wait for a commit.
    var firstUncommitted: Int?
    /// Whether a request had the right key.
    var isProven = false
    /// Whether the head of the current request was checked.
    var headWasSeen = false
    /// Whether the client has closed its direction.
    var inputHasEnded = false
    /// Whether it closes after its output is sent.
    var closesAfterOutput = false
    /// Whether it closes now, with a reset.
    var resets = false
    /// Whether our direction is closed and received bytes are dropped.
    var isLingering = false
    /// Whether it was removed from the table.
    var isClosed = false
    /// Whether it is listed for this turn.
    var isTouched = false
    /// The bytes last counted for it in the server's memory.
    var countedBytes = 0

    init(
        descriptor: Int32, token: UInt64, serial: UInt64, limits: RequestLimits, deadline: Instant
    ) {
        self.descriptor = descriptor
        self.token = token
        self.serial = serial
        parser = RequestParser(limits: limits)
        self.deadline = deadline
    }

    /// Whether another request may be parsed: there is room for its response.
    var takesRequests: Bool {
        !closesAfterOutput && !resets && !isLingering && heldUntil == nil
            && unsentBytes < Self.fullOutput
    }

    var unsentBytes: Int { output.count - written }
    var hasPending: Bool { pendingStart < pending.count }

    /// Whether it has neither a partial request nor unsent bytes.
    var isIdle: Bool { !parser.hasStarted && !hasPending && unsentBytes == 0 }

    /// Its bytes in memory.
    var heldBytes: Int { parser.body(\.count) + pending.count + output.count }

    func keep(_ rest: UnsafeRawBufferPointer) {
        pending.append(contentsOf: rest)
    }

    /// Calls `use` with the pending bytes; it returns the number of consumed bytes.
    func takePending(_ use: (UnsafeRawBufferPointer) -> Int) {
        // Moved out meanwhile, so that `use` may access the connection.
        var bytes: [UInt8] = []
        swap(&bytes, &pending)
        pendingStart += bytes.withUnsafeBytes {
            use(UnsafeRawBufferPointer(rebasing: $0[pendingStart...]))
        }
        swap(&bytes, &pending)
        if pendingStart == pending.count { dropPending() }
    }

    func dropPending() {
        pending.removeAll(keepingCapacity: pending.capacity <= Self.keptBytes)
        pendingStart = 0
    }

    /// Sends as much as the socket accepts; returns the number of bytes, nil on failure.
    func send() -> Int? {
        var sent = 0
        while unsentBytes > 0 {
            let count = output.withUnsafeBytes { bytes in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
                return Glibc.send(descriptor, rest.baseAddress, rest.count, Self.noSignal)
            }
            if count < 0 {
                if errno == EINTR { continue }
                guard errno == EAGAIN else { return nil }
                dropWritten()
                return sent
            }
            written += count
            sent += count
        }
        output.removeAll(keepingCapacity: output.capacity <= Self.keptBytes)
        written = 0
        return sent
    }

    /// Removes sent bytes: a client that never reads everything must not make the buffer grow.
    private func dropWritten() {
        precondition(firstUncommitted == nil, "answers went out before their commit")
        guard written >= Self.fullOutput else { return }
        output.removeFirst(written)
        written = 0
    }

    /// Removes the output after its first `count` bytes.
    func truncateOutput(to count: Int) {
        precondition(count >= written, "sent bytes can't be removed")
        output.removeLast(output.count - count)
    }
}
