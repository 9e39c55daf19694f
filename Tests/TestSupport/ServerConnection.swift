import Glibc

/// One connection of a loopback server: its bytes, and the steps of the reply under way.
final class ServerConnection {
    let descriptor: Int32
    private let number: Int
    private var input: [UInt8] = []
    private var steps: [Reply.Step] = []
    private var step = 0
    /// How many bytes of the current `write` are out.
    private var written = 0
    /// How many rounds of the current `writeRepeatedly` are out.
    private var rounds = 0
    private var isHanging = false
    /// After FIN: what still comes is dropped until the client closes too.
    private var isDraining = false
    private var peerClosed = false
    private var isHeadShown = false
    private(set) var isClosed = false
    /// When a pause ends, in monotonic nanoseconds; nil if there is none.
    private(set) var resumesAt: Int64?

    init(descriptor: Int32, number: Int) {
        self.descriptor = descriptor
        self.number = number
    }

    /// What `poll` shall watch it for.
    var events: Int16 {
        if resumesAt != nil { return 0 }
        let isWriting = step < steps.count && !isHanging && !isDraining
        return Int16(isWriting ? POLLIN | POLLOUT : POLLIN)
    }

    var isReadyForRequest: Bool { !isClosed && !isDraining && !isHanging && step == steps.count }

    /// Reads what is there. A client that closed or reset ends the connection, unless a reply is
    /// still to be written to one that closed its own half.
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

    /// A request cut out of what was read, or, with `early`, the first sight of its head.
    struct Taken {
        var request: Request
        /// Whether it was complete, and so was cut out.
        var isWhole: Bool
        /// Whether its head was given before.
        var wasShown: Bool
    }

    /// The next request; nil if there is no whole one, nor a new head to show.
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
            // The usual case: the bytes change hands without a copy.
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

    /// Goes through the steps as far as the socket and the clock let it.
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

    /// Whether all of `bytes` is out; false if the socket is full or gone.
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
