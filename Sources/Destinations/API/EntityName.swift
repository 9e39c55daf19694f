/// The names of ASCII characters in HTML's entities, such as `&amp;`.
enum EntityName {
    /// More than the longest name in HTML.
    static let maxBytes = 32

    /// The number of names, the first ones, that browsers read without a semicolon too.
    private static let namesWithoutSemicolon = 8

    private static let names: [(name: StaticString, byte: Character)] = [
        ("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("AMP", "&"), ("LT", "<"),
        ("GT", ">"), ("QUOT", "\""),
        ("apos", "'"), ("excl", "!"), ("num", "#"), ("dollar", "$"), ("percnt", "%"), ("lpar", "("),
        ("rpar", ")"), ("ast", "*"), ("midast", "*"), ("plus", "+"), ("comma", ","),
        ("period", "."), ("sol", "/"), ("colon", ":"), ("semi", ";"), ("equals", "="),
        ("quest", "?"), ("commat", "@"), ("lsqb", "["), ("lbrack", "["), ("bsol", "\\"),
        ("rsqb", "]"), ("rbrack", "]"), ("Hat", "^"), ("lowbar", "_"), ("UnderBar", "_"),
        ("grave", "`"), ("DiacriticalGrave", "`"), ("lcub", "{"), ("lbrace", "{"),
        ("verbar", "|"), ("vert", "|"), ("VerticalLine", "|"), ("rcub", "}"), ("rbrace", "}"),
        ("hyphen", "-"), ("dash", "-"), ("minus", "-"), ("tilde", "~"),
    ]

    /// The character of `name`; nil for another name.
    static func byte(of name: UnsafeRawBufferPointer) -> UInt8? {
        names.first { bytes(of: $0.name).elementsEqual(name) }?.byte.asciiValue
    }

    /// The character of a name that needs no semicolon at the start of `text`, and its length.
    static func withoutSemicolon(
        at text: UnsafeRawBufferPointer
    ) -> (byte: UInt8, count: Int)? {
        for (name, byte) in names.prefix(namesWithoutSemicolon)
        where text.starts(with: bytes(of: name)) {
            return byte.asciiValue.map { ($0, name.utf8CodeUnitCount) }
        }
        return nil
    }

    private static func bytes(of name: StaticString) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    }
}
