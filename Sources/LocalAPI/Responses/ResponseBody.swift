import Destinations
import Records

/// The JSON bodies of responses.
enum ResponseBody {
    /// `{"message":{…}}` with the nine documented members, all of them strings.
    ///
    /// `payload` is the JSON text of the payload, as a string; `null` for one that is absent.
    static func appendMessage(
        _ stored: StoredMessage, applicationID: UnsafeRawBufferPointer,
        eventType: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer?,
        to output: inout [UInt8]
    ) {
        output.append(contentsOf: #"{"message":{"id":"#.utf8)
        JSONString.appendLiteral(of: stored.id, to: &output)
        appendMember("org_id", stored.org, to: &output)
        appendMember("env_id", stored.env, to: &output)
        appendMember("application_id", applicationID, to: &output)
        output.append(contentsOf: #","event_type":"#.utf8)
        // It came as a literal, and goes out as the same.
        output.append(contentsOf: eventType)
        if let payload {
            appendMember("payload", payload, to: &output)
        } else {
            output.append(contentsOf: #","payload":"null""#.utf8)
        }
        appendMember("status", stored.status, to: &output)
        appendMember("created_at", stored.createdAt, to: &output)
        appendMember("updated_at", stored.updatedAt, to: &output)
        output.append(contentsOf: "}}".utf8)
    }

    /// `{"error":{"message":"…"}}`
    static func appendError(_ message: String, to output: inout [UInt8]) {
        output.append(contentsOf: #"{"error":{"message":"#.utf8)
        var message = message
        message.withUTF8 {
            JSONString.appendLiteral(of: UnsafeRawBufferPointer($0), to: &output)
        }
        output.append(contentsOf: "}}".utf8)
    }

    private static func appendMember(
        _ name: StaticString, _ value: UnsafeRawBufferPointer, to output: inout [UInt8]
    ) {
        output.append(contentsOf: ",\"".utf8)
        output.append(contentsOf: UnsafeBufferPointer(of: name))
        output.append(contentsOf: "\":".utf8)
        JSONString.appendLiteral(of: value, to: &output)
    }
}
