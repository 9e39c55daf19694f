import Sending

extension ShellWords {
    /// Joins `words` to a command line. The credentials of a proxy become `***`, and the name of an
    /// open descriptor, which the next shell does not have, becomes `<(…)`.
    static func commandLine(_ words: [String]) -> String {
        let proxy = Flags.connection.proxy.declaration.spelling
        var shown: [String] = []
        for (index, word) in words.enumerated() {
            let isValue = index > 0 && words[index - 1] == proxy
            let isBoth = word.hasPrefix(proxy + "=")
            if InputPath(operand: word).isDescriptor {
                shown.append("<(…)")
                continue
            }
            shown.append(quote(isValue || isBoth ? withoutCredentials(word) : word))
        }
        return shown.joined(separator: " ")
    }

    /// Returns a proxy's URL, or the flag with it, without credentials.
    private static func withoutCredentials(_ word: String) -> String {
        let flag = word.hasPrefix("--proxy=") ? "--proxy=" : ""
        return flag + URLText.withoutCredentials(word.dropFirst(flag.count))
    }
}
