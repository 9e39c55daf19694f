/// Questions about one JSON text (RFC 8259) in a buffer. Nothing is built or copied.
package enum JSONDocument {
    /// How deep arrays and objects may be nested.
    package static let maxDepth = 512

    /// Whether the bytes are one valid JSON text.
    package static func isValid(_ text: UnsafeRawBufferPointer) -> Bool {
        fault(in: text) == nil
    }

    /// Why the bytes are not one valid JSON text; nil if they are.
    package static func fault(in text: UnsafeRawBufferPointer) -> JSONFault? {
        text.withMemoryRebound(to: UInt8.self) { text in
            guard let bytes = text.baseAddress else {
                return JSONFault(.unexpectedEnd, at: 0)
            }
            let end = JSONScanner(bytes: bytes, end: text.count).document(from: 0)
            return end < 0 ? JSONFault(packed: end) : nil
        }
    }

    /// Where in `text` the value stands that `pointer` leads to; nil if there is none or the text
    /// is not valid JSON. Of members with the same name the last one counts.
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

    /// The same for a path of member names and array indexes.
    package static func value(
        at path: [String], in text: UnsafeRawBufferPointer
    ) -> ByteRange? {
        value(at: JSONPointer(path), in: text)
    }
}

/// Looks for one value while the whole text is validated.
struct JSONSearch {
    let scanner: JSONScanner
    let pointer: JSONPointer
    private(set) var found: ByteRange?
    /// Where a name on the way stands a second time; nil if none does.
    private(set) var duplicate: Int?

    init(scanner: JSONScanner, pointer: JSONPointer) {
        self.scanner = scanner
        self.pointer = pointer
    }

    /// Reads the value at `start`, in which step `step` of the pointer is to be taken. Returns the
    /// position after the value, or a packed fault.
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
        var wasThere = false
        while more {
            let isWanted = pointer.withToken(step) {
                JSONString.contents(
                    scanner.bytes, from: members.nameStart, to: members.nameEnd, equal: $0)
            }
            let end: Int
            if isWanted {
                if wasThere, duplicate == nil { duplicate = members.nameStart - 1 }
                wasThere = true
                found = nil
                end = self.step(step + 1, at: members.valueStart, depth: depth)
            } else {
                end = scanner.value(at: members.valueStart, depth: depth)
            }
            more = members.next(after: end)
        }
        return members.end
    }

    /// Validates the array as a whole first, which leaves only its elements to be counted.
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
