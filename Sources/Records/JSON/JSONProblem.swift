/// The reason and the position of invalid JSON.
///
/// Scanner functions return a position. A problem is packed into a negative one, so that the result
/// fits a register.
package struct JSONProblem: Hashable, Sendable {
    package var reason: Reason
    /// The index of the offending byte; at an unexpected end, the number of bytes.
    package var position: Int

    /// The violations of RFC 8259's grammar.
    package enum Reason: UInt8, Hashable, Sendable, CaseIterable {
        case expectedValue, expectedMemberName, expectedColon, expectedCommaOrBrace
        case expectedCommaOrBracket, malformedLiteral, malformedNumber, leadingZero
        case bareControlCharacter, malformedEscape, malformedUnicodeEscape
        case unexpectedEnd, bytesAfterValue, invalidUTF8, tooDeep
    }

    init(_ reason: Reason, at position: Int) {
        self.reason = reason
        self.position = position
    }

    /// Unpacks the problem from a negative position.
    init(packed: Int) {
        let bits = UInt64(bitPattern: Int64(packed))
        guard packed < 0, let reason = Reason(rawValue: UInt8(bits >> 48 & 0x7F)) else {
            preconditionFailure("a problem is packed in a negative position")
        }
        self.reason = reason
        position = Int(bits & (1 << 48 - 1))
    }

    /// Packs a problem into a negative position. Positions are below 2^48.
    @inline(__always)
    static func pack(_ reason: Reason, at position: Int) -> Int {
        Int.min | Int(reason.rawValue) << 48 | position
    }
}

extension JSONProblem.Reason {
    /// The message, without a full stop.
    package var message: String {
        switch self {
        case .expectedValue: "expected a value"
        case .expectedMemberName: "expected a member name in double quotes"
        case .expectedColon: "expected ':' after a member name"
        case .expectedCommaOrBrace: "expected ',' or '}' after a member"
        case .expectedCommaOrBracket: "expected ',' or ']' after an element"
        case .malformedLiteral: "expected true, false or null"
        case .malformedNumber: "expected a digit in a number"
        case .leadingZero: "a number has a leading zero"
        case .bareControlCharacter: "unescaped control character in a string"
        case .malformedEscape: "invalid escape sequence in a string"
        case .malformedUnicodeEscape: "expected four hexadecimal digits after \\u"
        case .unexpectedEnd: "unexpected end of JSON"
        case .bytesAfterValue: "unexpected data after the JSON value"
        case .invalidUTF8: "invalid UTF-8"
        case .tooDeep:
            "arrays and objects are nested more than \(JSONDocument.maxDepth) levels deep"
        }
    }
}
