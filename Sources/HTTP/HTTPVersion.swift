/// The version in the first line of a message (RFC 9112 §2.3).
struct HTTPVersion: Equatable {
    let major: UInt8
    let minor: UInt8

    /// Parses `HTTP/D.D`, case-sensitive; nil for anything else.
    static func parse(_ bytes: UnsafeRawBufferPointer) -> HTTPVersion? {
        guard bytes.count == 8, bytes.part(0, 5).elementsEqual("HTTP/".utf8),
            let major = bytes.part(5, 6).decimal, bytes[6] == 0x2E,
            let minor = bytes.part(7, 8).decimal
        else { return nil }
        return HTTPVersion(major: UInt8(major), minor: UInt8(minor))
    }
}
