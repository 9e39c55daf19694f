import CTestPosix

import Glibc

/// Socket and pipe calls for the tests' servers and programs.
enum Socket {
    /// Close-on-exec from the start: another thread may spawn a child at any time.
    private static let stream = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)

    /// Opens a close-on-exec socket that listens on a port of 127.0.0.1; a free one for 0.
    ///
    /// - Parameter host: The last part of the address, other than 1.
    static func listener(port: UInt16 = 0, host: UInt8 = 1) throws(SystemFailure) -> Int32 {
        let descriptor = try placeholder(port: port, host: host)
        guard listen(descriptor, 1024) == 0 else {
            let failure = SystemFailure("listen on 127.0.0.1")
            close(descriptor)
            throw failure
        }
        return descriptor
    }

    /// Opens a socket that reserves a port without listening.
    ///
    /// It shares the port with a listener of this process. Without a listener, connections are
    /// refused.
    static func placeholder(port: UInt16, host: UInt8 = 1) throws(SystemFailure) -> Int32 {
        let descriptor = socket(AF_INET, stream, 0)
        guard descriptor >= 0 else { throw SystemFailure("socket") }
        closeInChildren(descriptor)
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = loopback(port: port, host: host)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0 else {
            let failure = SystemFailure("bind to 127.0.0.1")
            close(descriptor)
            throw failure
        }
        return descriptor
    }

    /// Opens a blocking connection to a port of 127.0.0.1.
    static func connection(to port: UInt16) throws(SystemFailure) -> Int32 {
        let descriptor = socket(AF_INET, stream, 0)
        guard descriptor >= 0 else { throw SystemFailure("socket") }
        closeInChildren(descriptor)
        var address = loopback(port: port)
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            let failure = SystemFailure("connect")
            close(descriptor)
            throw failure
        }
        return descriptor
    }

    /// Accepts the next waiting connection of a non-blocking listener; nil without one.
    static func accepted(from listener: Int32) -> Int32? {
        let descriptor = test_accept_cloexec(listener)
        return descriptor < 0 ? nil : descriptor
    }

    /// Opens a close-on-exec pipe and returns its ends.
    static func pipeEnds() throws(SystemFailure) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard test_pipe_cloexec(&ends) == 0 else { throw SystemFailure("pipe") }
        return (ends[0], ends[1])
    }

    static func port(of descriptor: Int32) -> UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let known = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &size)
            }
        }
        precondition(known == 0, "a socket that listens has an address")
        return UInt16(bigEndian: address.sin_port)
    }

    static func closeInChildren(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    static func makeNonBlocking(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    /// Makes the socket send small pieces at once instead of waiting for more.
    static func disableDelay(_ descriptor: Int32) {
        var on: Int32 = 1
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Closes with RST instead of FIN.
    static func reset(_ descriptor: Int32) {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        close(descriptor)
    }

    /// Sends without SIGPIPE; returns the count, or -1 with `errno`.
    static func send(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private static func loopback(port: UInt16, host: UInt8 = 1) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = (0x7F00_0000 | UInt32(host)).bigEndian
        return address
    }
}

/// A close-on-exec pipe, closed on release. `poke` wakes a `poll` on its reading end.
final class Pipe: Sendable {
    let readEnd: Int32
    let writeEnd: Int32

    init() throws(SystemFailure) {
        (readEnd, writeEnd) = try Socket.pipeEnds()
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    func poke() {
        var byte: UInt8 = 0
        _ = write(writeEnd, &byte, 1)
    }

    /// Waits for a poke and reads it.
    func takePoke() {
        var byte: UInt8 = 0
        _ = read(readEnd, &byte, 1)
    }
}

/// Returns the monotonic clock's time in nanoseconds.
package func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

/// Opens a blocking connection to a port of 127.0.0.1. The caller closes it.
package func loopbackConnection(to port: UInt16) throws(SystemFailure) -> Int32 {
    try Socket.connection(to: port)
}
