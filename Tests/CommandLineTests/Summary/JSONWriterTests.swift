import Testing

@testable import hookbatch

@Suite("The JSON writer") struct JSONWriterTests {
    @Test("JSON is written with one member per line")
    func jsonText() {
        var writer = JSONWriter()
        writer.object { json in
            json.member("a", 1)
            json.member("b") { $0.array([1, 2]) { json, number in json.literal("\(number)") } }
            json.member("c") { $0.object { _ in } }
            json.member("d") { $0.array([Int]()) { _, _ in } }
            json.member("e", nil as String?)
        }
        #expect(
            String(decoding: writer.bytes, as: UTF8.self) == """
                {
                  "a": 1,
                  "b": [
                    "1",
                    "2"
                  ],
                  "c": {},
                  "d": [],
                  "e": null
                }
                """)
    }
}
