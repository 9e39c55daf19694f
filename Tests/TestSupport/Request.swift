import Glibc

/// A request as the loopback server received it.
package struct Request: Sendable {
    /// Its number among the server's requests, from 0, in the order of completion.
    package var number: Int
    /// The number of its connection, from 0.
    package var connection: Int
    /// The time of its completion, in nanoseconds on the monotonic clock.
    package var arrivedNanoseconds: Int64
    /// Its bytes as received: head, blank line, body.
    package var raw: [UInt8]
    /// The offset of the body in `raw`.
    package var bodyStart: Int
    /// Its `Idempotency-Key`; nil if it has none.
    package var idempotencyKey: String?

    package var body: ArraySlice<UInt8> { raw[bodyStart...] }

    package var bodyText: String { String(decoding: body, as: UTF8.self) }

    /// The first word of the request line.
    package var method: String { requestLine(word: 0) }

    /// The second word of the request line: the target as it was sent.
    package var path: String { requestLine(word: 1) }

    /// The header fields in order, with unchanged names and trimmed values.
    package var headers: [(name: String, value: String)] {
        String(decoding: raw[..<bodyStart], as: UTF8.self)
            .split(separator: "\r\n").dropFirst()
            .compactMap { line in
                guard let colon = line.firstIndex(of: ":") else { return nil }
                let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
                return (String(line[..<colon]), String(value))
            }
    }

    /// Returns the values of all fields with this name, in any case.
    package func values(of name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    private func requestLine(word: Int) -> String {
        let line = raw.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
        let words = line.split(separator: UInt8(ascii: " "))
        return word < words.count ? String(decoding: words[word], as: UTF8.self) : ""
    }
}

/// The lengths of a request's parts in a connection's bytes.
struct RequestFrame {
    /// Bytes up to and including the blank line.
    var headBytes: Int
    var bodyBytes = 0
    var key: String?

    /// Finds the first request in `bytes`; nil if its head is not complete.
    ///
    /// Tolerant on purpose: it knows only `Content-Length` and ignores fields that it can't parse.
    /// Other tests compare the client's requests byte by byte.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return nil }
        var start = 0
        headBytes = 0
        while let found = memchr(base + start, 0x0A, bytes.count - start) {
            let end = UnsafeRawPointer(found) - base
            let length = end - start
            if length == 0 || (length == 1 && bytes[start] == 0x0D) {
                headBytes = end + 1
                return
            }
            let line = base + start
            if length > 15, strncasecmp(line, "content-length:", 15) == 0 {
                bodyBytes = Int(Self.value(line + 15, length - 15)) ?? 0
            } else if length > 16, strncasecmp(line, "idempotency-key:", 16) == 0 {
                key = Self.value(line + 16, length - 16)
            }
            start = end + 1
        }
        return nil
    }

    private static func value(_ start: UnsafeRawPointer, _ count: Int) -> String {
        var bytes = UnsafeRawBufferPointer(start: start, count: count)[...]
        while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
        while let last = bytes.last, last == 0x20 || last == 0x0D { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}

private func strncasecmp(_ a: UnsafeRawPointer, _ b: StaticString, _ count: Int) -> Int32 {
    Glibc.strncasecmp(a.assumingMemoryBound(to: CChar.self), b.characters, count)
}

extension StaticString {
    fileprivate var characters: UnsafePointer<CChar> {
        UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
