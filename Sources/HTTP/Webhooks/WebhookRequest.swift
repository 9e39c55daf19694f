/// The POST of one webhook, with the header fields of Standard Webhooks 1.0.0.
package enum WebhookRequest {
    /// What is sent of a message.
    package enum Body: String, CaseIterable, Sendable {
        /// `{"type":…,"timestamp":…,"data":…}`, as the specification recommends.
        case envelope
        /// The payload alone; `null` without one.
        case payload
    }

    /// The message of a webhook.
    package struct Message: Sendable {
        /// The same in each attempt.
        package var id: String
        /// A JSON string literal.
        package var eventType: [UInt8]
        /// When the message was stored: RFC 3339.
        package var createdAt: String
        /// JSON text; nil if the message has none.
        package var payload: [UInt8]?

        package init(id: String, eventType: [UInt8], createdAt: String, payload: [UInt8]?) {
            self.id = id
            self.eventType = eventType
            self.createdAt = createdAt
            self.payload = payload
        }
    }

    /// The bytes of the body.
    package static func body(of message: Message, as form: Body) -> [UInt8] {
        let payload = message.payload ?? Array("null".utf8)
        guard form == .envelope else { return payload }
        return Array("{\"type\":".utf8) + message.eventType
            + Array(",\"timestamp\":\"\(message.createdAt)\",\"data\":".utf8) + payload
            + [UInt8(ascii: "}")]
    }

    /// The bytes of the request.
    ///
    /// - Parameters:
    ///   - timestamp: of this attempt, in seconds since 1970.
    ///   - secrets: at least one; each signs.
    ///   - userAgent: without control bytes.
    package static func bytes(
        to url: WebhookURL, _ message: Message, as form: Body, timestamp: Int64,
        secrets: [WebhookSecret], userAgent: String
    ) -> [UInt8] {
        precondition(!secrets.isEmpty, "a webhook without a signature")
        // Last line of defence: a line end here would allow request injection.
        precondition(
            message.id.utf8.allSatisfy { $0 > ASCII.space && $0 < ASCII.delete },
            "a message's id that would break the request")
        let body = body(of: message, as: form)
        let signature = body.withUnsafeBytes {
            WebhookSignature.value(
                id: message.id.utf8, timestamp: timestamp, body: $0, secrets: secrets)
        }
        let head = """
            POST \(url.target) HTTP/1.1\r
            Host: \(url.origin.hostHeader)\r
            Content-Type: application/json\r
            Accept: */*\r
            Accept-Encoding: identity\r
            User-Agent: \(userAgent)\r
            webhook-id: \(message.id)\r
            webhook-timestamp: \(timestamp)\r
            webhook-signature: \(String(decoding: signature, as: UTF8.self))\r
            Content-Length: \(body.count)\r
            \r\n
            """
        return Array(head.utf8) + body
    }
}
