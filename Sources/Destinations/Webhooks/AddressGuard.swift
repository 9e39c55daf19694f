import CCurl
import Glibc
import HTTP

/// The check of each address that libcurl connects to, before its socket is opened.
///
/// A name may resolve to an address of a private network, and to another one at each lookup: so the
/// very address of the connect is judged.
final class AddressGuard {
    /// The addresses that may be connected to.
    enum Scope: Int32 {
        /// All.
        case all = 0
        /// Those of the public internet.
        case publicOnly = 1
        /// This machine's own.
        case loopbackOnly = 2
    }

    /// Owned by this object, which outlives the handles that refer to it.
    private let state: UnsafeMutablePointer<hb_curl_guard>

    init() {
        state = .allocate(capacity: 1)
        state.initialize(to: hb_curl_guard(judge: Self.judge, scope: 0, refused: 0))
    }

    deinit { state.deallocate() }

    /// Whether an address was refused since `apply`.
    var hasRefused: Bool { state.pointee.refused != 0 }

    /// Applies to the next connect of a handle. Returns libcurl's code.
    func apply(_ scope: Scope, to easy: OpaquePointer) -> Int32 {
        state.pointee.scope = scope.rawValue
        state.pointee.refused = 0
        return hb_curl_setopt_guard(easy, state)
    }

    /// Returns whether an address of `family` may be connected to: 4 or 16 bytes.
    private static let judge: hb_curl_judge = { scope, family, address in
        guard let address else { return 0 }
        switch Scope(rawValue: scope) {
        case .all: return 1
        case .publicOnly:
            if family == AF_INET { return IPAddress.isPublic(v4: bytes(address, 4)) ? 1 : 0 }
            return family == AF_INET6 && IPAddress.isPublic(v6: groups(address)) ? 1 : 0
        case .loopbackOnly:
            if family == AF_INET { return address[0] == 127 ? 1 : 0 }
            return family == AF_INET6 && groups(address) == [0, 0, 0, 0, 0, 0, 0, 1] ? 1 : 0
        case nil: return 0
        }
    }

    private static func bytes(_ address: UnsafePointer<UInt8>, _ count: Int) -> [UInt8] {
        Array(UnsafeBufferPointer(start: address, count: count))
    }

    private static func groups(_ address: UnsafePointer<UInt8>) -> [UInt16] {
        (0..<8).map { UInt16(address[2 * $0]) << 8 | UInt16(address[2 * $0 + 1]) }
    }
}
