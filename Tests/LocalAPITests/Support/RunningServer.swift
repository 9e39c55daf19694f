import Destinations
import Foundation
import Glibc
import LocalAPI
import TestSupport

/// A server on its own thread, stopped when the value is released.
final class RunningServer: Sendable {
    /// The thread's reports.
    private struct State: Sendable {
        var port: UInt16?
        var counts: ServerCounts?
        var failures = 0
    }

    let folder: TemporaryFolder
    private let state = Monitor(State())
    /// The ends of the pipe that stops the server.
    private let stopEnds: (reading: Int32, writing: Int32)

    /// - Parameters:
    ///   - committed: runs on the server's thread after each commit of messages.
    ///   - prepare: runs on the server's thread with its store, before the server listens.
    init(
        settings: ServerSettings = ServerSettings(), faults: FaultSettings = FaultSettings(),
        committed: @escaping @Sendable () -> Void = {},
        prepare: @escaping @Sendable (Store) throws -> Void = { _ in }
    ) throws {
        folder = try TemporaryFolder("local-server")
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "no pipe")
        stopEnds = (ends[0], ends[1])
        let (path, reading, state) = (folder.path("test.db"), ends[0], state)
        Thread.detachNewThread {
            do {
                let store = try Store(path: path, knownAppsOnly: false)
                try prepare(store)
                guard let address = ListenAddress(text: "127.0.0.1:0") else { return }
                let server = try LocalServer(
                    store: store, address: address, key: Array(PureAPI.key.utf8), faults: faults,
                    settings: settings, storeFailed: { _ in state.update { $0.failures += 1 } })
                server.committed = committed
                let port = server.address.port
                state.update { $0.port = port }
                let counts = try server.run(stop: reading) {
                    var byte: UInt8 = 0
                    return read(reading, &byte, 1) == 1
                }
                state.update { $0.counts = counts }
            } catch {
                preconditionFailure("the server failed: \(error)")
            }
        }
        precondition(
            state.wait { $0.port != nil }, "the server did not start")
    }

    deinit {
        stop()
        _ = state.wait { $0.counts != nil }
        close(stopEnds.reading)
        close(stopEnds.writing)
    }

    /// Tells the server to stop and returns at once.
    func stop() {
        var byte: UInt8 = 0
        _ = write(stopEnds.writing, &byte, 1)
    }

    /// Waits for the server's end.
    func waitForEnd() -> ServerCounts? {
        _ = state.wait { $0.counts != nil }
        return state.read(\.counts)
    }

    /// The number of reported failures of the store.
    var failures: Int { state.read(\.failures) }

    func connect() throws -> Client {
        guard let port = state.read(\.port) else { preconditionFailure("no port") }
        return Client(try loopbackConnection(to: port))
    }

    /// Counts the messages in the store's file.
    func messageCount() throws -> Int {
        try StoreCatalog(path: folder.path("test.db"), creates: false)
            .count(.messages, StoreFilter())
    }
}

/// A blocking connection to a server, with a timeout of a minute for reads.
final class Client {
    let descriptor: Int32
    private var received: [UInt8] = []

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends all bytes, unless the server has closed the connection.
    func send(_ bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    func send(_ text: String) { send(text.utf8) }

    /// Closes the sending direction.
    func endInput() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads the next response; nil if the connection ends before it is complete.
    func answer() -> Response? {
        while true {
            if let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = Response(Array(received[..<end.upperBound]))
                let length = Int(head.fields["content-length"] ?? "0") ?? 0
                if received.count >= end.upperBound + length {
                    let answer = Response(Array(received[..<(end.upperBound + length)]))
                    received.removeFirst(end.upperBound + length)
                    return answer
                }
            }
            guard case .bytes = receive() else { return nil }
        }
    }

    enum End: Equatable {
        case closed
        case reset
        case silent
    }

    /// Waits for the connection's end and returns it with the bytes not yet read as a response.
    func end() -> (End, [UInt8]) {
        while true {
            switch receive() {
            case .bytes: continue
            case .ended(let end): return (end, received)
            }
        }
    }

    private enum Received {
        case bytes
        case ended(End)
    }

    private func receive() -> Received {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 {
            received += buffer[..<count]
            return .bytes
        }
        if count == 0 { return .ended(.closed) }
        return .ended(errno == ECONNRESET ? .reset : .silent)
    }
}
