import Foundation
import TestSupport

/// A run that a test interrupts and resumes.
///
/// It has an input whose lines have known fates, a destination, and a command that both starts and
/// resumes the run.
final class ResumableRun {
    enum Destination: String, Sendable, CaseIterable {
        case api, store
    }

    /// The fate of a line, whenever it is sent.
    enum Kind: Sendable {
        case accepted
        /// The response is 400.
        case refused
        /// The line is never sent.
        case invalid
        /// Its requests meet faults of networks and servers, chosen by request number.
        case troubled
    }

    static let report = "out.report.ndjson"
    static let journal = report + ".journal"
    /// Maximum number of requests in flight at a kill.
    static let concurrency = 8

    let destination: Destination
    let isAtMostOnce: Bool
    /// Whether the input comes through a pipe: a resumed run needs it piped again.
    let isStream: Bool
    /// The folder of the input, and of all files outside `directory`.
    let folder: TemporaryFolder
    /// The program's working directory, with its report, journal and store.
    let directory: String
    let kinds: [Kind]
    /// The records, without line feeds.
    let lines: [String]
    let server: LoopbackServer
    var flags: [String]
    var environment: [String: String] = ["HOOKSTREAM_API_KEY": Sending.apiKey]

    /// - Parameters:
    ///   - directory: the working directory; nil for the input's folder.
    ///   - reply: the response to a line of a kind; nil for the default.
    init(
        _ destination: Destination, count: Int, isAtMostOnce: Bool = false, isStream: Bool = false,
        directory: String? = nil, rate: String = "20000/s", flags: [String] = [],
        reply: (@Sendable (Request, Kind) -> Reply)? = nil,
        using generator: inout SeededGenerator
    ) throws {
        self.destination = destination
        self.isAtMostOnce = isAtMostOnce
        self.isStream = isStream
        folder = try TemporaryFolder("resumable")
        self.directory = directory ?? folder.path
        var kinds: [Kind] = []
        var lines: [String] = []
        let events = Events(count: 1, payloadBytes: 200)
        for index in 0..<count {
            var kind = Self.kind(for: destination, using: &generator)
            // Every run has an invalid line, and a refused one at the API, so each file exists.
            if index == 2 { kind = .invalid }
            if index == 4, destination == .api { kind = .refused }
            kinds.append(kind)
            lines.append(
                kind == .invalid
                    ? #"{"appId":"a/b","event_type":"t","payload":"\#(generator.next())"}"#
                    : events.ndjsonLine(using: &generator))
        }
        self.kinds = kinds
        self.lines = lines
        self.flags =
            ["--delivery", isAtMostOnce ? "at-most-once" : "at-least-once"]
            + ["--concurrency", "\(Self.concurrency)", "--rate", rate, "--grace", "1s"] + flags
        let seed = generator.next()
        let script = Self.script(kinds, seed: seed, reply)
        server = try LoopbackServer(script)
        try folder.write(text, to: "in.ndjson")
    }

    private static func kind(
        for destination: Destination, using generator: inout SeededGenerator
    ) -> Kind {
        switch Int.random(in: 0..<40, using: &generator) {
        case 0, 1: .invalid
        case 2...4: destination == .api ? .refused : .accepted
        case 5...7: destination == .api ? .troubled : .accepted
        default: .accepted
        }
    }

    private static func script(
        _ kinds: [Kind], seed: UInt64, _ reply: (@Sendable (Request, Kind) -> Reply)?
    ) -> LoopbackServer.Script {
        { request in
            let line = request.idempotencyKey?.split(separator: "-").last.flatMap { Int($0) } ?? 0
            guard kinds.indices.contains(line - 1) else { return .answer(400) }
            if let reply { return reply(request, kinds[line - 1]) }
            switch kinds[line - 1] {
            case .accepted, .invalid: return .created(request)
            case .refused: return .answer(400)
            case .troubled: return trouble(request, seed: seed)
            }
        }
    }

    /// Returns 201 for half of the requests, and a fault or a delay for the others.
    private static func trouble(_ request: Request, seed: UInt64) -> Reply {
        var generator = SeededGenerator(seed: seed &+ UInt64(request.number))
        switch generator.next() % 14 {
        case 0: return .close
        case 1: return .acceptThenClose
        case 2: return .acceptThenReset
        case 3: return .answer(429, headers: [("Retry-After", "0")])
        case 4: return .answer(500)
        case 5: return .delay(.milliseconds(20), .created(request))
        case 6: return .delay(.milliseconds(5), .acceptThenClose)
        default: return .created(request)
        }
    }

    /// The arguments after `send`.
    var arguments: [String] {
        let to = destination == .api ? server.baseURL : "store:messages.db"
        return [input, "--to", to, "--report", Self.report] + flags
    }

    /// The input's name in the command.
    var input: String {
        isStream ? "-" : directory == folder.path ? "in.ndjson" : folder.path("in.ndjson")
    }

    /// Returns the command, run by `wrapper` unless that is empty.
    func program(
        _ more: [String] = [], wrapper: [String] = [], environment: [String: String] = [:]
    ) -> Program {
        let words = wrapper + [Hookbatch.binary, "send"] + arguments + more
        return Program(
            words[0], Array(words.dropFirst()),
            environment: self.environment.merging(environment) { _, new in new },
            directory: directory, input: isStream ? .text(text) : .nothing)
    }

    /// The whole input.
    var text: String { lines.joined(separator: "\n") + "\n" }

    /// Returns the response of a server without faults.
    @Sendable static func calmly(_ request: Request, _ kind: Kind) -> Reply {
        kind == .refused ? .answer(400) : .created(request)
    }

    /// Runs the same command until the run is finished, at most four times.
    ///
    /// - Returns: the result of the last process.
    @discardableResult
    func finish(environment: [String: String] = [:]) throws -> ProgramResult {
        var result = try program(environment: environment).run()
        for _ in 0..<3 where result.exitCode == 3 {
            result = try program(environment: environment).run()
        }
        return result
    }

    /// Whether a file of the run exists.
    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    func path(_ name: String) -> String { directory + "/" + name }

    /// Returns the content of a file of the run; nil if it does not exist.
    func read(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path(name)).map { [UInt8]($0) }
    }
}
