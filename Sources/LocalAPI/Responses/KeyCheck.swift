import HTTP

/// Whether a request bears the API key, in any of the three documented ways.
struct KeyCheck: Sendable {
    private let key: [UInt8]

    init(key: [UInt8]) {
        precondition(!key.isEmpty, "an empty key would let everyone in")
        self.key = key
    }

    /// Looks at the bearer token, at `X-API-Key` and at the session cookie; one that is right is
    /// enough.
    func passes(_ head: RequestHead) -> Bool {
        let bearer = head.withValue(of: .authorization) { value in
            Self.token(in: value).map(isKey) ?? false
        }
        let plain = head.withValue(of: .apiKey, isKey)
        let cookie = head.withValue(of: .cookie, hasSession)
        return bearer == true || plain == true || cookie == true
    }

    /// Compares in a time that depends on the given bytes' number only: how many of them were right
    /// can't be measured.
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
