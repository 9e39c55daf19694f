import Records
import Testing

@Suite("Messages with the cell that can't be converted")
struct UnconvertedCellTests {
    private static let long = String(repeating: "x", count: 40)

    @Test(
        "The message has the cell, decoded, visible and of at most 40 characters",
        arguments: [
            ("x=a:boolean", "ja", "ja' is not true, t, 1, false, f or 0"),
            ("x=a:number", "\"1,5\"", "1,5' is not a JSON number such as 1.5"),
            (
                "x=a:decimal-comma", "1.5",
                "1.5' is not a number with a decimal comma, such as 1.234,5"
            ),
            ("x=a:json", #""{""n"":x}""#, #"{"n":x}' is not valid JSON: expected a value"#),
            ("x=/a/n", #""{""n"":x}""#, #"{"n":x}' is not valid JSON: expected a value"#),
            ("x=a:boolean", long, "\(long)' is not true"),
            ("x=a:boolean", "\(long)y", "\(long)…' is not true"),
            (
                "x=a:boolean", "\"\(String(repeating: #""""#, count: 99))\"",
                String(repeating: "\"", count: 40) + "…' is not true"
            ),
            ("x=a:boolean", "\u{1B}[31m\u{202E}ü", "\\u{1b}[31m\\u{202e}ü' is not true"),
            ("x=a:boolean", String(repeating: "😀", count: 41), "😀…' is not true"),
            ("x=a:boolean", "\"a\nb\"", "a\\u{a}b' is not true"),
        ])
    func cells(rule: String, cell: String, words: String) throws {
        let options = building(try template([rule]))
        for chunk in [1, .max] {
            var messages: [String] = []
            let input = Array("a,b\n\(cell),1\n".utf8)
            let seen = read(input, commas, options, preparesPayloads: false, chunk: { chunk }) {
                reader, _ in
                messages += reader.record.problem.map { [reader.describe($0)] } ?? []
            }
            #expect(seen.codes == [.invalidPayload])
            let message = try #require(messages.first)
            #expect(message.hasPrefix("payload/x: '"), "\(message)")
            #expect(message.contains(words), "\(message)")
            #expect(!message.unicodeScalars.contains { $0.value < 0x20 }, "\(message)")
        }
    }

    @Test("Another problem of a row does not show its cells")
    func others() {
        var messages: [String] = []
        let input = Array("appId,event_type,payload\na b,t,{x\na,t,{x\n".utf8)
        _ = read(
            input, commas,
            onRecord: { reader, _ in
                messages += reader.record.problem.map { [reader.describe($0)] } ?? []
            })
        #expect(messages.count == 2)
        #expect(!messages.contains { $0.contains("{x") || $0.contains("a b") }, "\(messages)")
    }
}
