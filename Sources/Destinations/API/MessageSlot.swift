import Delivery
import Glibc
import Records
import Time

/// One message held for sending: its whole request, rendered, and its attempt.
///
/// The request lies in malloc'd memory and does not move while it is loaded: a TLS send that must
/// be repeated has to be repeated with the same pointer, length and bytes. A large payload stays in
/// the memory that it came in, and stands between two stretches of what is rendered.
struct MessageSlot {
    /// Where the attempt stands.
    enum Attempt: Equatable {
        case none
        case waitsForConnection
        case onConnection(Int)
    }

    private var rendered: UnsafeMutableRawPointer?
    private var capacity = 0
    /// The length of what is rendered; 0 if nothing is loaded.
    private var renderedCount = 0
    /// How much of it comes before the payload; all of it if the payload is rendered too.
    private var before = 0
    /// The payload, if it is not rendered, and what keeps it.
    private var payload = UnsafeRawBufferPointer(start: nil, count: 0)
    private var payloadMemory: RecordMemory?
    var attempt = Attempt.none
    /// When the attempt times out.
    var deadline = Instant(nanoseconds: 0)

    /// An empty slot keeps a buffer of up to this size: enough for most requests, little enough for
    /// thousands of slots.
    private static let keptBytes = 2048
    /// Those that are kept are a multiple of this, so that one soon fits every usual request.
    private static let step = 512

    var isLoaded: Bool { renderedCount > 0 }
    /// The request's length in bytes.
    var count: Int { renderedCount + payload.count }

    /// What follows the first `sent` bytes of the request, as far as it lies in one piece; empty
    /// at its end.
    @inline(__always)
    func unsentBytes(after sent: Int) -> UnsafeRawBufferPointer {
        if sent < before { return piece(sent, before) }
        if sent - before < payload.count {
            return UnsafeRawBufferPointer(rebasing: payload[(sent - before)...])
        }
        return piece(sent - payload.count, renderedCount)
    }

    private func piece(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: rendered.map { $0 + start }, count: end - start)
    }

    /// Notes that `payload`, which `memory` keeps, comes after the first `before` bytes.
    mutating func insert(
        _ payload: UnsafeRawBufferPointer, keptBy memory: RecordMemory, after before: Int
    ) {
        precondition(isLoaded && before <= renderedCount, "a payload without its request")
        self.payload = payload
        payloadMemory = memory
        self.before = before
    }

    /// Takes memory for exactly `bytes` bytes and returns it, to be filled with the request.
    mutating func prepare(bytes: Int) -> UnsafeMutableRawBufferPointer {
        precondition(!isLoaded, "a message loaded into a slot that holds one")
        precondition(bytes > 0, "a request without bytes")
        if capacity < bytes {
            release()
            let steps = (bytes + Self.step - 1) / Self.step
            capacity = bytes <= Self.keptBytes ? steps * Self.step : bytes
            rendered = malloc(capacity)
            precondition(rendered != nil, "out of memory")
        }
        renderedCount = bytes
        before = bytes
        return UnsafeMutableRawBufferPointer(start: rendered, count: bytes)
    }

    /// Forgets the message. A large buffer goes back to the system.
    mutating func clear() {
        precondition(attempt == .none, "a message forgotten during its attempt")
        forget()
        if capacity > Self.keptBytes { release() }
    }

    /// Frees the memory.
    mutating func release() {
        forget()
        free(rendered)
        rendered = nil
        capacity = 0
    }

    private mutating func forget() {
        renderedCount = 0
        before = 0
        payload = UnsafeRawBufferPointer(start: nil, count: 0)
        payloadMemory = nil
    }
}
