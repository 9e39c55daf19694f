extension ShellWords {
    /// Returns a command line, or a sentence with paths, in which the paths of a folder are those of
    /// another one.
    ///
    /// The words are as `quote` returns them. Words that contain a command substitution, as those with
    /// control characters, stay as they are.
    static func moving(_ folder: String, to other: String, in text: String) -> String {
        func inner(_ path: String) -> String { String(quoted(path).dropFirst().dropLast()) }
        // Otherwise each word with it is in quotes.
        let isPlain = quote(folder) == folder
        let parts = text.parts(between: inner(folder) + "/")
        var moved = String(parts[0])
        for part in parts.dropFirst() {
            switch moved.utf8.last {
            case UInt8(ascii: "'"):
                moved += inner(other) + "/" + part
            case UInt8(ascii: "=") where !isPlain:
                moved += inner(other) + "/" + part
            case nil, UInt8(ascii: " "), UInt8(ascii: ">"), UInt8(ascii: "="):
                guard isPlain else { fallthrough }
                // The rest of the word needs no quotes, but the other folder may.
                let end = part.firstIndex { " ;)".contains($0) } ?? part.endIndex
                moved += quote(other + "/" + part[..<end]) + part[end...]
            default:
                // The end of a longer path.
                moved += inner(folder) + "/" + part
            }
        }
        return moved
    }

    /// Returns such a text in which the path of a file is another one.
    static func moving(file path: String, to other: String, in text: String) -> String {
        let parts = text.parts(between: quote(path))
        return parts.dropFirst().reduce(String(parts[0])) { text, part in
            // Not a part of a longer word.
            let starts = text.last.map { " >=".contains($0) } ?? true
            let ends = part.first.map { " ;,):".contains($0) } ?? true
            return text + quote(starts && ends ? other : path) + part
        }
    }
}
