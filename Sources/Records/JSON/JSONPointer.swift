/// The way to a value in a JSON text: the reference tokens of an RFC 6901 JSON Pointer.
package struct JSONPointer: Hashable, Sendable, ExpressibleByArrayLiteral {
    /// The tokens' UTF-8, one after the other, and where each ends: flat, so that walking along it
    /// copies no reference.
    private let bytes: [UInt8]
    private let ends: [Int]

    /// The pointer with these tokens, as they are: nothing is unescaped.
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

    /// A pointer as a person writes it: `/payload/id` (RFC 6901: `~1` is a slash, `~0` a tilde), or
    /// the bare name of a member or CSV column. Nil if it is empty or a tilde stands alone.
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
            var rest = escaped.makeIterator()
            while let byte = rest.next() {
                guard byte == UInt8(ascii: "~") else {
                    token.append(byte)
                    continue
                }
                switch rest.next() {
                case UInt8(ascii: "0"): token.append(UInt8(ascii: "~"))
                case UInt8(ascii: "1"): token.append(Byte.slash)
                default: return nil
                }
            }
            tokens.append(String(decoding: token, as: UTF8.self))
        }
        self.init(tokens)
    }

    /// The pointer as RFC 6901 §3 writes it.
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

    /// How many steps it takes; 0 points to the whole text.
    package var count: Int { ends.count }

    /// The token of a step, from 0.
    package subscript(step: Int) -> String {
        withToken(step) { String(decoding: $0, as: UTF8.self) }
    }

    /// The pointer without its first step.
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

    /// The array index that a token means: digits without a needless zero, below 10^9.
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
