import Delivery
import Glibc
import Records

/// A message to be sent: its rendered request.
///
/// The request does not move while it is loaded: a TLS send must be repeated with the same pointer,
/// length and bytes. A large payload stays in the memory it was read into, and its bytes are sent
/// between the two rendered parts.
struct MessageSlot {
    private var rendered: UnsafeMutableRawPointer?
    private var capacity = 0
    /// The length of the rendered bytes; 0 if no message is loaded.
    private var renderedCount = 0
    /// The length of the rendered bytes before the payload; all if the payload is rendered too.
    private var before = 0
    /// The payload, if it is not rendered, and the memory that owns it.
    private var payload = UnsafeRawBufferPointer(start: nil, count: 0)
    private var payloadMemory: RecordMemory?

    /// The largest buffer that an empty slot keeps: enough for most requests, and small enough for
    /// thousands of slots.
    private static let keptBytes = 2048
    /// Kept buffers are multiples of this size, so that one soon fits every usual request.
    private static let step = 512

    var isLoaded: Bool { renderedCount > 0 }
    /// The request's length in bytes.
    var count: Int { renderedCount + payload.count }

    /// The contiguous bytes after the first `sent` bytes of the request; empty at its end.
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

    /// Inserts a payload owned by `memory` after the first `before` rendered bytes.
    mutating func insert(
        _ payload: UnsafeRawBufferPointer, keptBy memory: RecordMemory, after before: Int
    ) {
        precondition(isLoaded && before <= renderedCount, "a payload without its request")
        self.payload = payload
        payloadMemory = memory
        self.before = before
    }

    /// Returns memory of exactly `bytes` bytes for the request.
    mutating func prepare(bytes: Int) -> UnsafeMutableRawBufferPointer {
        precondition(!isLoaded, "the slot already has a message")
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

    /// The rendered bytes; none if no message is loaded.
    var renderedBytes: UnsafeRawBufferPointer { piece(0, renderedCount) }

    /// Replaces rendered bytes before the payload.
    ///
    /// The request moves, so that no part of it may have been sent.
    mutating func replace(_ range: Range<Int>, by bytes: [UInt8]) {
        precondition(range.upperBound <= before, "a replacement within the payload")
        let old = renderedBytes
        let whole = Array(old[..<range.lowerBound]) + bytes + Array(old[range.upperBound...])
        let (payload, memory) = (payload, payloadMemory)
        let before = before + bytes.count - range.count
        forget()
        prepare(bytes: whole.count).copyBytes(from: whole)
        if let memory { insert(payload, keptBy: memory, after: before) }
    }

    /// Removes the message and frees a large buffer.
    mutating func clear() {
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
