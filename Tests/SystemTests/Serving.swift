import Foundation
import TestSupport
import Testing

/// `hookbatch serve` with its own store, killed when the value is released.
final class Serving: Sendable {
    static let apiKey = "hs-test-7Zq9Xw4LkP2v"

    let folder: TemporaryFolder
    let program: RunningProgram
    let port: UInt16

    /// Starts the server and waits until it listens.
    init(
        _ flags: [String] = [], key: String? = Serving.apiKey, in given: TemporaryFolder? = nil
    ) throws {
        folder = try given ?? TemporaryFolder("serving")
        var environment: [String: String] = [:]
        environment["HOOKSTREAM_API_KEY"] = key
        program = try Program(
            Hookbatch.binary, ["serve", "--listen", "127.0.0.1:0"] + flags,
            environment: environment, directory: folder.path
        ).start()
        let listens = program.waitForError("/v1\n")
        let text = program.errorOutputSoFar
        let match = text.firstMatch(of: /listening on http:\/\/127\.0\.0\.1:([0-9]+)\/v1/)
        port = try #require(match.flatMap { listens ? UInt16($0.1) : nil }, "\(text)")
    }

    var baseURL: String { "http://127.0.0.1:\(port)/v1" }
    var messagesURL: String { "\(baseURL)/applications/app_1/messages" }

    /// Runs `hookbatch store` on this store.
    func store(_ arguments: String...) throws -> ProgramResult {
        try Program.run(
            Hookbatch.binary, ["store"] + arguments, directory: folder.path)
    }

    /// Returns the rows of `hookbatch store messages`.
    func messages() throws -> [[String: Any]] {
        try Self.objects(store("messages").standardOutput)
    }

    /// Parses the objects of NDJSON.
    static func objects(_ ndjson: [UInt8]) throws -> [[String: Any]] {
        try ndjson.split(separator: UInt8(ascii: "\n")).map { line in
            try #require(
                try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        }
    }

    /// Sends a signal to stop and waits for the server's end.
    func stop(_ signal: Int32 = SIGTERM) -> ProgramResult {
        program.kill(signal)
        return program.wait()
    }
}

/// Returns the bytes of a request for a message.
func messageRequest(
    key: String? = nil, body: String = #"{"event_type":"e"}"#, apiKey: String = Serving.apiKey
) -> [UInt8] {
    var lines = [
        "POST /v1/applications/app_1/messages HTTP/1.1", "Host: localhost", "X-API-Key: \(apiKey)",
        "Content-Length: \(body.utf8.count)",
    ]
    if let key { lines.append("Idempotency-Key: \(key)") }
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
}

extension TestClient {
    /// Reads the next response; nil if the connection ends first.
    func answer() -> Answer? { receive(answers: 1).first }
}
