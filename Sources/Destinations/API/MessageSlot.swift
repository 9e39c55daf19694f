import Delivery
import Glibc

/// One message held for sending: its whole request, rendered, and its attempt.
///
/// The request lies in malloc'd memory and does not move while it is loaded: a TLS send that must
/// be repeated has to be repeated with the same pointer, length and bytes.
struct MessageSlot {
    /// Where the attempt stands.
    enum Attempt: Equatable {
        case none
        case waitsForConnection
        case onConnection(Int)
    }

    private(set) var request: UnsafeMutableRawPointer?
    private var capacity = 0
    /// The request's length in bytes; 0 if nothing is loaded.
    private(set) var count = 0
    var attempt = Attempt.none
    /// When the attempt times out.
    var deadline = Instant(nanoseconds: 0)

    /// An empty slot keeps a buffer of this size: enough for most requests, little enough for
    /// thousands of slots.
    private static let keptBytes = 4096

    var isLoaded: Bool { count > 0 }
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: request, count: count) }

    /// Takes memory for a request of exactly `bytes` bytes and returns it, to be filled.
    mutating func prepare(bytes: Int) -> UnsafeMutableRawBufferPointer {
        precondition(!isLoaded, "a message loaded into a slot that holds one")
        precondition(bytes > 0, "a request without bytes")
        if capacity < bytes {
            release()
            capacity = max(bytes, Self.keptBytes)
            request = malloc(capacity)
            precondition(request != nil, "out of memory")
        }
        count = bytes
        return UnsafeMutableRawBufferPointer(start: request, count: bytes)
    }

    /// Forgets the message. A large buffer goes back to the system.
    mutating func clear() {
        precondition(attempt == .none, "a message forgotten during its attempt")
        count = 0
        if capacity > Self.keptBytes { release() }
    }

    /// Frees the memory.
    mutating func release() {
        free(request)
        request = nil
        capacity = 0
        count = 0
    }
}
