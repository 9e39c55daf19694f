import Records
import TestSupport
import Testing

@Suite("UTF-8 in parts") struct UTF8StreamTests {
    @Test("Random bytes in random parts are judged as the standard library does")
    func random() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let alphabet: [UInt8] = [
            0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF,
            0xF0,
            0xF4, 0xF5,
        ]
        var valid = 0
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...5, using: &generator)
            let bytes = (0..<length).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            var stream = UTF8Stream()
            var rest = bytes[...]
            while !rest.isEmpty {
                let part = rest.prefix(Int.random(in: 1...3, using: &generator))
                part.withUnsafeBytes { stream.add($0) }
                rest = rest.dropFirst(part.count)
            }
            let isValid = String(validating: bytes, as: UTF8.self) != nil
            if isValid { valid += 1 }
            #expect(stream.isValid == isValid, "\(bytes), seed \(seed)")
            if isValid { #expect(stream.isASCII == bytes.allSatisfy { $0 < 0x80 }) }
        }
        #expect(valid > 100)
    }
}
