import Testing

@testable import hookbatch

@Suite("The words of a command") struct CommandWordsTests {
    @Test(
        "A command is split as a shell splits it",
        arguments: [
            ("vault kv get -field=key a/b", ["vault", "kv", "get", "-field=key", "a/b"]),
            ("  a\t b\n", ["a", "b"]), (#"a 'b c' "d e" f\ g"#, ["a", "b c", "d e", "f g"]),
            (#"a '' "" b"#, ["a", "", "", "b"]), (#"a x'y z'"w""#, ["a", "xy zw"]),
            (#"a "b\"c\\d\e""#, ["a", #"b"c\d\e"#]), ("sh -c 'a | b'", ["sh", "-c", "a | b"]),
            ("a b~c d#e", ["a", "b~c", "d#e"]), ("a é", ["a", "é"]),
        ])
    func split(line: String, words: [String]) {
        #expect(CommandWords(line)?.words == words)
    }

    @Test(
        "What only a shell understands, or what has no end, is no command",
        arguments: [
            "", "  ", "''", "a | b", "a; b", "a & b", "a > b", "a < b", "a $HOME", "a `b`",
            "a (b)", "a *", "a ?", "a [b]", "~/a", "a #b", "a 'b", "a \"b", "a \\", "a \"$b\"",
            "a \"`b`\"", "a b\u{0}",
        ])
    func refused(line: String) { #expect(CommandWords(line) == nil) }
}
