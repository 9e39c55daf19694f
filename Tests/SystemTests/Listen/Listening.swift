import Foundation
import HTTP
import TestSupport
import Testing

/// `hookbatch listen` on a free port, killed when the value is released.
final class Listening: Sendable {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    static let otherSecret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"

    let folder: TemporaryFolder
    let program: RunningProgram
    let port: UInt16

    /// Starts the receiver and waits until it listens.
    init(
        _ flags: [String] = [], secrets: [String] = [secret], output: String = "json"
    ) throws {
        folder = try TemporaryFolder("listening")
        var words = ["listen", "--listen", "127.0.0.1:0", "--output", output]
        if !secrets.isEmpty {
            let path = try folder.write(secrets.joined(separator: "\n") + "\n", to: "secrets")
            chmod(path, 0o600)
            words += ["--secret-file", path]
        }
        program = try Program(Hookbatch.binary, words + flags, directory: folder.path).start()
        port = try Self.port(of: program)
    }

    /// Waits until a receiver listens, and returns its port.
    static func port(of program: RunningProgram) throws -> UInt16 {
        let listens = program.waitForError("/\n")
        let text = program.errorOutputSoFar
        let match = text.firstMatch(of: /listening on http:\/\/127\.0\.0\.1:([0-9]+)\/\n/)
        return try #require(match.flatMap { listens ? UInt16($0.1) : nil }, "\(text)")
    }

    /// Stops it; returns its end and the objects it printed.
    func stop(_ signal: Int32 = SIGTERM) throws -> (end: ProgramResult, rows: [[String: Any]]) {
        program.kill(signal)
        let end = program.wait()
        return (end, try Serving.objects(end.standardOutput))
    }

    /// Sends one request on its own connection and returns the status; nil without a response.
    func send(_ webhook: Webhook) throws -> Int? {
        let client = try TestClient(port: port)
        client.send(webhook.bytes)
        return client.answer()?.status
    }
}

/// A webhook to send.
struct Webhook {
    var method = "POST"
    var path = "/hooks"
    /// Nil: without the fields of the specification.
    var id: String? = "msg_1"
    /// Seconds since 1970.
    var timestamp = Int64(Date().timeIntervalSince1970)
    var secrets = [Listening.secret]
    /// Instead of a right signature.
    var signature: String?
    var body = #"{"type":"user.created","data":{}}"#
    var isChunked = false

    var bytes: [UInt8] {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: localhost"]
        if let id {
            let right = Array(body.utf8).withUnsafeBytes {
                WebhookSignature.value(
                    id: id.utf8, timestamp: timestamp, body: $0,
                    secrets: secrets.compactMap { try? WebhookSecret(parsing: $0.utf8) })
            }
            lines += [
                "Webhook-Id: \(id)", "WEBHOOK-TIMESTAMP: \(timestamp)",
                "webhook-signature: \(signature ?? String(decoding: right, as: UTF8.self))",
            ]
        }
        guard isChunked else {
            lines.append("Content-Length: \(body.utf8.count)")
            return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
        }
        lines.append("Transfer-Encoding: chunked")
        var bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        for byte in body.utf8 { bytes += Array("1;x=y\r\n".utf8) + [byte] + Array("\r\n".utf8) }
        return bytes + Array("0\r\nTrailer: t\r\n\r\n".utf8)
    }
}
