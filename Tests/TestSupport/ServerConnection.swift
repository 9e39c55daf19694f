import Glibc

/// One connection of a loopback server, with its bytes and the steps of the current reply.
final class ServerConnection {
    let descriptor: Int32
    private let number: Int
    private var input: [UInt8] = []
    private var steps: [Reply.Step] = []
    private var step = 0
    /// Sent bytes of the current `write`.
    private var written = 0
    /// Sent rounds of the current `writeRepeatedly`.
    private var rounds = 0
    private var isHanging = false
    /// Whether FIN was sent: further bytes are dropped until the client closes too.
    private var isDraining = false
    private var peerClosed = false
    private var isHeadShown = false
    private(set) var isClosed = false
    /// The end of a pause, in monotonic nanoseconds; nil without a pause.
    private(set) var resumesAt: Int64?

    init(descriptor: Int32, number: Int) {
        self.descriptor = descriptor
        self.number = number
    }

    /// The events to poll for.
    var events: Int16 {
        if resumesAt != nil { return 0 }
        let isWriting = step < steps.count && !isHanging && !isDraining
        return Int16(isWriting ? POLLIN | POLLOUT : POLLIN)
    }

    var isReadyForRequest: Bool { !isClosed && !isDraining && !isHanging && step == steps.count }

    /// Reads all available bytes.
    ///
    /// A close or reset by the client ends the connection, unless the client closed only its half
    /// and a reply is still to be written.
    func read() {
        guard !isClosed, resumesAt == nil else { return }
        let size = 64 << 10
        while true {
            let count = withUnsafeTemporaryAllocation(byteCount: size, alignment: 1) { buffer in
                let count = recv(descriptor, buffer.baseAddress, size, 0)
                if count > 0, !isDraining, !isHanging {
                    input.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                }
                return count
            }
            if count == size { continue }
            if count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR)) { return }
            peerClosed = true
            if count < 0 || step == steps.count || isDraining || isHanging { closeNow() }
            return
        }
    }

    /// A request taken from the input, or, with `early`, its head alone.
    struct Taken {
        var request: Request
        /// Whether it was complete and was removed from the input.
        var isWhole: Bool
        /// Whether its head was returned before.
        var wasShown: Bool
    }

    /// Returns the next request; nil without a whole one or a new head.
    func takeRequest(early: Bool) -> Taken? {
        guard !input.isEmpty else { return nil }
        guard let frame = input.withUnsafeBytes({ RequestFrame($0) }) else { return nil }
        let total = frame.headBytes + frame.bodyBytes
        let isWhole = input.count >= total
        guard isWhole || (early && !isHeadShown) else { return nil }
        var request = Request(
            number: 0, connection: number, arrivedNanoseconds: monotonicNanoseconds(), raw: [],
            bodyStart: frame.headBytes, idempotencyKey: frame.key)
        let wasShown = isHeadShown
        isHeadShown = !isWhole
        if !isWhole {
            request.raw = input
        } else if input.count == total {
            // The usual case: the bytes move without a copy.
            swap(&request.raw, &input)
        } else {
            request.raw = [UInt8](input[..<total])
            input.removeFirst(total)
        }
        return Taken(request: request, isWhole: isWhole, wasShown: wasShown)
    }

    func start(_ steps: [Reply.Step]) {
        self.steps = steps
        step = 0
        written = 0
        rounds = 0
    }

    /// Performs the steps as far as the socket and the clock allow.
    func advance() {
        if let time = resumesAt {
            guard monotonicNanoseconds() >= time else { return }
            resumesAt = nil
            step += 1
        }
        while !isClosed, !isHanging, !isDraining, step < steps.count {
            switch steps[step] {
            case .write(let bytes):
                guard write(bytes) else { return }
            case .writeRepeatedly(let bytes, let times):
                while rounds < times {
                    guard write(bytes) else { return }
                    rounds += 1
                }
                rounds = 0
            case .pause(let time):
                let parts = time.components
                resumesAt =
                    monotonicNanoseconds() + parts.seconds * 1_000_000_000
                    + parts.attoseconds / 1_000_000_000
                return
            case .hang:
                isHanging = true
                return
            case .close:
                shutdown(descriptor, Int32(SHUT_WR))
                isDraining = true
                if peerClosed { closeNow() }
                return
            case .reset:
                Socket.reset(descriptor)
                isClosed = true
                return
            }
            step += 1
        }
        if peerClosed, step == steps.count { closeNow() }
    }

    func closeNow() {
        guard !isClosed else { return }
        isClosed = true
        close(descriptor)
    }

    /// Sends the rest of `bytes`; false if the socket is full or closed.
    private func write(_ bytes: [UInt8]) -> Bool {
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Socket.send(descriptor, UnsafeRawBufferPointer(rebasing: $0[written...]))
            }
            if count > 0 {
                written += count
            } else if errno == EAGAIN || errno == EINTR {
                return false
            } else {
                closeNow()
                return false
            }
        }
        written = 0
        return true
    }
}
