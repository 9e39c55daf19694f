/// An RFC 6901 JSON Pointer: the reference tokens on the path to a value.
package struct JSONPointer: Hashable, Sendable, ExpressibleByArrayLiteral {
    /// The tokens' UTF-8, flat, so that following the pointer retains no references.
    private let bytes: [UInt8]
    /// The end of each token in `bytes`.
    private let ends: [Int]

    /// The pointer with these tokens, which are not escaped.
    package init(_ tokens: [String]) {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for token in tokens {
            bytes.append(contentsOf: token.utf8)
            ends.append(bytes.count)
        }
        self.bytes = bytes
        self.ends = ends
    }

    package init(arrayLiteral tokens: String...) { self.init(tokens) }

    /// Parses `/payload/id`, or the bare name of a member or CSV column.
    ///
    /// In a pointer `~1` is a slash and `~0` a tilde (RFC 6901 §4). Nil for an empty text or any
    /// other tilde.
    package init?(parsing text: String) {
        guard !text.isEmpty else { return nil }
        guard text.utf8.first == Byte.slash else {
            self.init([text])
            return
        }
        var tokens: [String] = []
        for escaped in text.utf8.dropFirst().split(
            separator: Byte.slash, omittingEmptySubsequences: false)
        {
            var token: [UInt8] = []
            var bytes = escaped.makeIterator()
            while let byte = bytes.next() {
                guard byte == UInt8(ascii: "~") else {
                    token.append(byte)
                    continue
                }
                switch bytes.next() {
                case UInt8(ascii: "0"): token.append(UInt8(ascii: "~"))
                case UInt8(ascii: "1"): token.append(Byte.slash)
                default: return nil
                }
            }
            tokens.append(String(decoding: token, as: UTF8.self))
        }
        self.init(tokens)
    }

    /// The pointer in the syntax of RFC 6901 §3.
    package var text: String {
        (0..<count).map { step in
            var token = "/"
            for scalar in self[step].unicodeScalars {
                switch scalar {
                case "~": token += "~0"
                case "/": token += "~1"
                default: token.unicodeScalars.append(scalar)
                }
            }
            return token
        }.joined()
    }

    /// The number of tokens; 0 points to the whole text.
    package var count: Int { ends.count }

    /// The token with this index.
    package subscript(step: Int) -> String {
        withToken(step) { String(decoding: $0, as: UTF8.self) }
    }

    /// The pointer of the first `count` tokens.
    func prefix(_ count: Int) -> JSONPointer { JSONPointer((0..<count).map { self[$0] }) }

    /// The pointer without its first token.
    package func dropFirst() -> JSONPointer {
        JSONPointer((1..<max(1, count)).map { self[$0] })
    }

    @inline(__always)
    func withToken<R>(_ step: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        let start = step == 0 ? 0 : ends[step - 1]
        let end = ends[step]
        return bytes.withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[start..<end]))
        }
    }

    /// The token as an array index: digits without a leading zero, below 10^9.
    func arrayIndex(_ step: Int) -> Int? {
        withToken(step) { token in
            guard (1...9).contains(token.count), token.count == 1 || token[0] != Byte.zero else {
                return nil
            }
            var index = 0
            for byte in token {
                guard byte &- Byte.zero <= 9 else { return nil }
                index = index * 10 + Int(byte - Byte.zero)
            }
            return index
        }
    }
}
