import CPosix
import Destinations
import Glibc

/// A listening socket, closed with its owner.
struct Listener: ~Copyable {
    let descriptor: Int32
    /// The address with the actual port.
    let address: ListenAddress

    enum Accepted {
        case connection(Int32)
        /// No connection is waiting.
        case none
        /// The process or the system is out of descriptors or memory: the value of `errno`.
        case noDescriptors(Int32)
    }

    /// - Throws: `.system` if the address is in use, not local, or not permitted.
    init(_ wanted: ListenAddress) throws(DestinationError) {
        let descriptor = hb_stream_socket(wanted.family)
        guard descriptor >= 0 else { throw .system(call: "socket", errno: errno) }
        var on: Int32 = 1
        // Allows reuse of a port whose last connections are in TIME_WAIT.
        setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var call = "bind"
        var failed = wanted.withSocketAddress { bind(descriptor, $0, $1) } != 0
        if !failed {
            call = "listen"
            failed = listen(descriptor, 1024) != 0
        }
        if failed {
            let number = errno
            close(descriptor)
            throw .system(call: "\(call)(\(wanted))", errno: number)
        }
        self.descriptor = descriptor
        address = wanted.asBound(by: descriptor)
    }

    deinit { close(descriptor) }

    /// Accepts the next connection: non-blocking, with TCP_NODELAY.
    borrowing func accept() -> Accepted {
        while true {
            let connection = hb_accept(descriptor)
            if connection >= 0 {
                var on: Int32 = 1
                setsockopt(
                    connection, Int32(IPPROTO_TCP), TCP_NODELAY, &on,
                    socklen_t(MemoryLayout<Int32>.size))
                return .connection(connection)
            }
            let number = errno
            switch number {
            case EAGAIN: return .none
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .noDescriptors(number)
            // The peer has closed, or the call was interrupted: try the next.
            default: continue
            }
        }
    }
}
