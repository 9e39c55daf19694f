import HTTP

/// Check of a request's API key, in any of the three documented places.
struct KeyCheck: Sendable {
    private let key: [UInt8]

    init(key: [UInt8]) {
        precondition(!key.isEmpty, "an empty key would let everyone in")
        self.key = key
    }

    /// Whether the bearer token, `X-API-Key` or the session cookie contains the key.
    func passes(_ head: RequestHead) -> Bool {
        let bearer = head.withValue(of: .authorization) { value in
            Self.token(in: value).map(isKey) ?? false
        }
        let plain = head.withValue(of: .apiKey, isKey)
        let cookie = head.withValue(of: .cookie, hasSession)
        return bearer == true || plain == true || cookie == true
    }

    /// Compares in constant time for the given length, against timing attacks.
    private func isKey(_ given: UnsafeRawBufferPointer) -> Bool {
        var difference: UInt8 = given.count == key.count ? 0 : 1
        var index = 0
        for byte in given {
            difference |= byte ^ key[index]
            index = index + 1 == key.count ? 0 : index + 1
        }
        return difference == 0 && !given.isEmpty
    }

    /// What follows `Bearer`, in any case, and its spaces (RFC 9110 §11.4).
    private static func token(in value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let scheme: StaticString = "bearer "
        guard value.count > scheme.utf8CodeUnitCount else { return nil }
        for (byte, expected) in zip(value, UnsafeBufferPointer(of: scheme))
        where (byte == 0x20 ? byte : byte | 0x20) != expected { return nil }
        let token = value[scheme.utf8CodeUnitCount...].drop { $0 == 0x20 }
        return UnsafeRawBufferPointer(rebasing: token)
    }

    /// Whether one of the cookies, `name=value; name=value`, is the session with the key
    /// (RFC 6265 §4.2.1).
    private func hasSession(_ value: UnsafeRawBufferPointer) -> Bool {
        let name = UnsafeBufferPointer(of: "better-auth.session_token=")
        var found = false
        for part in value.split(separator: UInt8(ascii: ";")) {
            let pair = part.drop { $0 == 0x20 || $0 == 0x09 }
            guard pair.starts(with: name) else { continue }
            if isKey(UnsafeRawBufferPointer(rebasing: pair.dropFirst(name.count))) { found = true }
        }
        return found
    }
}
