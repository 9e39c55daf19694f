import HTTP

/// Writer of responses whose body is JSON or empty.
struct ResponseEncoder {
    /// Larger storage is released after a response.
    private static let keptBodyBytes = 64 * 1024

    private var writer = ResponseWriter()
    /// The next response's body.
    var body: [UInt8] = []

    /// Appends a response with the JSON text in `body`, and empties it.
    mutating func appendJSON(
        _ status: Int, for head: RequestHead?, keepsAlive: Bool,
        fields: [(name: String, value: String)] = [], at time: Responder.Time,
        to output: inout [UInt8]
    ) {
        body.withUnsafeBytes {
            writer.append(
                status: status, date: time.wall / 1000, contentType: "application/json",
                keepsAlive: keepsAlive, fields: fields, omitsBody: head?.method == "HEAD",
                body: $0, to: &output)
        }
        body.removeAll(keepingCapacity: body.capacity <= Self.keptBodyBytes)
    }

    /// Appends a response without a body.
    mutating func appendEmpty(
        _ status: Int, keepsAlive: Bool, fields: [(name: String, value: String)] = [],
        at time: Responder.Time, to output: inout [UInt8]
    ) {
        writer.append(
            status: status, date: time.wall / 1000, keepsAlive: keepsAlive, fields: fields,
            body: UnsafeRawBufferPointer(start: nil, count: 0), to: &output)
    }

    /// Appends a refusal.
    mutating func append(
        _ refusal: Refusal, for head: RequestHead?, keepsAlive: Bool, at time: Responder.Time,
        to output: inout [UInt8]
    ) {
        ResponseBody.appendError(refusal.message, to: &body)
        appendJSON(
            refusal.status, for: head, keepsAlive: keepsAlive, fields: refusal.fields, at: time,
            to: &output)
    }
}
