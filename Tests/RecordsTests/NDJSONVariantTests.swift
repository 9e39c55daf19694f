import Records
import Testing

@Suite("Variants of NDJSON")
struct NDJSONVariantTests {
    private static let object = #"{"appId":"a","event_type":"e","payload":{"n":[1]}}"#

    private static let mapped = ReaderOptions {
        $0.mapping.payload = .pointer(["payload", "n"]); $0.payload = .any
    }

    @Test("One comma after an object and a record separator before it are allowed")
    func valid() {
        for line in ["E,", "E , ", "\u{1E}E", " \u{1E} E", "\u{1E}E,", "\u{1E}\u{1E}E"] {
            let text = line.replacing("E", with: Self.object)
            for chunk in [1, .max] {
                let input = Array((text + "\r\n" + text).utf8)
                let seen = read(input, .ndjson, chunk: { chunk })
                #expect(seen.payloads == Array(repeating: #"{"n":[1]}"#, count: 2), "\(line)")
                #expect(seen.records.map(\.bytes) == Array(repeating: Array(text.utf8), count: 2))
                #expect(seen.lines == [1, 2])
                #expect(read(input, .ndjson, Self.mapped).payloads == ["[1]", "[1]"])
            }
        }
    }

    @Test(
        "Anything else beside an object is invalid",
        arguments: ["E,,", "E,E", ",E", "E,x", "E\u{1E}", "\u{1E}", "1,", "\u{1E}1", "{,", "E]"])
    func invalid(line: String) {
        let seen = read(line.replacing("E", with: Self.object) + "\n")
        #expect(seen.records.count == 1 && seen.records[0].problem != nil)
    }

    @Test("A JSON text sequence with values over several lines is read as JSON")
    func sequence() {
        let formatted = Self.object.replacing(",", with: ",\n")
        let text = "\u{1E}" + formatted + "\n\u{1E}" + formatted + "\n"
        for chunk in [1, .max] {
            let seen = read(Array(text.utf8), .json, chunk: { chunk })
            #expect(seen.payloads == Array(repeating: #"{"n":[1]}"#, count: 2))
            #expect(seen.lines == [1, 4] && seen.codes == [nil, nil])
        }
        #expect(read("[\u{1E}{}]", .json).codes.last == .incompleteInput)
    }
}
