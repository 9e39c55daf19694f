import Testing

@testable import hookbatch

@Suite("Names of retries") struct RetryNameTests {
    @Test(
        "The first run's name is the start of all",
        arguments: [
            ("events", "events"), ("events.rejected", "events"), ("events.try-2", "events"),
            ("events.rejected.rejected.try-3", "events"), ("a.b.unknown", "a.b"), ("", ""),
            ("a.ndjson.rejected.ndjson", "a.ndjson"),
        ])
    func root(name: String, expected: String) {
        #expect(RetryName.root(of: name) == expected)
    }
}
