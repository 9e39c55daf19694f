import Foundation

/// A scripted server on loopback, with one thread for each connection.
///
/// `@unchecked Sendable`: `lock` guards everything that its threads share.
final class ScriptedServer: @unchecked Sendable {
    struct Request: Sendable {
        /// The number of the connection, from 0, and of the request on it.
        var connection: Int
        var number: Int
        /// The head and the body, as received.
        var bytes: [UInt8]
        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    enum Step: Sendable {
        case send([UInt8])
        /// Sends byte by byte, each in its own packet.
        case drip([UInt8])
        /// Reads and drops a number of bytes.
        case read(Int)
        /// Closes with FIN.
        case close
        /// Closes with FIN; the code runs when the peer can see it.
        case closeAndThen(@Sendable () -> Void)
        /// Closes so that the peer's next receive fails.
        case reset
        /// Sends nothing until the peer closes.
        case silence
        /// Runs code, for tests that must know the server's progress.
        case run(@Sendable () -> Void)

        static func text(_ text: String) -> Step { .send(Array(text.utf8)) }
    }

    private let listener: Int32
    let port: Int
    private let lock = NSLock()
    private var open: Set<Int32> = []
    private var isStopped = false
    private var accepted = 0
    private var received: [Request] = []
    private let finished = DispatchGroup()

    var requests: [Request] { lock.withLock { received } }
    var connectionCount: Int { lock.withLock { accepted } }

    /// `greet` runs before a connection's first request is read, `script` for each request.
    init(
        greet: @escaping @Sendable (Int) -> [Step] = { _ in [] },
        script: @escaping @Sendable (Request) -> [Step]
    ) throws {
        (listener, port) = try Self.listen()
        run { [self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                if descriptor < 0 { return }
                guard let number = admit(descriptor) else { continue }
                run { [self] in
                    serve(descriptor, number: number, greet: greet, script: script)
                    _ = lock.withLock { self.open.remove(descriptor) }
                    Glibc.close(descriptor)
                }
            }
        }
    }

    /// Ends all threads and waits for them.
    func stop() {
        lock.withLock {
            if isStopped { return }
            isStopped = true
            shutdown(listener, Int32(SHUT_RDWR))
            for descriptor in open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
        finished.wait()
    }

    deinit { Glibc.close(listener) }

    private static func listen() throws -> (listener: Int32, port: Int) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && Glibc.listen(listener, 1024) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        if !isListening { throw POSIXError(.EADDRNOTAVAIL) }
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    private func admit(_ descriptor: Int32) -> Int? {
        lock.withLock {
            if isStopped {
                Glibc.close(descriptor)
                return nil
            }
            var on: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
            open.insert(descriptor)
            accepted += 1
            return accepted - 1
        }
    }

    private func run(_ body: @escaping @Sendable () -> Void) {
        finished.enter()
        let group = finished
        Thread.detachNewThread {
            body()
            group.leave()
        }
    }

    private func serve(
        _ descriptor: Int32, number: Int, greet: (Int) -> [Step], script: (Request) -> [Step]
    ) {
        guard perform(greet(number), on: descriptor) else { return }
        var unread: [UInt8] = []
        var count = 0
        while let bytes = readRequest(descriptor, &unread) {
            let request = Request(connection: number, number: count, bytes: bytes)
            count += 1
            lock.withLock { received.append(request) }
            guard perform(script(request), on: descriptor) else { return }
        }
    }

    /// Performs the steps and returns whether the connection stays open.
    private func perform(_ steps: [Step], on descriptor: Int32) -> Bool {
        for step in steps {
            switch step {
            case .send(let bytes):
                if !write(bytes, to: descriptor) { return false }
            case .drip(let bytes):
                for byte in bytes where !write([byte], to: descriptor) { return false }
            case .read(let count):
                var byte: UInt8 = 0
                for _ in 0..<count where recv(descriptor, &byte, 1, 0) <= 0 { return false }
            case .close:
                return false
            case .closeAndThen(let body):
                shutdown(descriptor, Int32(SHUT_RDWR))
                body()
                return false
            case .reset:
                var option = linger(l_onoff: 1, l_linger: 0)
                setsockopt(
                    descriptor, SOL_SOCKET, SO_LINGER, &option,
                    socklen_t(MemoryLayout<linger>.size))
                return false
            case .silence:
                var byte: UInt8 = 0
                while recv(descriptor, &byte, 1, 0) > 0 {}
                return false
            case .run(let body):
                body()
            }
        }
        return true
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(
                    descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    /// Reads the next whole request; nil at the end.
    private func readRequest(_ descriptor: Int32, _ unread: inout [UInt8]) -> [UInt8]? {
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        var length: Int?
        while true {
            // Once for each request: a large body arrives in many chunks.
            if length == nil { length = Self.requestLength(unread) }
            if let length, unread.count >= length {
                let request = Array(unread[..<length])
                unread.removeFirst(length)
                return request
            }
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count <= 0 { return nil }
            unread += chunk[..<count]
        }
    }

    /// Returns the length of the first request in `bytes`; nil while its head is incomplete.
    private static func requestLength(_ bytes: [UInt8]) -> Int? {
        guard let end = Data(bytes).range(of: Data("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        for line in head.components(separatedBy: "\r\n") where line.hasPrefix("Content-Length: ") {
            return Int(line.dropFirst(16)).map { end.upperBound + $0 }
        }
        return end.upperBound
    }
}

/// Responses in the API's form.
enum Canned {
    static func answer(
        _ status: Int, _ body: String, fields: [String] = []
    ) -> String {
        let lines = ["HTTP/1.1 \(status) X", "Content-Length: \(body.utf8.count)"] + fields
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    static func created(_ id: String = "m-1") -> String {
        answer(201, #"{"message":{"id":"\#(id)","status":"pending"}}"#)
    }
}
