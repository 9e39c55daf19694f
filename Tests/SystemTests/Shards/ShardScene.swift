import Foundation
import TestSupport
import Testing

/// A job of shards in one folder, sent with the real program.
struct ShardScene {
    let folder: TemporaryFolder
    let server: LoopbackServer
    /// The inputs' names in `folder`.
    var inputs = ["in.ndjson"]
    /// The flags of all shards.
    var flags: [String] = []

    /// A server that rejects the messages to `gone` and the event type `refused`.
    init(_ files: [String: [UInt8]]) throws {
        try self.init(files) { request in
            request.path.contains("/gone/") || request.bodyText.contains("refused")
                ? .answer(request.path.contains("/gone/") ? 404 : 400, body: #"{"message":"no"}"#)
                : .created(request)
        }
    }

    /// A server that gives these answers.
    init(_ files: [String: [UInt8]], _ reply: @escaping @Sendable (Request) -> Reply) throws {
        folder = try TemporaryFolder("shards")
        server = try LoopbackServer(reply)
        for (name, bytes) in files { try folder.write(bytes, to: name) }
        inputs = files.keys.sorted()
    }

    /// Lines of a few applications, of which some are invalid or rejected.
    static func lines(_ count: Int, seed: Int = 0) -> String {
        (1...count).map { number in
            switch (number + seed) % 11 {
            case 3: "not JSON \(number)"
            case 5: #"{"appId":"app 1","event_type":"t","payload":{"n":\#(number)}}"#
            case 7: #"{"appId":"gone","event_type":"t","payload":{"n":\#(number)}}"#
            default:
                #"{"appId":"app_\#(number % 7)","event_type":"\#(number % 13 == 0 ? "refused" : "t")","#
                    + #""payload":{"n":\#(number)}}"#
            }
        }.joined(separator: "\n") + "\n"
    }

    func program(_ words: [String], environment: [String: String] = [:], in path: String? = nil)
        -> Program
    {
        Program(
            Hookbatch.binary, words,
            environment: environment.merging(["HOOKSTREAM_API_KEY": Sending.apiKey]) { $1 },
            directory: path ?? folder.path)
    }

    /// The program that sends a shard.
    func shard(
        _ text: String, _ more: [String] = [], environment: [String: String] = [:],
        inputs: [String]? = nil, report: String = "job.report.ndjson"
    ) -> Program {
        program(
            ["send", "--to", server.baseURL, "--report", report, "--shard", text] + flags + more
                + (inputs ?? self.inputs),
            environment: environment)
    }

    /// Sends all records in one process; its files are named after `one`.
    func sendUnsharded() throws -> ProgramResult {
        try program(
            ["send", "--to", server.baseURL, "--report", "one.report.ndjson"] + flags + inputs
        ).run()
    }

    /// Sends all shards, one after the other.
    @discardableResult
    func sendAll(_ count: Int) throws -> [ProgramResult] {
        try (1...count).map { try shard("\($0)/\(count)").run() }
    }

    /// The name of a shard's report.
    static func report(_ number: Int, of count: Int) -> String {
        "job.shard-\(name(number, of: count)).report.ndjson"
    }

    static func name(_ number: Int, of count: Int) -> String {
        let width = max(2, String(count).count)
        func padded(_ value: Int) -> String {
            String(repeating: "0", count: width - String(value).count) + String(value)
        }
        return "\(padded(number))-of-\(padded(count))"
    }

    /// The rows of all finished shards.
    func rows(of count: Int) throws -> [ReportRow] {
        try (1...count).flatMap { number in
            try ReportRow.ndjson(folder.read(Self.report(number, of: count)))
        }
    }
}
