/// The members of an object, one at a time. The caller reads the values.
///
///     var more = members.first(after: brace)
///     while more { more = members.next(after: /* the end of the value at members.valueStart */) }
struct JSONMembers {
    let scanner: JSONScanner
    /// The member's name between its quotes, still escaped.
    private(set) var nameStart = 0
    private(set) var nameEnd = 0
    /// The start of the member's value.
    private(set) var valueStart = 0
    /// After the last member: the position after the closing brace, or a packed problem.
    private(set) var end = 0

    init(_ scanner: JSONScanner) { self.scanner = scanner }

    /// Moves to the first member; false for an empty object or a problem.
    @inline(__always)
    mutating func first(after brace: Int) -> Bool {
        let i = scanner.afterSpace(brace)
        if i < scanner.end, scanner.bytes[i] == Byte.closeBrace {
            end = i + 1
            return false
        }
        return member(at: i)
    }

    /// Moves to the member after the value that ends at `value`.
    ///
    /// Returns false at the end of the object or for a problem. `value` may be a packed problem.
    @inline(__always)
    mutating func next(after value: Int) -> Bool {
        guard value >= 0 else { return stop(value) }
        let i = scanner.afterSpace(value)
        guard i < scanner.end else {
            return stop(JSONProblem.pack(.unexpectedEnd, at: scanner.end))
        }
        if scanner.bytes[i] == Byte.comma { return member(at: scanner.afterSpace(i + 1)) }
        if scanner.bytes[i] == Byte.closeBrace { return stop(i + 1) }
        return stop(scanner.unexpected(.expectedCommaOrBrace, at: i))
    }

    @inline(__always)
    private mutating func member(at start: Int) -> Bool {
        guard start < scanner.end, scanner.bytes[start] == Byte.quote else {
            return stop(scanner.unexpected(.expectedMemberName, at: start))
        }
        let afterName = scanner.string(after: start + scanner.quoteWidth)
        guard afterName >= 0 else { return stop(afterName) }
        nameStart = start + scanner.quoteWidth
        nameEnd = afterName - scanner.quoteWidth
        valueStart = scanner.afterColon(from: afterName)
        return valueStart >= 0 || stop(valueStart)
    }

    @inline(__always)
    private mutating func stop(_ position: Int) -> Bool {
        end = position
        return false
    }
}
