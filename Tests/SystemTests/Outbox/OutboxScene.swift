import Foundation
import TestSupport

/// A folder with an outbox, and a server that accepts one key.
struct OutboxScene {
    static let key = "hs-outbox-5Tq8Zw2LkN7r"

    let folder: TemporaryFolder
    let server: LoopbackServer
    /// The directory of the outbox; the current directory of each round.
    let directory: String

    /// - Parameter directory: Where the outbox is, if not in `folder`.
    init(
        directory: String? = nil, reply: @escaping LoopbackServer.Script = Reply.created
    ) throws {
        folder = try TemporaryFolder("outbox")
        self.directory = directory ?? folder.path
        server = try LoopbackServer { request in
            request.values(of: "Authorization") == ["Bearer " + Self.key]
                ? reply(request) : .answer(401)
        }
        try FileManager.default.createDirectory(
            atPath: self.directory + "/outbox", withIntermediateDirectories: true)
    }

    /// One valid line, which the server's log shows by its number.
    static func line(_ number: Int) -> String {
        "{\"appId\":\"app_1\",\"event_type\":\"t\",\"payload\":{\"n\":\(number)}}\n"
    }

    static func lines(_ numbers: some Sequence<Int>) -> String { numbers.map(line).joined() }

    /// Writes a file of the outbox, under another name until it is complete.
    func put(_ name: String, _ text: String) throws {
        let path = "\(directory)/outbox/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + ".part"))
        guard rename(path + ".part", path) == 0 else { throw SystemFailure("rename") }
    }

    func program(
        _ flags: [String] = [], key: String = Self.key, wrapper: [String] = [],
        environment: [String: String] = [:], settle: String = "0s"
    ) -> Program {
        let words =
            wrapper + [
                Hookbatch.binary, "outbox", "outbox", "--to", server.baseURL, "--settle", settle,
                "--start-patience", "0s", "--metrics", "round.prom",
            ] + flags
        return Program(
            words[0], Array(words.dropFirst()),
            environment: environment.merging(["HOOKSTREAM_API_KEY": key]) { given, _ in given },
            directory: directory)
    }

    @discardableResult
    func round(
        _ flags: [String] = [], key: String = Self.key, environment: [String: String] = [:]
    ) throws -> ProgramResult {
        try program(flags, key: key, environment: environment).run()
    }

    /// Does a round as soon as no earlier one is at work: its killed process may have left a send.
    func freeRound() throws -> ProgramResult {
        let end = ContinuousClock.now + .patience
        var result = try round()
        while result.exitCode == 75, ContinuousClock.now < end { result = try round() }
        return result
    }

    /// Does a round of which a system call is the last: strace kills its own process there.
    func round(killedAt call: String, number: Int) throws -> ProgramResult {
        // Without -f.
        let wrapper = [
            "strace", "-qq", "-o", "/dev/null", "-e", "trace=\(call)",
            "-e", "inject=\(call):signal=SIGKILL:when=\(number)",
        ]
        return try program(wrapper: wrapper).run()
    }

    /// The sorted paths of all files below the outbox, except its ledger and lock.
    func files() throws -> [String] {
        let all = try FileManager.default.subpathsOfDirectory(atPath: directory + "/outbox")
        return all.filter { name in
            var isFolder: ObjCBool = false
            let path = "\(directory)/outbox/\(name)"
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
                && !isFolder.boolValue && !name.hasPrefix(".hookbatch-outbox")
        }.sorted()
    }

    /// The numbers of the lines whose requests were accepted, with repetitions of one key left out.
    func acceptedNumbers() -> [Int] {
        var keys: [String: Int] = [:]
        let acceptances = server.acceptances
        for request in server.requests {
            guard let key = request.idempotencyKey, acceptances[key] != nil,
                let match = request.bodyText.firstMatch(of: /"n":(\d+)/), let number = Int(match.1)
            else { continue }
            keys[key] = number
        }
        return keys.values.sorted()
    }

    /// The value of a metric of the last round; `sample` is its name with labels but `batch`.
    func metric(_ name: String, _ label: String = "") throws -> Double? {
        let text = try String(contentsOfFile: directory + "/round.prom", encoding: .utf8)
        let labels = "{batch=\"round\"" + (label.isEmpty ? "" : "," + label) + "} "
        return text.split(separator: "\n").first { $0.hasPrefix(name + labels) }
            .flatMap { Double($0.dropFirst(name.count + labels.count)) }
    }

    /// The process ids of the children of a process.
    static func children(of pid: Int32) -> [Int32] {
        let path = "/proc/\(pid)/task/\(pid)/children"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: " ").compactMap { Int32($0) }
    }
}

extension ProgramResult {
    /// The messages on standard error, without their second lines.
    var messages: [Substring] {
        errorOutput.split(separator: "\n").filter { $0.hasPrefix("hookbatch: ") }
    }

    /// The proposed commands on standard error, in their order.
    var commands: [Substring] {
        errorOutput.split(separator: "\n").filter { $0.hasPrefix("  ") }
    }
}
