import Foundation
import TestSupport
import Testing

/// The cause of an ending, and the deed that its message asks for.
struct Trap: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let exitCode: Int32
    /// Parts of the message.
    let words: [String]
    /// Brings about the cause; returns the words after `send`.
    let set: @Sendable (TrapScene) throws -> [String]
    /// Does what the message says; returns the command to paste, from the message's or the same one.
    let follow: @Sendable (TrapScene, String) throws -> String

    init(
        _ name: String, exitCode: Int32, says words: [String],
        set: @escaping @Sendable (TrapScene) throws -> [String],
        follow: @escaping @Sendable (TrapScene, String) throws -> String
    ) {
        testDescription = name
        self.exitCode = exitCode
        self.words = words
        self.set = set
        self.follow = follow
    }
}

/// A folder with an input of 30 lines, and the server to which they belong.
final class TrapScene: Sendable {
    static let count = 30
    static let input = Sending.lines(count, applications: ["a", "b"])

    let sending: Sending
    /// The API; it also tunnels to itself.
    let server: LoopbackServer
    /// Whether the server accepts the next requests.
    let accepts = Monitor(true)
    /// Objects that live as long as the scene.
    private let kept = Monitor<[any Sendable]>([])

    init() throws {
        sending = try Sending()
        let accepts = accepts
        server = try LoopbackServer { request in
            if request.method == "CONNECT" { return .raw("HTTP/1.1 200 Tunnel\r\n\r\n") }
            return accepts.read { $0 } ? .created(request) : .delay(.seconds(1), .answer(503))
        }
        try sending.folder.write(Self.input, to: "in.ndjson")
    }

    var folder: TemporaryFolder { sending.folder }
    /// The server's address without the API's path.
    var address: String { String(server.baseURL.dropLast("/v1".count)) }

    func keep<Value: Sendable>(_ value: Value) -> Value {
        kept.update { $0.append(value) }
        return value
    }

    /// Returns the kept object of a type.
    func kept<Value: Sendable>(_ type: Value.Type) -> Value? {
        kept.read { $0.lazy.compactMap { $0 as? Value }.first }
    }

    /// The words after `send` that send the input to `baseURL`.
    func words(to baseURL: String? = nil, _ flags: [String] = []) -> [String] {
        ["in.ndjson", "--to", baseURL ?? server.baseURL, "--report", sending.report]
            + ["--start-patience", "0s"] + flags
    }

    /// Runs a command line of a shell in the folder.
    func run(_ command: String) throws -> ProgramResult {
        try Program.run(
            "sh", ["-c", command],
            environment: [
                "HOOKSTREAM_API_KEY": Sending.apiKey,
                "PATH": try Hookbatch.folderNamingIt(in: folder) + ":/usr/bin:/bin",
            ], directory: folder.path)
    }

    /// Returns the command line of `send` with these words, none of which needs a quote.
    static func command(_ words: [String]) -> String {
        (["hookbatch", "send"] + words).joined(separator: " ")
    }

    /// Stops a run after its first lines.
    func stopEarly(_ words: [String]) throws {
        let stopped = try run(Self.command(words + ["--limit", "5"]))
        #expect(stopped.exitCode == 3, "\(stopped)")
    }

    /// Changes a file's text.
    func edit(_ name: String, _ change: (String) -> String) throws {
        try folder.write(change(folder.text(name)), to: name)
    }

    /// Keeps a copy of a file.
    func copy(_ name: String, to target: String) throws {
        try folder.write(folder.read(name), to: target)
    }

    /// Returns the command with another value of `--to`, from the first line on.
    func startingOver(_ command: String, at baseURL: String, insteadOf wrong: String) -> String {
        command.replacingOccurrences(of: wrong, with: baseURL)
            .replacingOccurrences(of: "hookbatch send", with: "hookbatch send --fresh")
    }
}
