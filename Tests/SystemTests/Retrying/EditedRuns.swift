import Foundation
import TestSupport

/// A run whose rejected lines are edited and sent again, against a server that accepts each line at
/// a certain version.
struct EditedRuns {
    /// The inputs of the first run.
    enum Kind: CaseIterable, Sendable { case ndjson, gzip, csv, json, two, stream }

    let folder: TemporaryFolder
    let server: LoopbackServer
    let kind: Kind
    let inputs: [String]
    /// The versions at which the server accepts the line of each number.
    let wanted: [Int]
    /// The versions at which each number was accepted.
    let accepted: Monitor<[Int: Set<Int>]>
    /// The keys of the requests of each number and version.
    let keys: Monitor<[Int: [Int: Set<String>]]>

    /// Whether the first run is over.
    private let isEdited = Monitor(false)

    /// - Parameter lost: Whether the responses of the first run to a line are lost, although the
    ///   server accepts it.
    init(
        _ kind: Kind, wanted: [Int], lost: @escaping @Sendable (Int) -> Bool = { _ in false }
    ) throws {
        folder = try TemporaryFolder("edited")
        self.kind = kind
        self.wanted = wanted
        let accepted = Monitor<[Int: Set<Int>]>([:])
        let keys = Monitor<[Int: [Int: Set<String>]]>([:])
        self.accepted = accepted
        self.keys = keys
        let isEdited = isEdited
        server = try LoopbackServer { request in
            let number = Self.number("n", of: request)
            let version = Self.number("v", of: request)
            keys.update {
                $0[number, default: [:]][version, default: []].formUnion(
                    request.values(of: "Idempotency-Key"))
            }
            guard version >= wanted[number] else { return .answer(400) }
            accepted.update { _ = $0[number, default: []].insert(version) }
            return lost(number) && !isEdited.read { $0 } ? Reply([.close]) : .created(request)
        }
        switch kind {
        case .ndjson: inputs = ["in.ndjson"]
        case .gzip: inputs = ["in.ndjson.gz"]
        case .csv: inputs = ["in.csv"]
        case .json: inputs = ["in.json"]
        case .two: inputs = ["in.csv", "in.ndjson"]
        case .stream: inputs = ["-"]
        }
        if kind != .stream {
            try TriedInputs.write(wanted.count, to: inputs, in: folder, text: Self.text)
        }
    }

    func program(_ arguments: [String]) -> Program {
        Program(
            Hookbatch.binary, arguments, environment: ["HOOKSTREAM_API_KEY": Sending.apiKey],
            directory: folder.path)
    }

    /// Makes the command that sends files.
    func send(_ arguments: [String]) -> Program {
        var program = program(
            ["send", "--to", server.baseURL, "--retries", "0", "--concurrency", "4"] + arguments)
        if arguments.contains("-") {
            program.input = .text(Self.text(Array(wanted.indices), of: "in.ndjson"))
        }
        return program
    }

    func report(_ arguments: [String]) throws -> ProgramResult {
        try program(["report"] + arguments).run()
    }

    func rows(_ name: String) throws -> [[String: Any]] {
        try TriedInputs.rows(name, in: folder)
    }

    /// The paths of the undelivered lines of a run, by its summary.
    func undelivered(_ summary: String, _ kind: String) throws -> [String] {
        let object = try JSONSerialization.jsonObject(with: Data(folder.read(summary)))
        let files = (object as? [String: Any])?["files"] as? [[String: Any]] ?? []
        return files.filter { $0["kind"] as? String == kind }
            .compactMap { $0["path"] as? String }
    }

    /// Gives those lines of a file the next version that the server does not accept.
    func edit(_ path: String, from version: Int) throws {
        isEdited.update { $0 = true }
        var text = try folder.text(path)
        for number in wanted.indices where wanted[number] > version {
            for (before, after) in [(",\"v\":", "}"), (",\n\"\"v\"\":", "}\"")] {
                text = text.replacingOccurrences(
                    of: ":\(number)\(before)\(version)\(after)",
                    with: ":\(number)\(before)\(version + 1)\(after)")
            }
        }
        try folder.write(text, to: path)
    }

    private static func number(_ name: String, of request: Request) -> Int {
        let text = request.bodyText
        guard let range = text.range(of: "\"\(name)\":") else { return -1 }
        return Int(text[range.upperBound...].prefix { $0.isNumber }) ?? -1
    }

    static func text(_ numbers: [Int], of path: String) -> String {
        TriedInputs.text(
            numbers, of: path, payload: { #"{"n":\#($0),"v":1}"# },
            // A line break within quotes.
            cell: { "{\"\"n\"\":\($0),\n\"\"v\"\":1}" })
    }
}
