import Destinations
import Foundation
import TestSupport
import Testing

/// A store with an application and endpoints, and `deliver` on it.
struct Delivering {
    let folder: TemporaryFolder

    /// - Parameter folder: that of the store; a new one if nil.
    init(in given: TemporaryFolder? = nil) throws {
        folder = try given ?? TemporaryFolder("deliver")
        #expect(try store("add-app", "app_1").exitCode == 0)
    }

    func run(_ arguments: [String]) throws -> ProgramResult {
        try Program.run(Hookbatch.binary, arguments, directory: folder.path)
    }

    func store(_ arguments: String...) throws -> ProgramResult { try run(["store"] + arguments) }

    func deliver(_ arguments: String...) throws -> ProgramResult {
        try run(["deliver"] + arguments)
    }

    /// Adds an endpoint; returns its id and its secret.
    func addEndpoint(_ url: String, _ flags: String...) throws -> (id: String, secret: String) {
        let result = try run(["store", "add-endpoint", "app_1", url] + flags)
        #expect(result.exitCode == 0, "\(result)")
        let match = try #require(result.errorOutput.firstMatch(of: /ep_[0-9A-Z]{26}/))
        return (String(match.0), result.output.trimmingCharacters(in: .newlines))
    }

    /// Stores messages with `send`.
    func send(_ count: Int, from first: Int = 0) throws {
        let lines = (first..<first + count).map {
            #"{"appId":"app_1","event_type":"user.created","payload":{"n":\#($0)}}"#
        }
        try folder.write(lines.joined(separator: "\n") + "\n", to: "in\(first).ndjson")
        let result = try run(["send", "in\(first).ndjson", "--quiet"])
        #expect(result.exitCode == 0, "\(result)")
    }

    /// Starts `deliver`, perhaps in a wrapper.
    func start(_ arguments: [String], wrapper: [String] = []) throws -> RunningProgram {
        let words = wrapper + [Hookbatch.binary, "deliver"] + arguments
        return try Program(words[0], Array(words.dropFirst()), directory: folder.path).start()
    }

    /// Delivers until everything is delivered; returns the last end.
    func deliverAll(_ arguments: [String] = []) throws -> ProgramResult {
        var last = try run(["deliver"] + arguments)
        for _ in 0..<50 where last.exitCode == 3 {
            #expect(try store("redeliver", "--status", "pending").exitCode == 0)
            last = try run(["deliver"] + arguments)
        }
        return last
    }

    /// The violations of the promises of deliveries to one server that has seen all requests.
    ///
    /// - Parameters:
    ///   - successes: the ids of requests that the server answered with 2xx.
    ///   - server: what the store's only endpoint received.
    func violations(successes: Set<String>, at server: LoopbackServer) throws -> [String] {
        var violations: [String] = []
        for row in try deliveries("--status", "delivered") {
            let id = row["message_id"] as? String ?? ""
            if !successes.contains(id) { violations.append("\(id) was not answered with 2xx") }
        }
        let known = Set(
            try Serving.objects(store("messages").standardOutput).compactMap { $0["id"] as? String }
        )
        let foreign = Set(server.ids).subtracting(known)
        if !foreign.isEmpty { violations.append("unknown ids \(foreign)") }
        let check = try store("check")
        if check.exitCode != 0 { violations.append("\(check)") }
        return violations
    }

    func execute(_ sql: String) throws {
        let path = folder.url.resolvingSymlinksInPath().appending(path: "hookbatch.db").path
        try Database(StoreFile.find(path)).execute(sql)
    }

    func deliveries(_ filter: String...) throws -> [[String: Any]] {
        try Serving.objects(run(["store", "deliveries"] + filter).standardOutput)
    }
}

extension LoopbackServer {
    var url: String { "http://127.0.0.1:\(port)/hook?a=1" }

    /// The ids of all webhooks so far.
    var ids: [String] { requests.flatMap { $0.values(of: "webhook-id") } }
}
