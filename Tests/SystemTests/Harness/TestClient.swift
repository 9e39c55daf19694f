import Foundation
import Glibc
import TestSupport

/// A blocking client that tests the servers without the program.
final class TestClient {
    private let descriptor: Int32
    private var received: [UInt8] = []

    struct Answer {
        var status: Int
        var body: [UInt8]

        /// The `message` object of the body; empty if it is absent.
        var message: [String: String] {
            let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
            return object?["message"] as? [String: String] ?? [:]
        }

        var messageID: String? { message["id"] }
    }

    static let documentedMembers = [
        "application_id", "created_at", "env_id", "event_type", "id", "org_id", "payload", "status",
        "updated_at",
    ]

    init(port: UInt16) throws { descriptor = try loopbackConnection(to: port) }

    deinit { close(descriptor) }

    static func post(
        path: String = "/v1/applications/a/messages", key: String, body: String
    ) -> [UInt8] {
        [UInt8](
            ("POST \(path) HTTP/1.1\r\nHost: h\r\nIdempotency-Key: \(key)\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)").utf8)
    }

    func send(_ bytes: some Sequence<UInt8>) {
        let bytes = [UInt8](bytes)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Receives the next responses; fewer if the connection ends first.
    func receive(answers count: Int) -> [Answer] {
        var answers: [Answer] = []
        while answers.count < count {
            if let answer = takeAnswer() {
                answers.append(answer)
            } else {
                guard let more = receiveSome(), !more.isEmpty else { break }
                received += more
            }
        }
        return answers
    }

    /// Receives all bytes until the server closes; returns nil if it resets.
    func receiveAll() -> [UInt8]? {
        var all = received
        while let more = receiveSome() {
            if more.isEmpty { return all }
            all += more
        }
        return nil
    }

    /// Counts the bytes that arrive until the server closes.
    func countAll() -> Int {
        var count = 0
        while let more = receiveSome(), !more.isEmpty { count += more.count }
        return count
    }

    private func receiveSome() -> [UInt8]? {
        let size = 1 << 20
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, used in
            count = recv(descriptor, buffer.baseAddress, size, 0)
            used = max(0, count)
        }
        return count < 0 ? nil : bytes
    }

    private func takeAnswer() -> Answer? {
        let blank = [UInt8]("\r\n\r\n".utf8)
        let text = Data(received)
        guard let end = text.range(of: Data(blank)) else { return nil }
        let head = String(decoding: text[..<end.lowerBound], as: UTF8.self)
        let length =
            head.split(separator: "\r\n").compactMap { line -> Int? in
                let parts = line.split(separator: ": ")
                return parts.first == "Content-Length" ? Int(parts[1]) : nil
            }.first ?? 0
        guard received.count >= end.upperBound + length else { return nil }
        let body = [UInt8](received[end.upperBound..<end.upperBound + length])
        received.removeFirst(end.upperBound + length)
        return Answer(status: Int(head.split(separator: " ")[1]) ?? 0, body: body)
    }
}
