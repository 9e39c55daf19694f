/// A writer of JSON (RFC 8259): indented with one member per line, or on a single line.
///
/// The scope of an object or array closes it, so the output is well formed.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private var depth = 0
    private var isFirst = true
    private let isIndented: Bool

    init(isIndented: Bool = true) { self.isIndented = isIndented }

    mutating func object(_ members: (inout JSONWriter) -> Void) {
        scope(open: "{", close: "}", members)
    }

    mutating func array<Element>(
        _ elements: some Sequence<Element>, _ write: (inout JSONWriter, Element) -> Void
    ) {
        scope(open: "[", close: "]") { writer in
            for element in elements {
                writer.separate()
                write(&writer, element)
            }
        }
    }

    /// Begins a member of the open object; `value` writes its value.
    mutating func member(_ name: String, _ value: (inout JSONWriter) -> Void) {
        separate()
        literal(name)
        bytes += (isIndented ? ": " : ":").utf8
        value(&self)
    }

    mutating func member(_ name: String, _ text: String?) {
        member(name) { writer in
            if let text { writer.literal(text) } else { writer.null() }
        }
    }

    mutating func member(_ name: String, _ number: (some BinaryInteger)?) {
        member(name) { $0.bytes += (number.map { String($0) } ?? "null").utf8 }
    }

    /// Writes a number rounded to 1 or 2 decimal places; a whole number has none.
    mutating func member(_ name: String, _ number: Double?, places: Int) {
        let scale: Double = places == 1 ? 10 : 100
        member(name) { writer in
            guard let number else { return writer.null() }
            let rounded = (number * scale).rounded() / scale
            writer.bytes += (Int64(exactly: rounded).map { String($0) } ?? "\(rounded)").utf8
        }
    }

    mutating func member(_ name: String, _ truth: Bool) {
        member(name) { $0.bytes += (truth ? "true" : "false").utf8 }
    }

    mutating func null() { bytes += "null".utf8 }

    /// Writes a string with the escapes that RFC 8259 §7 requires, and those for terminals.
    mutating func literal(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": bytes += [UInt8(ascii: "\\"), UInt8(ascii: scalar)]
            case "\n": bytes += "\\n".utf8
            case "\t": bytes += "\\t".utf8
            case "\r": bytes += "\\r".utf8
            case _ where Escaping.isActive(scalar):
                // All of them are in the first plane.
                let digits = String(scalar.value, radix: 16)
                bytes += "\\u".utf8
                bytes += repeatElement(UInt8(ascii: "0"), count: max(0, 4 - digits.utf8.count))
                bytes += digits.utf8
            default: bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func scope(
        open: Unicode.Scalar, close: Unicode.Scalar, _ content: (inout JSONWriter) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        depth += 1
        isFirst = true
        content(&self)
        depth -= 1
        if !isFirst { newLine() }
        bytes.append(UInt8(ascii: close))
        isFirst = false
    }

    private mutating func separate() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        newLine()
    }

    private mutating func newLine() {
        guard isIndented else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes += repeatElement(UInt8(ascii: " "), count: 2 * depth)
    }
}
