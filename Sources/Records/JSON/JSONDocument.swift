/// Validation and lookup in a JSON text (RFC 8259), without a tree or copies.
package enum JSONDocument {
    /// The maximum depth of nested arrays and objects.
    package static let maxDepth = 512

    /// Whether the bytes are one valid JSON text.
    package static func isValid(_ text: UnsafeRawBufferPointer) -> Bool {
        problem(in: text) == nil
    }

    /// The first problem of a JSON text; nil if valid.
    package static func problem(in text: UnsafeRawBufferPointer) -> JSONProblem? {
        text.withMemoryRebound(to: UInt8.self) { text in
            guard let bytes = text.baseAddress else {
                return JSONProblem(.unexpectedEnd, at: 0)
            }
            let end = JSONScanner(bytes: bytes, end: text.count).document(from: 0)
            return end < 0 ? JSONProblem(packed: end) : nil
        }
    }

    /// The range of the value at `pointer`; nil if absent or invalid JSON.
    ///
    /// Of members with the same name the last one counts.
    package static func value(
        at pointer: JSONPointer, in text: UnsafeRawBufferPointer
    ) -> ByteRange? {
        text.withMemoryRebound(to: UInt8.self) { text in
            guard let bytes = text.baseAddress else { return nil }
            let scanner = JSONScanner(bytes: bytes, end: text.count)
            var search = JSONSearch(scanner: scanner, pointer: pointer)
            let end = search.step(0, at: scanner.afterSpace(0), depth: 0)
            return scanner.endOfText(end) < 0 ? nil : search.found
        }
    }

    /// The ranges of the elements of a JSON array; nil if the text is not one.
    package static func elements(in text: UnsafeRawBufferPointer) -> [ByteRange]? {
        guard problem(in: text) == nil else { return nil }
        return text.withMemoryRebound(to: UInt8.self) { text in
            guard let bytes = text.baseAddress else { return nil }
            let scanner = JSONScanner(bytes: bytes, end: text.count)
            var i = scanner.afterSpace(0)
            guard bytes[i] == Byte.openBracket else { return nil }
            var elements: [ByteRange] = []
            i = scanner.afterSpace(i + 1)
            while bytes[i] != Byte.closeBracket {
                let end = scanner.value(at: i, depth: 1)
                elements.append(ByteRange(start: i, count: end - i))
                i = scanner.afterSpace(end)
                if bytes[i] == Byte.comma { i = scanner.afterSpace(i + 1) }
            }
            return elements
        }
    }

    /// The range of the value at a path of member names and array indexes.
    package static func value(
        at path: [String], in text: UnsafeRawBufferPointer
    ) -> ByteRange? {
        value(at: JSONPointer(path), in: text)
    }
}

/// A search for one value, which also validates the text.
struct JSONSearch {
    let scanner: JSONScanner
    let pointer: JSONPointer
    private(set) var found: ByteRange?
    /// The position of a name that occurs a second time on the path.
    private(set) var duplicate: Int?

    init(scanner: JSONScanner, pointer: JSONPointer) {
        self.scanner = scanner
        self.pointer = pointer
    }

    /// Reads the value at `start` and follows the pointer from `step` on.
    ///
    /// Returns the position after the value, or a packed problem.
    mutating func step(_ step: Int, at start: Int, depth: Int) -> Int {
        guard step < pointer.count else {
            let end = scanner.value(at: start, depth: depth)
            if end >= 0 { found = ByteRange(start: start, count: end - start) }
            return end
        }
        guard start < scanner.end, depth < JSONDocument.maxDepth else {
            return scanner.value(at: start, depth: depth)
        }
        switch scanner.bytes[start] {
        case Byte.openBrace: return object(step, after: start + 1, depth: depth + 1)
        case Byte.openBracket: return array(step, from: start, depth: depth)
        default: return scanner.value(at: start, depth: depth)
        }
    }

    private mutating func object(_ step: Int, after brace: Int, depth: Int) -> Int {
        var members = JSONMembers(scanner)
        var more = members.first(after: brace)
        var isSeen = false
        while more {
            let isWanted = pointer.withToken(step) {
                JSONString.contents(
                    scanner.bytes, from: members.nameStart, to: members.nameEnd, equal: $0)
            }
            let end: Int
            if isWanted {
                if isSeen, duplicate == nil { duplicate = members.nameStart - 1 }
                isSeen = true
                found = nil
                end = self.step(step + 1, at: members.valueStart, depth: depth)
            } else {
                end = scanner.value(at: members.valueStart, depth: depth)
            }
            more = members.next(after: end)
        }
        return members.end
    }

    /// Validates the whole array first; then only its elements are counted.
    private mutating func array(_ step: Int, from start: Int, depth: Int) -> Int {
        let end = scanner.value(at: start, depth: depth)
        guard end >= 0, let wanted = pointer.arrayIndex(step) else { return end }
        var i = scanner.afterSpace(start + 1)
        var index = 0
        while scanner.bytes[i] != Byte.closeBracket {
            if index == wanted {
                _ = self.step(step + 1, at: i, depth: depth + 1)
                break
            }
            i = scanner.afterSpace(scanner.value(at: i, depth: depth + 1))
            if scanner.bytes[i] == Byte.comma { i = scanner.afterSpace(i + 1) }
            index += 1
        }
        return end
    }
}
