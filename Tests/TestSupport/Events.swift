/// Realistic input files from a seed: valid records with payloads of a given size.
package struct Events: Sendable {
    /// The number of records.
    package var count: Int
    /// The approximate bytes of each payload; at least 150, the size without filling.
    package var payloadBytes = 400
    /// The number of applications that they are for.
    package var applications = 20

    package init(count: Int, payloadBytes: Int = 400, applications: Int = 20) {
        self.count = count
        self.payloadBytes = payloadBytes
        self.applications = applications
    }

    /// Makes one JSON object per line, each line ended by LF.
    package func ndjson(using generator: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * (payloadBytes + 80))
        for _ in 0..<count {
            bytes += ndjsonLine(using: &generator).utf8
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    /// Makes one valid NDJSON record, without a line end.
    package func ndjsonLine(using generator: inout SeededGenerator) -> String {
        let event = Self.types[Int(generator.next() % UInt64(Self.types.count))]
        let payload = payload(event, using: &generator)
        return "{\"appId\":\"\(application(using: &generator))\",\"event_type\":\"\(event)\","
            + "\"payload\":\(payload)}"
    }

    /// Makes a header and one row per record, with quoted JSON payloads; rows end with CR LF.
    package func csv(using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = [UInt8]("appId,event_type,payload\r\n".utf8)
        bytes.reserveCapacity(count * (payloadBytes + 80))
        for _ in 0..<count {
            bytes += csvLine(using: &generator).utf8
            bytes += "\r\n".utf8
        }
        return bytes
    }

    /// Makes one valid CSV row, without a line end.
    package func csvLine(using generator: inout SeededGenerator) -> String {
        let event = Self.types[Int(generator.next() % UInt64(Self.types.count))]
        var quoted = "\""
        for character in payload(event, using: &generator).unicodeScalars {
            if character == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(character)
        }
        return "\(application(using: &generator)),\(event),\(quoted)\""
    }

    private func application(using generator: inout SeededGenerator) -> String {
        // An id has the API's form: 32 hexadecimal digits.
        let index = generator.next() % UInt64(max(1, applications))
        var mixed = SeededGenerator(seed: index)
        return Self.hexadecimal(mixed.next()) + Self.hexadecimal(mixed.next())
    }

    private func payload(_ event: String, using generator: inout SeededGenerator) -> String {
        let person = Self.people[Int(generator.next() % UInt64(Self.people.count))]
        let cents = generator.next() % 100_000
        var text =
            "{\"id\":\"evt_\(Self.hexadecimal(generator.next()))\",\"kind\":\"\(event)\","
            + "\"customer\":{\"name\":\"\(person)\",\"vip\":\(cents % 7 == 0)},"
            + "\"amount\":\(cents / 100).\(cents / 10 % 10)\(cents % 10),"
            + "\"items\":[\(cents % 9),null,-1.5e3],\"note\":\""
        let end = "\"}"
        while text.utf8.count + end.utf8.count < payloadBytes {
            let word = Self.words[Int(generator.next() % UInt64(Self.words.count))]
            text += word
        }
        return text + end
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static let types = [
        "user.created", "user.updated", "order.placed", "order.paid", "invoice.finalised",
        "subscription.renewed", "parcel.delivered",
    ]
    private static let people = [
        "Ada Lovelace", "Jürgen Weiß", "山田太郎", "Zoë \\u0141ukasz", "O'Brien \\\"Bob\\\"", "María 🦊",
    ]
    /// Escapes, quotes, CSV separators and characters of two to four bytes among plain words.
    private static let words = [
        "shipped ", "by post, ", "twice; ", "\\\"fragile\\\" ", "a\\\\b ", "line\\nbreak ",
        "größer ",
        "数量 ", "🚚 ", "50% ", "\\u00e9t\\u00e9 ",
    ]
}
