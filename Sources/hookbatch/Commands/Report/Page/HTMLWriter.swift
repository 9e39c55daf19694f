/// A writer of HTML. Text and attribute values are escaped, and the scope of an element closes
/// it.
struct HTMLWriter {
    private(set) var bytes: [UInt8] = []

    /// Writes trusted markup unescaped.
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

    /// Opens an element; enough for an element without content.
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

    /// Writes any text, escaped.
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

    /// Writes untrusted text, isolated from the text direction around it.
    mutating func untrusted(_ words: String, longest: Int = UntrustedText.longest) {
        element("bdi", text: UntrustedText.shown(words, longest: longest))
    }

    /// Writes an untrusted command line to copy, complete.
    mutating func command(_ command: String) {
        element("p", ["class": "code command"]) { $0.words(command) }
    }

    /// Writes untrusted words, complete. Lines break between words, and only within those that are
    /// longer than a line.
    mutating func words(_ words: String) {
        element("bdi") { page in
            let words = UntrustedText.shown(words, longest: .max).split(
                separator: " ", omittingEmptySubsequences: false)
            for (index, word) in words.enumerated() {
                if index > 0 { page.text(" ") }
                // An empty word would be an empty element.
                if !word.isEmpty { page.element("span", text: String(word)) }
            }
        }
    }

    mutating func line() { bytes.append(0x0a) }

    /// Writes a style sheet unescaped; it must not contain `</`.
    mutating func style(_ css: String) {
        let pairs = zip(css.utf8, css.utf8.dropFirst())
        let closing = (UInt8(ascii: "<"), UInt8(ascii: "/"))
        precondition(!pairs.contains { $0 == closing }, "a style sheet closes its element")
        bytes += css.utf8
    }
}
