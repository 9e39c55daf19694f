import Records

/// The two members of a `POST …/messages` body, as ranges.
struct MessageBody: Hashable {
    /// A JSON string literal, quotes included.
    var eventType: ByteRange
    /// JSON text; nil if absent.
    var payload: ByteRange?

    /// Parses a body by the documented rules: an object with a string `event_type` and optionally an
    /// object, a string or null as `payload`. Of duplicate members the last one counts.
    static func read(_ body: UnsafeRawBufferPointer) -> Result<MessageBody, Refusal> {
        if let problem = JSONDocument.problem(in: body) {
            return refuse(
                "The body is not JSON: \(problem.reason.message) (byte \(problem.position)).")
        }
        let first = body.first { $0 > 0x20 }
        guard first == UInt8(ascii: "{") else { return refuse("The body is not a JSON object.") }
        guard let eventType = JSONDocument.value(at: Self.eventTypePath, in: body) else {
            return refuse("event_type is required.")
        }
        guard body[eventType.start] == UInt8(ascii: "\"") else {
            return refuse("event_type must be a string.")
        }
        let literal = UnsafeRawBufferPointer(
            rebasing: body[eventType.start..<eventType.start + eventType.count])
        guard EventType.isValid(literal: literal) else {
            return refuse(
                "event_type must be 1 to \(EventType.maxLength) characters without control "
                    + "characters.")
        }
        let payload = JSONDocument.value(at: Self.payloadPath, in: body)
        if let payload {
            switch body[payload.start] {
            case UInt8(ascii: "{"), UInt8(ascii: "\""), UInt8(ascii: "n"): break
            default: return refuse("payload must be an object, a string or null.")
            }
        }
        return .success(MessageBody(eventType: eventType, payload: payload))
    }

    private static let eventTypePath: JSONPointer = ["event_type"]
    private static let payloadPath: JSONPointer = ["payload"]

    private static func refuse(_ message: String) -> Result<MessageBody, Refusal> {
        .failure(Refusal(400, message))
    }
}
