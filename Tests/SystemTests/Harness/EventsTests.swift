import Foundation
import TestSupport
import Testing

@Suite("Generated inputs")
struct EventsTests {
    @Test("Generated inputs are equal for the same seed, and differ for another")
    func seeded() {
        func bytes(_ seed: UInt64) -> [UInt8] {
            var generator = SeededGenerator(seed: seed)
            return Events(count: 20).ndjson(using: &generator)
        }
        #expect(bytes(1) == bytes(1))
        #expect(bytes(1) != bytes(2))
    }

    @Test("SplitMix64 gives its published numbers")
    func splitMix() {
        var generator = SeededGenerator(seed: 1_234_567)
        #expect(generator.next() == 6_457_827_717_110_365_317)
        #expect(generator.next() == 3_203_168_211_198_807_973)
    }

    @Test(
        "Generated inputs are valid records with payloads of the requested size",
        arguments: [200, 400, 5000])
    func valid(size: Int) throws {
        var generator = SeededGenerator.fromEnvironment()
        let events = Events(count: 100, payloadBytes: size, applications: 3)
        let ndjson = events.ndjson(using: &generator).split(separator: UInt8(ascii: "\n"))
        let csv = try CSVRows.parse(events.csv(using: &generator))
        #expect(ndjson.count == 100)
        #expect(csv.count == 101)
        #expect(csv[0] == ["appId", "event_type", "payload"])
        var applications: Set<String> = []
        for line in ndjson {
            let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
            let record = try #require(object)
            applications.insert(try #require(record["appId"] as? String))
            #expect(record["payload"] is [String: Any])
            #expect(abs(line.count - size - 75) < 60, "\(generator)")
        }
        for row in csv.dropFirst() {
            let payload = try JSONSerialization.jsonObject(with: Data(row[2].utf8))
            #expect(payload is [String: Any])
            applications.insert(row[0])
        }
        #expect(applications.count == 3)
    }
}
