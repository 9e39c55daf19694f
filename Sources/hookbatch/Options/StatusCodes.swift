/// A set of HTTP status codes from 300 to 599.
struct StatusCodes: Hashable, Sendable {
    private(set) var codes: Set<Int>

    func contains(_ code: Int) -> Bool { codes.contains(code) }

    /// Reads `408,429,5xx`, where `xx` is a whole hundred. Returns nil for other text.
    init?(text: String) {
        codes = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let digits = Array(part.utf8)
            if digits.count == 3, digits[1...].elementsEqual("xx".utf8),
                digits[0] >= UInt8(ascii: "3"), digits[0] <= UInt8(ascii: "5")
            {
                let first = Int(digits[0] - UInt8(ascii: "0")) * 100
                codes.formUnion(first...first + 99)
            } else if let code = WholeNumber.parse(String(part), in: 300...599) {
                codes.insert(code)
            } else {
                return nil
            }
        }
    }
}
