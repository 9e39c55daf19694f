/// The loopback server's reply to a request: steps on its connection, and whether it accepts.
///
/// After the last step the connection is ready for the next request, unless a step closed it.
package struct Reply: Sendable {
    package enum Step: Sendable {
        case write([UInt8])
        /// Writes the bytes `times` times, without keeping them all in memory.
        case writeRepeatedly([UInt8], times: Int)
        case pause(Duration)
        /// Sends nothing more and keeps the connection open until the client or `stop()` closes it.
        case hang
        /// Sends FIN, then reads and drops further bytes, so that the written ones arrive.
        case close
        /// Sends RST: bytes already written may be lost.
        case reset
    }

    package var steps: [Step]
    /// Whether the request's key is added to the acceptance log, before the first step.
    package var accepts: Bool

    package init(_ steps: [Step], accepts: Bool = false) {
        self.steps = steps
        self.accepts = accepts
    }

    /// The same reply, counted as accepted.
    package var accepting: Reply { Reply(steps, accepts: true) }

    /// The same reply, with the connection closed after it.
    package var thenClose: Reply { Reply(steps + [.close], accepts: accepts) }
}

extension Reply {
    /// Responds 201 with the documented body. The message's id is `messageID(of:)`.
    package static func created(_ request: Request) -> Reply {
        Reply([.write(Message.answer(number: request.number))], accepts: true)
    }

    /// Returns the `message.id` that `created` gives this request.
    package static func messageID(of request: Request) -> String {
        Message.id(request.number)
    }

    /// Sends a complete response with `Content-Length`. A 201 is counted as accepted.
    package static func answer(
        _ status: Int, headers: [(String, String)] = [], body: String = ""
    ) -> Reply {
        Reply([.write(bytes(status, headers: headers, body: body))], accepts: status == 201)
    }

    /// Returns the bytes of a complete response, for a script that truncates or changes them.
    package static func bytes(
        _ status: Int, headers: [(String, String)] = [], body: String = ""
    ) -> [UInt8] {
        var text = "HTTP/1.1 \(status) Scripted\r\nContent-Type: application/json\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        text += "Content-Length: \(body.utf8.count)\r\n\r\n"
        return [UInt8](text.utf8) + [UInt8](body.utf8)
    }

    package static func raw(_ text: String) -> Reply { Reply([.write([UInt8](text.utf8))]) }

    package static func raw(_ bytes: [UInt8]) -> Reply { Reply([.write(bytes)]) }

    package static func rawInPieces(_ pieces: [[UInt8]], pause: Duration) -> Reply {
        var steps: [Step] = []
        for piece in pieces { steps += [.write(piece), .pause(pause)] }
        return Reply(steps)
    }

    /// Sends one byte per segment.
    package static func byteByByte(
        _ bytes: [UInt8], pause: Duration = .milliseconds(1)
    ) -> Reply {
        rawInPieces(bytes.map { [$0] }, pause: pause)
    }

    /// Never responds.
    package static let silence = Reply([.hang])
    /// Closes without a response and without accepting.
    package static let close = Reply([.close])
    /// Resets the connection without a response and without accepting.
    package static let reset = Reply([.reset])
    package static let acceptThenClose = close.accepting
    package static let acceptThenReset = reset.accepting
    package static let acceptThenSilence = silence.accepting

    package static func delay(_ time: Duration, _ reply: Reply) -> Reply {
        Reply([.pause(time)] + reply.steps, accepts: reply.accepts)
    }

    /// Sends interim responses (`100`, `103`) before the reply.
    package static func interim(_ statuses: [Int], _ reply: Reply) -> Reply {
        let heads = statuses.map { "HTTP/1.1 \($0) Interim\r\nLink: </style.css>\r\n\r\n" }
        return Reply([.write([UInt8](heads.joined().utf8))] + reply.steps, accepts: reply.accepts)
    }

    /// Sends a head, then a body of `mebibytes`.
    package static func largeBody(_ status: Int, mebibytes: Int) -> Reply {
        let head = "HTTP/1.1 \(status) Scripted\r\nContent-Length: \(mebibytes << 20)\r\n\r\n"
        return Reply(
            [.write([UInt8](head.utf8)), .writeRepeatedly(mebibyte, times: mebibytes)],
            accepts: status == 201)
    }

    /// Sends a head without a length, then a body that never ends.
    package static func endlessBody(_ status: Int) -> Reply {
        let head = "HTTP/1.1 \(status) Scripted\r\nConnection: close\r\n\r\n"
        return Reply(
            [.write([UInt8](head.utf8)), .writeRepeatedly(mebibyte, times: .max)],
            accepts: status == 201)
    }

    private static let mebibyte = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
}

/// The documented response for 201.
private enum Message {
    /// Returns an id; all have the same length, so that the head is the same.
    static func id(_ number: Int) -> String {
        let digits = String(number)
        return "msg_" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }

    static func answer(number: Int) -> [UInt8] {
        var bytes = beforeID
        bytes += id(number).utf8
        bytes += afterID
        return bytes
    }

    private static let opening = "{\"message\":{\"id\":\""
    private static let closing =
        "\",\"org_id\":\"org_1\",\"env_id\":\"env_1\",\"application_id\":\"app_1\","
        + "\"event_type\":\"user.created\",\"payload\":\"{}\",\"status\":\"pending\","
        + "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-01T00:00:00.000Z\"}}"
    private static let beforeID = [UInt8](
        ("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: "
            + "\(opening.utf8.count + id(0).utf8.count + closing.utf8.count)\r\n\r\n" + opening)
            .utf8)
    private static let afterID = [UInt8](closing.utf8)
}

extension Reply: CustomStringConvertible {
    package var description: String {
        let words = steps.map { step in
            switch step {
            case .write(let bytes): String(decoding: bytes.prefix(60), as: UTF8.self)
            case .writeRepeatedly(let bytes, let times): "\(bytes.count) bytes \(times) times"
            case .pause(let time): "pause \(time)"
            case .hang: "hang"
            case .close: "close"
            case .reset: "reset"
            }
        }
        return (words + (accepts ? ["accepted"] : [])).joined(separator: ", ").debugDescription
    }
}
