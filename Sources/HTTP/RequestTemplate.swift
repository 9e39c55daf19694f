/// The POST of a message, with its constant parts rendered once.
///
/// ```
/// POST {prefix}/applications/{appId}/messages HTTP/1.1
/// Host, Content-Type, Accept, Accept-Encoding, User-Agent, added fields, authentication,
/// Idempotency-Key, Content-Length
///
/// {"event_type":<literal>,"payload":<text>}
/// ```
package struct RequestTemplate: Sendable {
    private static let eventTypeStart: StaticString = "{\"event_type\":"
    private static let payloadStart: StaticString = ",\"payload\":"
    private static let lengthStart: StaticString = "\r\nContent-Length: "
    private static let headEnd: StaticString = "\r\n\r\n"
    private static let bodyEnd = UInt8(ascii: "}")

    /// From the method to the application's ID.
    private let beforeAppID: [UInt8]
    /// From the application's ID to the idempotency key.
    private var beforeKey: [UInt8]
    /// The place of the authentication's key in `beforeKey`.
    private var secret: Range<Int>

    /// Renders the parts common to all messages.
    ///
    /// - Parameters:
    ///   - pathPrefix: the path of the base URL without a slash at its end, such as `/v1`.
    ///   - host: the value of `Host`, with the port if it is not the scheme's default.
    ///   - userAgent: the value of `User-Agent`, unless `fields` have one.
    ///   - fields: added after the program's own ones, in their order.
    ///
    /// No part may contain a control byte, nor the path or host a space: such a byte would change
    /// the meaning of the request. The caller validates them.
    package init(
        pathPrefix: String, host: String, authentication: Authentication, userAgent: String,
        fields: [HeaderField] = []
    ) {
        precondition(Self.isVisible(Array(pathPrefix.utf8)), "the path holds a space or control")
        precondition(Self.isVisible(Array(host.utf8)), "the host holds a space or control byte")
        precondition(Self.isFieldValue(Array(userAgent.utf8)), "User-Agent holds a control byte")
        precondition(Self.isFieldValue(authentication.key), "the key holds a control byte")
        beforeAppID = Array("POST \(pathPrefix)/applications/".utf8)
        var head = Array(
            [
                Self.requestLineEnd,
                "Host: \(host)\r\n",
                "Content-Type: application/json\r\n",
                "Accept: application/json\r\n",
                // Without it, some servers compress their responses.
                "Accept-Encoding: identity\r\n",
            ].joined().utf8)
        if !fields.contains(where: { $0.isNamed("user-agent") }) {
            head += Array("User-Agent: \(userAgent)\r\n".utf8)
        }
        for field in fields {
            precondition(Self.isFieldValue(field.value), "a header field holds a control byte")
            head += Array("\(field.name): ".utf8) + field.value + Array("\r\n".utf8)
        }
        head += Array("\(authentication.fieldStart)".utf8)
        secret = head.count..<(head.count + authentication.key.count)
        beforeKey = head + authentication.key + Array("\r\nIdempotency-Key: ".utf8)
    }

    private static let requestLineEnd = "/messages HTTP/1.1\r\n"

    /// Puts another key in place of the authentication's key.
    package mutating func replaceSecret(by key: [UInt8]) {
        precondition(Self.isFieldValue(key), "the key holds a control byte")
        beforeKey.replaceSubrange(secret, with: key)
        secret = secret.lowerBound..<(secret.lowerBound + key.count)
    }

    /// The place of the authentication's key in a request of this template.
    package func secretRange(in request: UnsafeRawBufferPointer) -> Range<Int> {
        // An application's ID has no space.
        var appIDEnd = beforeAppID.count
        while request[appIDEnd] != ASCII.space { appIDEnd += 1 }
        appIDEnd -= Self.requestLineEnd.utf8.prefix { $0 != ASCII.space }.count
        return (appIDEnd + secret.lowerBound)..<(appIDEnd + secret.upperBound)
    }

    /// The exact size of a request in bytes, from the sizes of its parts.
    package func byteCount(appID: Int, eventType: Int, payload: Int?, key: Int) -> Int {
        let body = Self.bodyByteCount(eventType: eventType, payload: payload)
        return beforeAppID.count + appID + beforeKey.count + key
            + Self.lengthStart.utf8CodeUnitCount + Self.digitCount(body)
            + Self.headEnd.utf8CodeUnitCount + body
    }

    /// Writes a request.
    ///
    /// - Parameters:
    ///   - appID: validated and ready for the path; no control bytes, spaces or slashes.
    ///   - eventType: a JSON string literal, with its quotes.
    ///   - payload: JSON text; nil leaves the member out.
    ///   - idempotencyKey: visible ASCII.
    ///   - output: at least `byteCount` bytes.
    /// - Returns: the number of bytes written: `byteCount` of the same sizes.
    package func write(
        appID: UnsafeRawBufferPointer, eventType: UnsafeRawBufferPointer,
        payload: UnsafeRawBufferPointer?, idempotencyKey: UnsafeRawBufferPointer,
        to output: UnsafeMutableRawBufferPointer
    ) -> Int {
        var writer = ByteWriter(output)
        writeStart(
            appID: appID, eventType: eventType, payload: payload?.count,
            idempotencyKey: idempotencyKey, to: &writer)
        if let payload { writer.append(payload) }
        writer.append(Self.bodyEnd)
        return writer.count
    }

    /// Writes a request except its payload, which is elsewhere in memory.
    ///
    /// - Parameters:
    ///   - payload: its length in bytes.
    ///   - output: at least `byteCount` bytes, less those of the payload.
    /// - Returns: the number of bytes written, and how many of them precede the payload.
    package func writeAround(
        payload: Int, appID: UnsafeRawBufferPointer, eventType: UnsafeRawBufferPointer,
        idempotencyKey: UnsafeRawBufferPointer, to output: UnsafeMutableRawBufferPointer
    ) -> (count: Int, before: Int) {
        var writer = ByteWriter(output)
        writeStart(
            appID: appID, eventType: eventType, payload: payload, idempotencyKey: idempotencyKey,
            to: &writer)
        let before = writer.count
        writer.append(Self.bodyEnd)
        return (writer.count, before)
    }

    /// Writes everything before the payload.
    private func writeStart(
        appID: UnsafeRawBufferPointer, eventType: UnsafeRawBufferPointer, payload: Int?,
        idempotencyKey: UnsafeRawBufferPointer, to writer: inout ByteWriter
    ) {
        let body = Self.bodyByteCount(eventType: eventType.count, payload: payload)
        // Last line of defence: a line end here would allow request injection.
        precondition(Self.isVisible(appID), "an application id that would break the request")
        precondition(Self.isVisible(idempotencyKey), "a key that would break the request")
        beforeAppID.withUnsafeBytes { writer.append($0) }
        writer.append(appID)
        beforeKey.withUnsafeBytes { writer.append($0) }
        writer.append(idempotencyKey)
        writer.append(Self.lengthStart)
        writer.appendDecimal(body)
        writer.append(Self.headEnd)
        writer.append(Self.eventTypeStart)
        writer.append(eventType)
        if payload != nil { writer.append(Self.payloadStart) }
    }

    private static func bodyByteCount(eventType: Int, payload: Int?) -> Int {
        let member = payload.map { payloadStart.utf8CodeUnitCount + $0 } ?? 0
        return eventTypeStart.utf8CodeUnitCount + eventType + member + 1
    }

    private static func digitCount(_ number: Int) -> Int {
        var digits = 1
        var rest = number / 10
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        return digits
    }

    private static func isFieldValue(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { $0.firstControl(from: 0, to: $0.count) == $0.count }
    }

    private static func isVisible(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { isVisible($0) }
    }

    private static func isVisible(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.firstControl(from: 0, to: bytes.count) == bytes.count
            && !bytes.contains(ASCII.space)
    }
}

/// Hides the template's parts, which contain the key.
extension RequestTemplate: CustomReflectable {
    package var customMirror: Mirror { Mirror(self, children: []) }
}
