import Foundation
import TestSupport
import Testing

/// A run and its retries, against a server that accepts each line at a certain try.
struct RetriedRuns {
    /// The inputs of the run.
    enum Kind: CaseIterable, Sendable { case ndjson, gzip, csv, json, two }

    let folder: TemporaryFolder
    let server: LoopbackServer
    let inputs: [String]
    /// The try at which the server accepts the line of each number.
    let wanted: [Int]
    private let current = Monitor(1)
    /// The tries at which each number was accepted.
    let accepted: Monitor<[Int: Set<Int>]>
    /// The keys of the requests of each number.
    let keys: Monitor<[Int: Set<String>]>

    static let flags = ["--retries", "0", "--concurrency", "4"]

    /// - Parameters:
    ///   - lost: Whether the first response to a line is lost although the server accepts it.
    init(
        _ kind: Kind, count: Int, lost: @escaping @Sendable (Int) -> Bool = { _ in false },
        wanted: [Int]? = nil, using generator: inout SeededGenerator
    ) throws {
        folder = try TemporaryFolder("retry")
        let wanted =
            wanted
            ?? (0..<count).map { number in
                // A run whose first lines all fail may be stopped.
                number < 8 ? 1 : [1, 1, 2, 3].randomElement(using: &generator) ?? 1
            }
        self.wanted = wanted
        let current = current
        let accepted = Monitor<[Int: Set<Int>]>([:])
        let keys = Monitor<[Int: Set<String>]>([:])
        self.accepted = accepted
        self.keys = keys
        server = try LoopbackServer { request in
            let number = Self.number(of: request)
            let round = current.read { $0 }
            keys.update { $0[number, default: []].formUnion(request.values(of: "Idempotency-Key")) }
            if round == 1, lost(number) { return Reply([.close]) }
            // Certainly not accepted.
            guard round >= wanted[number] else { return .answer(425) }
            accepted.update { _ = $0[number, default: []].insert(round) }
            return .created(request)
        }
        switch kind {
        case .ndjson: inputs = ["in.ndjson"]
        case .gzip: inputs = ["in.ndjson.gz"]
        case .csv: inputs = ["in.csv"]
        case .json: inputs = ["in.json"]
        case .two: inputs = ["in.csv", "in.ndjson"]
        }
        try TriedInputs.write(count, to: inputs, in: folder) { numbers, path in
            TriedInputs.text(
                numbers, of: path, payload: { #"{"n":\#($0)}"# }, cell: { #"{""n"":\#($0)}"# })
        }
    }

    /// Lets the server respond as at this try.
    func begin(_ round: Int) { current.update { $0 = round } }

    func program(_ arguments: [String]) -> Program {
        Program(
            Hookbatch.binary, arguments, environment: ["HOOKSTREAM_API_KEY": Sending.apiKey],
            directory: folder.path)
    }

    /// Makes the command that sends the inputs, or lines again.
    func send(_ arguments: [String]) -> Program {
        program(["send", "--to", server.baseURL] + Self.flags + arguments)
    }

    func retry(_ report: String, _ flags: [String] = []) throws -> ProgramResult {
        try send(["--retry-of", report] + flags).run()
    }

    func report(_ arguments: String...) throws -> ProgramResult {
        try program(["report"] + arguments).run()
    }

    func rows(_ name: String) throws -> [[String: Any]] {
        try TriedInputs.rows(name, in: folder)
    }

    private static func number(of request: Request) -> Int {
        request.bodyText.firstMatch(of: /"n":([0-9]+)/).flatMap { Int($0.1) } ?? -1
    }
}
