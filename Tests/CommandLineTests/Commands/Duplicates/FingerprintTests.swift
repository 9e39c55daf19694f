import TestSupport
import Testing

@testable import hookbatch

@Suite("Fingerprints of records") struct FingerprintTests {
    private struct Fields: Hashable {
        var application: String
        var eventType: String
        var payload: String?

        func fingerprint(_ maker: FingerprintMaker) -> Fingerprint {
            // Each field has a different alignment, which must not matter.
            bytes(application, 1) { application in
                bytes(eventType, 2) { eventType in
                    guard let payload else {
                        return maker.fingerprint(
                            application: application, eventType: eventType, payload: nil)
                    }
                    return bytes(payload, 3) {
                        maker.fingerprint(
                            application: application, eventType: eventType, payload: $0)
                    }
                }
            }
        }

        private func bytes<R>(
            _ text: String, _ shift: Int, _ use: (UnsafeRawBufferPointer) -> R
        ) -> R {
            (Array(repeating: 0, count: shift) + Array(text.utf8)).withUnsafeBytes {
                use(UnsafeRawBufferPointer(rebasing: $0[shift...]))
            }
        }
    }

    @Test("Fingerprints differ if a byte, a length or the presence of a payload differs")
    func distinct() {
        var generator = SeededGenerator.fromEnvironment()
        let draw = generator.seed
        let maker = FingerprintMaker(using: &generator)
        var records: Set<Fields> = []
        for length in 1...40 {
            let zeros = String(repeating: "\0", count: length)
            let letters = String(repeating: "a", count: length)
            for text in [zeros, letters] {
                records.insert(Fields(application: text, eventType: "t", payload: nil))
                records.insert(Fields(application: "a", eventType: text, payload: nil))
                records.insert(Fields(application: "a", eventType: "t", payload: text))
            }
            for place in 0..<length {
                var bytes = Array(letters.utf8)
                bytes[place] = UInt8(ascii: "b")
                let text = String(decoding: bytes, as: UTF8.self)
                records.insert(Fields(application: text, eventType: "t", payload: nil))
                records.insert(Fields(application: "a", eventType: text, payload: nil))
                records.insert(Fields(application: "a", eventType: "t", payload: text))
                // The same bytes, divided differently.
                let start = String(letters.prefix(place + 1))
                let end = String(letters.dropFirst(place + 1))
                records.insert(Fields(application: start, eventType: end, payload: nil))
                records.insert(Fields(application: start, eventType: "", payload: end))
            }
        }
        let fingerprints = Set(records.map { $0.fingerprint(maker) })
        #expect(records.count > 3000)
        #expect(fingerprints.count == records.count, "drawn from \(draw)")
        #expect(fingerprints.allSatisfy { max($0.high, $0.low) < 1 << 61 - 1 })
    }

    @Test("A fingerprint is the value of the polynomial at any point")
    func polynomial() {
        let prime: UInt64 = 1 << 61 - 1
        let fields = Fields(application: "app", eventType: "type.long", payload: "12345678")
        for seed in 1...20 as ClosedRange<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let places = [
                UInt64.random(in: 1..<prime, using: &generator),
                .random(in: 1..<prime, using: &generator),
            ]
            let pieces: [UInt64] = [
                3, 9, 9, piece("app"), piece("type.lo"), piece("ng"), piece("1234567"), piece("8"),
            ]
            let values = places.map { place in
                pieces.reduce(UInt64(0)) { sum, piece in
                    let factor = (sum + piece) % prime
                    let product = factor.multipliedFullWidth(by: place)
                    return prime.dividingFullWidth(product).remainder
                }
            }
            generator = SeededGenerator(seed: seed)
            let found = fields.fingerprint(FingerprintMaker(using: &generator))
            #expect([found.high, found.low] == values)
        }
    }

    private func piece(_ text: String) -> UInt64 {
        text.utf8.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    @Test("Fingerprints have a per-run random seed")
    func secret() {
        let fields = Fields(application: "a", eventType: "t", payload: nil)
        var generator = SystemRandomNumberGenerator()
        let makers = (0..<2).map { _ in FingerprintMaker(using: &generator) }
        #expect(fields.fingerprint(makers[0]) != fields.fingerprint(makers[1]))
    }
}
