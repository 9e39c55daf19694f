import Glibc

/// The server's IP address and port.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// The bytes of the address in network order: four, or sixteen.
    private let bytes: [UInt8]
    /// 0 lets the system choose one.
    package let port: UInt16

    /// Parses `127.0.0.1:4010`, `[::1]:4010` or `localhost:4010`; nil for anything else. Other names
    /// are not resolved, because a name may have several addresses.
    package init?(text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = Self.port(text[text.index(after: colon)...])
        else { return nil }
        var host = String(text[..<colon])
        if host == "localhost" { host = "127.0.0.1" }
        if host.hasPrefix("["), host.hasSuffix("]") {
            guard let bytes = Self.parse(String(host.dropFirst().dropLast()), AF_INET6, 16) else {
                return nil
            }
            self.bytes = bytes
        } else {
            guard let bytes = Self.parse(host, AF_INET, 4) else { return nil }
            self.bytes = bytes
        }
        self.port = port
    }

    private init(bytes: [UInt8], port: UInt16) {
        self.bytes = bytes
        self.port = port
    }

    /// Whether only this machine can reach it.
    package var isLoopback: Bool {
        bytes.count == 4
            ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
    }

    package var description: String {
        var text = [CChar](repeating: 0, count: 64)
        let isV4 = bytes.count == 4
        _ = bytes.withUnsafeBytes {
            inet_ntop(isV4 ? AF_INET : AF_INET6, $0.baseAddress, &text, socklen_t(text.count))
        }
        let host = String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return isV4 ? "\(host):\(port)" : "[\(host)]:\(port)"
    }

    var family: Int32 { bytes.count == 4 ? AF_INET : AF_INET6 }

    /// The same address with the port that the system chose for a socket bound to it.
    func asBound(by descriptor: Int32) -> ListenAddress {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let port = withUnsafeMutableBytes(of: &storage) { storage in
            let address = storage.assumingMemoryBound(to: sockaddr.self)
            guard getsockname(descriptor, address.baseAddress, &size) == 0 else { return self.port }
            // The port has the same offset in both families.
            return UInt16(
                bigEndian: UnsafeRawBufferPointer(storage).load(fromByteOffset: 2, as: UInt16.self))
        }
        return ListenAddress(bytes: bytes, port: port)
    }

    /// Calls the body with the address as a `sockaddr`.
    func withSocketAddress<R>(_ use: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        if bytes.count == 4 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            withUnsafeMutableBytes(of: &address.sin_addr) { $0.copyBytes(from: bytes) }
            return Self.lend(&address, use)
        }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: bytes) }
        return Self.lend(&address, use)
    }

    private static func lend<Address, R>(
        _ address: inout Address, _ use: (UnsafePointer<sockaddr>, socklen_t) -> R
    ) -> R {
        withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                use($0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    private static func parse(_ host: String, _ family: Int32, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, host, &bytes) == 1 ? bytes : nil
    }

    private static func port(_ text: Substring) -> UInt16? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return UInt16(text)
    }
}
