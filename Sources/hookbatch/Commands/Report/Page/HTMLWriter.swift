/// Writes HTML. What it is given as text or as an attribute's value is escaped, whatever it holds,
/// and an element is closed by the scope that opens it.
struct HTMLWriter {
    private(set) var bytes: [UInt8] = []

    /// Markup of our own, as it is.
    mutating func markup(_ markup: StaticString) {
        markup.withUTF8Buffer { bytes += $0 }
    }

    mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
        _ content: (inout HTMLWriter) -> Void
    ) {
        open(name, attributes)
        content(&self)
        markup("</")
        markup(name)
        markup(">")
    }

    mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
        text: String
    ) {
        element(name, attributes) { $0.text(text) }
    }

    /// Begins an element. Those without content need no more.
    mutating func open(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:]
    ) {
        markup("<")
        markup(name)
        for (name, value) in attributes {
            markup(" ")
            markup(name)
            markup("=\"")
            text(value)
            markup("\"")
        }
        markup(">")
    }

    /// Text of any origin.
    mutating func text(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): markup("&amp;")
            case UInt8(ascii: "<"): markup("&lt;")
            case UInt8(ascii: ">"): markup("&gt;")
            case UInt8(ascii: "\""): markup("&quot;")
            case UInt8(ascii: "'"): markup("&#39;")
            default: bytes.append(byte)
            }
        }
    }

    /// Words that others wrote, kept apart from the direction of the text around them.
    mutating func foreign(_ words: String, longest: Int = ForeignText.longest) {
        element("bdi", text: ForeignText.shown(words, longest: longest))
    }

    mutating func line() { bytes.append(0x0a) }

    /// The content of an element whose text is not escaped in HTML; it must not hold `</`.
    mutating func style(_ css: String) {
        let pairs = zip(css.utf8, css.utf8.dropFirst())
        let closing = (UInt8(ascii: "<"), UInt8(ascii: "/"))
        precondition(!pairs.contains { $0 == closing }, "a style sheet closes its element")
        bytes += css.utf8
    }
}
