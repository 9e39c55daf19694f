import CCurl
import Delivery
import Glibc
import HTTP
import Platform
import Time

/// A connection opened by libcurl; HTTP/1.1 over it is this program's own.
///
/// The object is reused: it keeps the easy handle and the parser's storage for the next
/// connection. Its generation keeps events of a former connection from reaching the current one.
final class APIConnection {
    enum State: Equatable {
        case closed
        case connecting
        case idle
        /// An exchange for the message in this slot is in flight.
        case busy(slot: Int)
    }

    /// The result of a send.
    enum SendProgress { case done, blocked, failed }
    /// The result of a receive.
    enum ReceiveProgress: Equatable { case bytes(Int), again, closed, pruned, failed }

    let index: Int
    /// The easy handle, in the multi handle while connecting or connected.
    private(set) var easy: OpaquePointer
    /// Whether the easy handle was left to the connector, so that the next connect needs another.
    private(set) var hasLeftHandle = false
    var state = State.closed
    /// The socket, owned by libcurl; -1 while closed.
    private(set) var descriptor: Int32 = -1
    private var generation: UInt64 = 0
    /// Whether bytes bypass libcurl: on a plaintext socket it only passes them on, at 8 % of a run.
    private var isDirect = false
    /// Whether the poller watches the descriptor.
    var isRegistered = false
    /// Unchecked like the destination's state: no call during an access touches it.
    @exclusivity(unchecked) var parser = ResponseParser()

    /// When the connect has taken too long.
    var connectDeadline = Instant(nanoseconds: 0)
    /// Whether libcurl was given more time for the connect than the settings allow.
    var hasMoreTime = false
    /// From when on no exchange may begin on the connection.
    var expiresAt = Instant(nanoseconds: .max)
    /// Whether an exchange before this one used the connection.
    private(set) var isReused = false
    private var wasUsed = false
    /// When the exchange began.
    private(set) var beganAt = Instant(nanoseconds: 0)
    /// The bytes of the request that have left.
    private var sent = 0
    /// Whether a byte of this exchange's request may have left.
    private(set) var requestBegan = false
    private(set) var isSending = false
    /// Whether a send failed; a response may still be readable.
    private(set) var sendFailed = false
    /// Whether the whole request has left.
    var isRequestWhole: Bool { !isSending && !sendFailed }
    /// Whether the response's head arrived before the whole request had left.
    var isResponseEarly = false
    /// How often libcurl has dropped this connection before its first use.
    var timesPruned = 0

    /// Whether libcurl may report that nothing is there although the socket has bytes.
    private let mayLeaveBytes: Bool

    private static let noSignal = Int32(MSG_NOSIGNAL)
    /// How often one receive may find such bytes, which a server could send without end. Arbitrary.
    private static let maxReceives = 64

    init(index: Int, easy: OpaquePointer, mayLeaveBytes: Bool) {
        self.index = index
        self.easy = easy
        self.mayLeaveBytes = mayLeaveBytes
    }

    /// 16 bits of index, 47 of generation; the caller's bit stays clear.
    var token: UInt64 { (generation << 16 | UInt64(index)) & ~Poller.callerBit }

    static func index(ofToken token: UInt64) -> Int { Int(token & 0xffff) }

    func becomeConnected(descriptor: Int32) {
        self.descriptor = descriptor
        generation &+= 1
        timesPruned = 0
        wasUsed = false
    }

    /// Sends and receives on the socket itself from now on. Call it only after libcurl received on
    /// the connection: until then libcurl may drop it.
    func bypassLibcurl() { isDirect = true }

    func becomeClosed() {
        descriptor = -1
        isDirect = false
        state = .closed
        parser.reset()
    }

    /// Leaves the easy handle to the connector.
    func leaveHandle() { hasLeftHandle = true }

    func replaceHandle(_ easy: OpaquePointer) {
        self.easy = easy
        hasLeftHandle = false
        hasMoreTime = false
    }

    /// Makes the connection idle and frees the memory of a large response.
    func park() {
        state = .idle
        parser.reset()
    }

    func beginExchange(slot: Int, now: Instant) {
        state = .busy(slot: slot)
        isReused = wasUsed
        wasUsed = true
        beganAt = now
        sent = 0
        requestBegan = false
        isSending = true
        sendFailed = false
        isResponseEarly = false
    }

    /// Sends as much of the remaining request as the socket accepts.
    func send(_ request: MessageSlot) -> SendProgress {
        while sent < request.count {
            let rest = request.unsentBytes(after: sent)
            if isDirect {
                let count = Glibc.send(descriptor, rest.baseAddress, rest.count, Self.noSignal)
                if count >= 0 {
                    requestBegan = true
                    sent += count
                } else if errno == EAGAIN {
                    requestBegan = true
                    return .blocked
                } else if errno != EINTR {
                    isSending = false
                    sendFailed = true
                    return .failed
                }
                continue
            }
            var count = 0
            let code = hb_curl_easy_send(easy, rest.baseAddress, rest.count, &count)
            if code == HB_CURLE_OK {
                requestBegan = true
                sent += count
            } else if code == HB_CURLE_AGAIN {
                // Over TLS a part may have left although the call says "again".
                requestBegan = true
                return .blocked
            } else {
                isSending = false
                sendFailed = true
                return .failed
            }
        }
        isSending = false
        return .done
    }

    func receive(into buffer: UnsafeMutableRawBufferPointer) -> ReceiveProgress {
        while isDirect {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count >= 0 { return count > 0 ? .bytes(count) : .closed }
            if errno == EAGAIN { return .again }
            if errno != EINTR { return .failed }
        }
        var count = 0
        var code = hb_curl_easy_recv(easy, buffer.baseAddress, buffer.count, &count)
        if code == HB_CURLE_AGAIN, mayLeaveBytes { code = receiveRest(into: buffer, &count) }
        switch code {
        case HB_CURLE_OK: return count > 0 ? .bytes(count) : .closed
        case HB_CURLE_AGAIN: return .again
        case HB_CURLE_UNSUPPORTED_PROTOCOL:
            // The number may be another connection's by now.
            descriptor = -1
            return .pruned
        default: return .failed
        }
    }

    /// Receives until libcurl has bytes or the socket has none, since its readiness is reported only
    /// once. Returns libcurl's code.
    @inline(never)
    private func receiveRest(
        into buffer: UnsafeMutableRawBufferPointer, _ count: inout Int
    ) -> Int32 {
        for _ in 0..<Self.maxReceives {
            var byte: UInt8 = 0
            // An end of the stream must be received too.
            if recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) < 0 {
                break
            }
            let code = hb_curl_easy_recv(easy, buffer.baseAddress, buffer.count, &count)
            if code != HB_CURLE_AGAIN { return code }
        }
        return HB_CURLE_AGAIN
    }
}
