import CPosix
import Destinations
import Glibc

/// The socket that takes connections. It closes when its owner lets go of it.
struct Listener: ~Copyable {
    let descriptor: Int32
    /// With the port that the system chose, if it was to choose.
    let address: ListenAddress

    enum Accepted {
        case connection(Int32)
        /// None is waiting.
        case none
        /// The process or the system has no descriptor left for it.
        case noDescriptors
    }

    /// - Throws: `.system`: the address is taken, not this machine's, or not allowed.
    init(_ wanted: ListenAddress) throws(DestinationError) {
        let descriptor = hb_stream_socket(wanted.family)
        guard descriptor >= 0 else { throw .system(call: "socket", errno: errno) }
        var on: Int32 = 1
        // A port whose last connections linger can be taken again at once.
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

    /// Takes the next connection that waits: non-blocking, its small responses not delayed.
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
            switch errno {
            case EAGAIN: return .none
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .noDescriptors
            // The peer has gone in the meantime, or the call was interrupted: on to the next.
            default: continue
            }
        }
    }
}
