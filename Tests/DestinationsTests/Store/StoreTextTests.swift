import Destinations
import Foundation
import TestSupport
import Testing

@Suite("Texts made by the store")
struct StoreTextTests {
    private func id(_ generator: inout MessageIDGenerator, now: Int64) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: MessageIDGenerator.byteCount) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            generator.next(now: now, into: start)
            count = MessageIDGenerator.byteCount
        }
    }

    @Test(
        "A message's id is a ULID that contains its time",
        arguments: [0, 1, 1_795_000_000_123, 1 << 48 - 1])
    func idTime(now: Int64) throws {
        var generator = MessageIDGenerator()
        let text = String(decoding: id(&generator, now: now), as: UTF8.self)
        #expect(text.hasPrefix("msg_"))
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        var value: UInt128 = 0
        for character in text.dropFirst(4) {
            value = value << 5 | UInt128(try #require(alphabet.firstIndex(of: character)))
        }
        #expect(value >> 80 == (now == 0 ? 0 : UInt128(now)))
    }

    @Test("Message ids ascend strictly within a millisecond and after the clock was set back")
    func idsAscend() {
        var generator = MessageIDGenerator()
        var last = id(&generator, now: 5)
        for number in 0..<20_000 {
            let next = id(&generator, now: number.isMultiple(of: 7) ? 3 : Int64(5 + number / 1000))
            if !last.lexicographicallyPrecedes(next) {
                Issue.record("id \(number) does not follow the one before")
                return
            }
            last = next
        }
    }

    @Test("Two generators make different message ids at the same time")
    func idsDiffer() {
        var one = MessageIDGenerator()
        var other = MessageIDGenerator()
        let ids = (0..<1000).flatMap { _ in [id(&one, now: 9), id(&other, now: 9)] }
        #expect(Set(ids).count == 2000)
    }

    @Test(
        "An event type's escapes are decoded",
        arguments: [
            (#""""#, ""), (#""user.created""#, "user.created"), (#""é😀""#, "é😀"),
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"),
            (#""\ud83d\ude00!""#, "😀!"), (#""\ud83d""#, "\u{FFFD}"),
            (#""\ude00x""#, "\u{FFFD}x"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
            (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
        ])
    func eventTypes(literal: String, text: String) throws {
        #expect(try stored([literal]) == [text])
    }

    @Test("An event type of any length is decoded, and the next one after it")
    func longEventType() throws {
        let literal = "\"" + String(repeating: #"\u0078"#, count: 10_000) + "\""
        let long = String(repeating: "x", count: 10_000)
        #expect(try stored([literal, #""\u0041""#]) == [long, "A"])
    }

    /// Stores messages with these literals and returns the event types in the store.
    private func stored(_ literals: [String]) throws -> [String?] {
        let folder = try StoreFolder()
        let store = try folder.store()
        for (index, literal) in literals.enumerated() {
            let message = OwnMessage(eventType: literal, key: "k-\(index)")
            #expect(try store.submit(message) == .created)
        }
        try store.commit()
        return try folder.connection()
            .rows("SELECT event_type FROM messages ORDER BY rowid", columns: 1).map { $0[0] }
    }
}
