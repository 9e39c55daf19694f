import TestSupport
import Testing

/// A job of the program whose costs are measured.
enum Job: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case checkNDJSON = "check NDJSON"
    case checkJSON = "check JSON"
    case checkCSV = "check CSV"
    case store = "send to a store"
    case api = "send to the API"
    /// Each payload is built of columns.
    case flatCSV = "send a flat CSV to the API"

    var testDescription: String { rawValue }

    /// Runs the job to its end with `binary`, by `wrapper` unless that is empty.
    ///
    /// All records of `input` must be valid and accepted.
    func run(
        over input: JobInput, binary: String = Hookbatch.measured, wrapper: [String] = [],
        environment: [String: String] = [:]
    ) throws {
        let folder = try TemporaryFolder("budget")
        let format =
            input.isCSV ? "csv" : input.bytes.first == UInt8(ascii: "[") ? "json" : "ndjson"
        let file = input.isPiped ? "-" : "in.\(format)"
        if !input.isPiped { try folder.write(input.bytes, to: file) }
        let server = try LoopbackServer(keeping: 0)
        let command =
            switch self {
            case .checkNDJSON, .checkJSON, .checkCSV: ["check", file]
            case .store: ["send", file, "--to", "store:messages.db", "--report", "out.ndjson"]
            case .api: ["send", file, "--to", server.baseURL, "--report", "out.ndjson"]
            case .flatCSV:
                [
                    "send", file, "--to", server.baseURL, "--report", "out.ndjson", "--map",
                    "payload/n=n:number", "--map", "payload/in/a=/json/a", "--map", "payload=*",
                ]
            }
        let words = wrapper + [binary] + command + ["--format", format]
        let result = try Program.run(
            words[0], Array(words.dropFirst()),
            environment: environment.merging(["HOOKSTREAM_API_KEY": "k"]) { given, _ in given },
            directory: folder.path, input: input.isPiped ? .bytes(input.bytes) : .nothing,
            timeout: .patience)
        try #require(result.exitCode == 0, "\(result)")
        if self == .api || self == .flatCSV { try #require(server.requestCount == input.lines) }
    }

    /// Returns typical records in the job's format.
    ///
    /// - Parameter lines: 1, or a multiple of 500.
    func input(lines: Int) -> JobInput {
        switch self {
        case .checkCSV: return JobInput(lines, head: JobInput.head, block: JobInput.csv)
        case .flatCSV:
            return JobInput(lines, head: JobInput.flatHead, block: JobInput.flatCSV)
        case .checkNDJSON, .checkJSON, .store, .api: break
        }
        let input = JobInput(lines, head: [], block: JobInput.ndjson)
        return self == .checkJSON ? input.asArray() : input
    }
}
