/// A search for secrets, such as the API key, in a text, in all usual spellings.
///
/// Decodes the text instead of encoding the key, so that mixed and nested spellings are found too:
/// escapes of URLs, HTML and strings, and hexadecimal, base64 and decimal bytes. It compares
/// visible ASCII only and ignores its case, so that no line break, NUL or zero-width character
/// hides the key. The work grows with the text's length: give it short texts.
struct KeySearch {
    /// Encodings inside each other that are decoded, such as base64 of hexadecimal.
    private static let maxLayers = 2
    /// Escapes inside each other that are decoded, such as `%252F`.
    private static let maxEscapes = 16
    /// Shorter keys are not searched in encodings: decoded bytes contain them by chance.
    private static let minEncodedBytes = 3

    /// The keys, and what their own characters mean as escapes; visible and in lower case.
    private let spellings: [[UInt8]]
    /// The length of the shortest spelling. No text gets longer by decoding.
    private let minBytes: Int
    /// The length of the shortest spelling that is searched in encodings.
    private let minBytesOfEncoded: Int

    /// An empty key is never found.
    init(keys: [[UInt8]]) {
        var spellings: [[UInt8]] = []
        for var text in keys {
            for _ in 0...Self.maxEscapes {
                let spelling = text.filter(\.isVisible).map(\.inLowerCase)
                if !spelling.isEmpty, !spellings.contains(spelling) { spellings.append(spelling) }
                let count = text.withUnsafeMutableBytes { Escapes.decode($0, isCut: false) }
                if count == text.count { break }
                text.removeLast(text.count - count)
            }
        }
        self.spellings = spellings
        minBytes = spellings.map(\.count).min() ?? .max
        minBytesOfEncoded =
            spellings.map(\.count).filter { $0 >= Self.minEncodedBytes }.min() ?? .max
    }

    /// Whether `text` contains one of the keys. `isCut`: or ends within it.
    func finds(in text: UnsafeRawBufferPointer, isCut: Bool) -> Bool {
        if spellings.isEmpty || text.count < minBytes && !isCut { return false }
        return withUnsafeTemporaryAllocation(byteCount: text.count, alignment: 1) { copy in
            copy.copyMemory(from: text)
            return finds(in: copy, layers: Self.maxLayers, isCut: isCut)
        }
    }

    /// Decodes `text` in place. `layers`: encodings that may still be decoded.
    private func finds(
        in text: UnsafeMutableRawBufferPointer, layers: Int, isCut: Bool
    ) -> Bool {
        var text = text
        for _ in 0...Self.maxEscapes {
            if matches(text, isEncoded: layers < Self.maxLayers, isCut: isCut) { return true }
            if layers > 0, findsEncoded(in: text, layers: layers, isCut: isCut) { return true }
            let count = Escapes.decode(text, isCut: isCut)
            if count == text.count { return false }
            text = UnsafeMutableRawBufferPointer(rebasing: text[..<count])
        }
        // So many levels only serve to hide something.
        return true
    }

    private func findsEncoded(
        in text: UnsafeMutableRawBufferPointer, layers: Int, isCut: Bool
    ) -> Bool {
        if minBytesOfEncoded == .max { return false }
        let needed = isCut ? 1 : minBytesOfEncoded
        let encoded = UnsafeRawBufferPointer(text)
        if Encoding.maxBytes(encodedIn: encoded) < needed { return false }
        // No encoding decodes to more bytes than its text has.
        return withUnsafeTemporaryAllocation(byteCount: text.count, alignment: 1) { decoded in
            Encoding.all.contains { encoding in
                let count = encoding.decode(encoded, into: decoded, isCut: isCut)
                if count < needed { return false }
                let decoded = UnsafeMutableRawBufferPointer(rebasing: decoded[..<count])
                return finds(in: decoded, layers: layers - 1, isCut: isCut)
            }
        }
    }

    private func matches(
        _ text: UnsafeMutableRawBufferPointer, isEncoded: Bool, isCut: Bool
    ) -> Bool {
        spellings.contains { spelling in
            if isEncoded && spelling.count < Self.minEncodedBytes { return false }
            // A byte or two at the end of decoded bytes are there by chance.
            let minStart = isEncoded ? min(3, (spelling.count + 1) / 2) : 1
            return spelling.withUnsafeBufferPointer { spelling in
                text.indices.contains { start in
                    guard text[start].inLowerCase == spelling[0] else { return false }
                    let (matched, isEnd) = match(spelling, in: text, from: start)
                    return matched == spelling.count || isCut && isEnd && matched >= minStart
                }
            }
        }
    }

    /// The number of bytes of `spelling` that `text` has from `start` on, and whether it ends there.
    private func match(
        _ spelling: UnsafeBufferPointer<UInt8>, in text: UnsafeMutableRawBufferPointer,
        from start: Int
    ) -> (matched: Int, isEnd: Bool) {
        var matched = 0
        var at = start
        while at < text.count, matched < spelling.count {
            if text[at].isVisible {
                if text[at].inLowerCase != spelling[matched] { return (matched, false) }
                matched += 1
            }
            at += 1
        }
        return (matched, true)
    }
}

extension UInt8 {
    /// Whether this is an ASCII character of a key: neither a space nor a control character.
    fileprivate var isVisible: Bool { self > 0x20 && self < 0x7F }

    fileprivate var inLowerCase: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}
