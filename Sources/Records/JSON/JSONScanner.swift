import CBytes

/// A strict, one-pass scanner for RFC 8259 JSON. It builds no tree.
///
/// Each function returns the position after the part that it scanned, or a packed `JSONProblem`,
/// which is negative. All reads are below `end`.
struct JSONScanner {
    let bytes: UnsafePointer<UInt8>
    let end: Int
    /// The number of bytes of a quote: 2 in a quoted CSV cell.
    let quoteWidth: Int

    init(bytes: UnsafePointer<UInt8>, end: Int, quoteWidth: Int = 1) {
        self.bytes = bytes
        self.end = end
        self.quoteWidth = quoteWidth
    }

    /// Scans one value at `start`, inside `depth` open arrays and objects.
    func value(at start: Int, depth: Int) -> Int {
        // A bit for each open array (0) or object (1), the innermost lowest.
        var kinds: UInt64 = 0
        var open = 0
        var i = start
        values: while true {
            guard i < end else { return JSONProblem.pack(.unexpectedEnd, at: end) }
            switch bytes[i] {
            case Byte.quote: i = string(after: i + quoteWidth)
            case Byte.openBrace, Byte.openBracket:
                guard depth + open < JSONDocument.maxDepth else {
                    return JSONProblem.pack(.tooDeep, at: i)
                }
                if open == UInt64.bitWidth {
                    i = value(at: i, depth: depth + open)
                    break
                }
                let isObject = bytes[i] == Byte.openBrace
                kinds = kinds << 1 | (isObject ? 1 : 0)
                open += 1
                i = afterSpace(i + 1)
                if i < end, bytes[i] == (isObject ? Byte.closeBrace : Byte.closeBracket) { break }
                if isObject { i = afterName(at: i) }
                guard i >= 0 else { return i }
                continue values
            case Byte.minus, Byte.zero...Byte.nine: i = number(at: i)
            case UInt8(ascii: "t"): i = literal("true", at: i)
            case UInt8(ascii: "f"): i = literal("false", at: i)
            case UInt8(ascii: "n"): i = literal("null", at: i)
            default: return unexpected(.expectedValue, at: i)
            }
            guard i >= 0 else { return i }
            while open > 0 {
                i = afterSpace(i)
                guard i < end else { return JSONProblem.pack(.unexpectedEnd, at: end) }
                let isObject = kinds & 1 != 0
                if bytes[i] == Byte.comma {
                    i = afterSpace(i + 1)
                    if isObject { i = afterName(at: i) }
                    guard i >= 0 else { return i }
                    continue values
                }
                guard bytes[i] == (isObject ? Byte.closeBrace : Byte.closeBracket) else {
                    return unexpected(
                        isObject ? .expectedCommaOrBrace : .expectedCommaOrBracket, at: i)
                }
                i += 1
                open -= 1
                kinds >>= 1
            }
            return i
        }
    }

    /// Scans a member's name and colon. Returns the start of its value.
    @inline(__always)
    private func afterName(at start: Int) -> Int {
        guard start < end, bytes[start] == Byte.quote else {
            return unexpected(.expectedMemberName, at: start)
        }
        let nameEnd = string(after: start + quoteWidth)
        return nameEnd >= 0 ? afterColon(from: nameEnd) : nameEnd
    }

    /// Scans a member's colon. Returns the start of its value.
    @inline(__always)
    func afterColon(from nameEnd: Int) -> Int {
        let colon = afterSpace(nameEnd)
        guard colon < end, bytes[colon] == Byte.colon else {
            return unexpected(.expectedColon, at: colon)
        }
        return afterSpace(colon + 1)
    }

    /// Scans a whole text: white space, one value, white space.
    func document(from start: Int) -> Int {
        endOfText(value(at: afterSpace(start), depth: 0))
    }

    /// Scans the white space after `position` up to the end of the text.
    func endOfText(_ position: Int) -> Int {
        guard position >= 0 else { return position }
        let next = afterSpace(position)
        return next == end ? end : unexpected(.bytesAfterValue, at: next)
    }

    private func number(at start: Int) -> Int {
        var i = start
        if bytes[i] == Byte.minus { i += 1 }
        let integer = i
        i = digits(from: i)
        guard i >= 0 else { return i }
        if bytes[integer] == Byte.zero, i > integer + 1 {
            return JSONProblem.pack(.leadingZero, at: integer)
        }
        if i < end, bytes[i] == Byte.dot {
            i = digits(from: i + 1)
            guard i >= 0 else { return i }
        }
        if i < end, bytes[i] | 0x20 == UInt8(ascii: "e") {
            i += 1
            if i < end, bytes[i] == Byte.minus || bytes[i] == UInt8(ascii: "+") { i += 1 }
            i = digits(from: i)
        }
        return i
    }

    /// Scans one or more digits.
    @inline(__always)
    private func digits(from start: Int) -> Int {
        var i = start
        while i < end, bytes[i] &- Byte.zero <= 9 { i += 1 }
        if i > start { return i }
        return i < end
            ? unexpected(.malformedNumber, at: i) : JSONProblem.pack(.unexpectedEnd, at: end)
    }

    private func literal(_ word: StaticString, at start: Int) -> Int {
        for k in 0..<word.utf8CodeUnitCount {
            guard start + k < end else { return JSONProblem.pack(.unexpectedEnd, at: end) }
            guard bytes[start + k] == word.utf8Start[k] else {
                return unexpected(.malformedLiteral, at: start + k)
            }
        }
        return start + word.utf8CodeUnitCount
    }

    @inline(__always)
    func afterSpace(_ start: Int) -> Int {
        var i = start
        while i < end, bytes[i] <= 0x20, Byte.isJSONSpace(bytes[i]) { i += 1 }
        return i
    }

    /// The packed problem of an unexpected byte: malformed UTF-8, or `reason`.
    func unexpected(_ reason: JSONProblem.Reason, at i: Int) -> Int {
        if i < end, bytes[i] >= 0x80, UTF8Text.sequenceLength(bytes, at: i, end: end) == 0 {
            return JSONProblem.pack(.invalidUTF8, at: i)
        }
        return JSONProblem.pack(i < end ? reason : .unexpectedEnd, at: i)
    }
}

extension JSONScanner {
    /// Scans a string after its opening quote, including the closing quote.
    @inline(__always)
    func string(after start: Int) -> Int {
        guard start &+ 16 < end else { return longString(after: start) }
        // Most strings are short and plain.
        let i = start &+ hb_first_special16(bytes + start)
        return bytes[i] == Byte.quote ? i &+ quoteWidth : longString(after: i)
    }

    /// Scans a string from any position that is not inside an escape or character.
    @inline(never)
    private func longString(after start: Int) -> Int {
        var i = start
        while true {
            i = nextSpecial(from: i)
            guard i < end else { return JSONProblem.pack(.unexpectedEnd, at: end) }
            let byte = bytes[i]
            if byte == Byte.quote { return i + quoteWidth }
            if byte == Byte.backslash {
                i = escape(at: i)
                guard i >= 0 else { return i }
            } else if byte >= 0x80 {
                repeat {
                    let length = UTF8Text.sequenceLength(bytes, at: i, end: end)
                    guard length > 0 else { return JSONProblem.pack(.invalidUTF8, at: i) }
                    i += length
                } while i < end && bytes[i] >= 0x80
            } else {
                return JSONProblem.pack(.bareControlCharacter, at: i)
            }
        }
    }

    /// The first quote, backslash, control character or non-ASCII byte from `start`, or `end`.
    @inline(__always)
    private func nextSpecial(from start: Int) -> Int {
        var i = start
        while i + 16 <= end {
            let found = hb_first_special16(bytes + i)
            i += found
            if found < 16 { return i }
        }
        if i + 8 <= end {
            let hits = Word.stringSpecials(in: Word.load(bytes, at: i))
            if hits != 0 { return i + Word.firstIndex(hits) }
            i += 8
        }
        while i < end {
            let byte = bytes[i]
            if byte == Byte.quote || byte == Byte.backslash || byte < 0x20 || byte >= 0x80 { break }
            i += 1
        }
        return i
    }

    /// Scans the escape with its backslash at `i`.
    private func escape(at i: Int) -> Int {
        guard i + 1 < end else { return JSONProblem.pack(.unexpectedEnd, at: end) }
        switch bytes[i + 1] {
        case Byte.quote: return i + 1 + quoteWidth
        case Byte.backslash, Byte.slash, UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return i + 2
        case UInt8(ascii: "u"):
            for k in i + 2..<i + 6 {
                guard k < end else { return JSONProblem.pack(.unexpectedEnd, at: end) }
                guard Byte.hexValue(bytes[k]) != nil else {
                    return unexpected(.malformedUnicodeEscape, at: k)
                }
            }
            return i + 6
        default:
            return unexpected(.malformedEscape, at: i + 1)
        }
    }
}
