import Delivery
import Destinations
import Glibc
import HTTP
import Platform
import Time

/// One client's connection: what has come and is not answered yet, and what is still to go out.
final class Connection {
    /// What the connection's deadline is for.
    enum Waiting: Hashable {
        /// The first byte of a request.
        case request
        /// The rest of a request.
        case rest
        /// The time at which a held response goes out.
        case release
        /// The client to take more of a response.
        case taking
        /// The client's end of the connection, after ours.
        case end
    }

    /// Unsent bytes above this keep further requests waiting.
    static let fullOutput = 64 * 1024
    /// Larger storage is released when it is empty.
    private static let keptBytes = 16 * 1024

    private static let noSignal = Int32(MSG_NOSIGNAL)

    let descriptor: Int32
    /// What the poller knows it by.
    let token: UInt64
    /// Counts up over all connections: the order in which they came.
    let serial: UInt64
    var parser: RequestParser
    /// Bytes after the last request that was read, which wait for its response to go out.
    private(set) var pending: [UInt8] = []
    private(set) var pendingStart = 0
    var output: [UInt8] = []
    private(set) var written = 0

    var interest: Poller.Interest = []
    var waiting = Waiting.request
    var deadline: Instant
    /// Whether a request was completed since the deadline was set.
    var deadlineIsStale = false
    /// When the responses in `output` may go out; nil: at once.
    var heldUntil: Instant?
    /// Where in `output` the responses begin that hold only after a commit.
    var firstUncommitted: Int?
    /// Whether a request with the right key has come over it.
    var isProven = false
    /// Whether the head of the request in flight has been looked at.
    var headWasSeen = false
    /// Whether the client sends nothing more.
    var inputHasEnded = false
    /// Whether the connection ends once the output is out.
    var closesAfterOutput = false
    /// Whether it ends at once, with a reset.
    var resets = false
    /// Whether our end is closed, and what still comes is dropped.
    var isLingering = false
    /// Whether it has gone from the table.
    var isClosed = false
    /// Whether it is in the list of this turn's connections.
    var isTouched = false
    /// What of the server's memory it was last counted with.
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

    /// Whether another request may be read: its response would find room, and go out in its turn.
    var takesRequests: Bool {
        !closesAfterOutput && !resets && !isLingering && heldUntil == nil
            && unsentBytes < Self.fullOutput
    }

    var unsentBytes: Int { output.count - written }
    var hasPending: Bool { pendingStart < pending.count }

    /// Whether nothing of a request has come and nothing is to go out.
    var isIdle: Bool { !parser.hasStarted && !hasPending && unsentBytes == 0 }

    /// The bytes that it holds.
    var heldBytes: Int { parser.body(\.count) + pending.count + output.count }

    func keep(_ rest: UnsafeRawBufferPointer) {
        pending.append(contentsOf: rest)
    }

    /// Lends what is pending; `use` returns how much of it is done with.
    func takePending(_ use: (UnsafeRawBufferPointer) -> Int) {
        // Taken out for the time, so that `use` may look at the connection.
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

    /// Sends what the socket takes. Returns the number of bytes that went; nil if the connection is
    /// broken.
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

    /// Lets what has gone out go: a client that always leaves a rest must not make it pile up.
    private func dropWritten() {
        precondition(firstUncommitted == nil, "answers went out before their commit")
        guard written >= Self.fullOutput else { return }
        output.removeFirst(written)
        written = 0
    }

    /// Takes back what was appended since the output had `count` bytes.
    func truncateOutput(to count: Int) {
        precondition(count >= written, "what has gone out can't be taken back")
        output.removeLast(output.count - count)
    }
}
