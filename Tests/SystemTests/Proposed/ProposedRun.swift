import Foundation
import TestSupport

/// A made-up run of `send` that ends early or with undelivered lines.
///
/// Its flags, variables and file names are random. After the first process, the cause is mended.
struct ProposedRun {
    enum Ending: String, Sendable, CaseIterable {
        case limit, unauthorized, signal, outage, maxErrors, rejected, failed, unknown, wrongURL
    }

    let ending: Ending
    let server: LoopbackServer
    let folder: TemporaryFolder
    /// The working directory of the first process.
    let directory: String
    private(set) var arguments = ["send"]
    private(set) var environment: [String: String] = [:]
    /// The numbers of the lines to be accepted.
    let expected: Set<Int>
    /// The bytes of standard input; nil for files.
    private let stream: String?
    private let isMended: Monitor<Bool>
    /// How often the line of each number was accepted.
    let accepted: Monitor<[Int: Int]>

    init(_ ending: Ending, using generator: inout SeededGenerator) throws {
        self.ending = ending
        let isMended = Monitor(false)
        let accepted = Monitor<[Int: Int]>([:])
        self.isMended = isMended
        self.accepted = accepted
        server = try LoopbackServer { request in
            let number = Self.number(of: request) ?? -1
            if !isMended.read({ $0 }), let fault = Self.fault(ending, number, request) {
                return fault
            }
            guard request.path.hasPrefix("/v1/") else { return .answer(404) }
            accepted.update { $0[number, default: 0] += 1 }
            return ending == .signal
                ? .delay(.milliseconds(20), .created(request)) : .created(request)
        }
        folder = try TemporaryFolder("proposed")
        var names = OddNames(generator)
        defer { generator = names.generator }
        directory = folder.path(names.next(""))
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false)

        // Inputs.
        let isCSV = Bool.random(using: &names.generator)
        let isStream = Int.random(in: 0..<5, using: &names.generator) == 0
        let files = isStream ? 1 : Int.random(in: 1...3, using: &names.generator)
        let perFile = 24 / files
        let hasOddField = Bool.random(using: &names.generator)
        let texts = (0..<files).map { file in
            Self.text(perFile, from: file * perFile, isCSV: isCSV, hasOddField: hasOddField)
        }
        let paths =
            isStream ? ["-"] : (0..<files).map { _ in names.next(isCSV ? ".csv" : ".ndjson") }
        stream = isStream ? texts[0] : nil
        let skipped = Int.random(in: 0..<4, using: &names.generator) == 0 ? 2 : 0
        expected = Set(skipped..<files * perFile)
        if !isStream {
            for (path, text) in zip(paths, texts) {
                try Data(text.utf8).write(to: URL(fileURLWithPath: directory + "/" + path))
            }
        }

        // Flags and variables.
        var flags: [(name: String, value: String?)] = [
            ("to", ending == .wrongURL ? String(server.baseURL.dropLast(3)) : server.baseURL)
        ]
        if hasOddField { flags.append(("map", isCSV ? "appId=the 'app'" : "appId=/the 'app'")) }
        if skipped > 0 { flags.append(("skip", String(skipped))) }
        if isStream || Bool.random(using: &names.generator) {
            flags.append(("report", names.next(".report.ndjson")))
        }
        if Bool.random(using: &names.generator) {
            let key = names.next(".key")
            try Data(Sending.apiKey.utf8).write(to: URL(fileURLWithPath: directory + "/" + key))
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: directory + "/" + key)
            flags.append(("api-key-file", key))
        } else {
            environment["HOOKSTREAM_API_KEY"] = Sending.apiKey
        }
        let choices: [(String, String?)] = [
            ("summary", names.next(".json")), ("metrics", names.next(".prom")), ("quiet", nil),
            ("retries", "3"), ("timeout", "30s"), ("format", isCSV ? "csv" : "ndjson"),
        ]
        flags += choices.filter { _ in Int.random(in: 0..<3, using: &names.generator) == 0 }
        if ending == .failed { flags.removeAll { $0.name == "retries" } }
        var typedOnly = [("concurrency", ending == .unknown ? "2" : "1")]
        switch ending {
        case .limit: typedOnly.append(("limit", "5"))
        case .outage: typedOnly.append(("outage-patience", "200ms"))
        case .maxErrors: typedOnly.append(("max-errors", "4"))
        case .unknown: typedOnly.append(("delivery", "at-most-once"))
        case .failed: typedOnly.append(("retries", "0"))
        case .unauthorized, .signal, .rejected, .wrongURL: break
        }
        var words: [[String]] = typedOnly.map { ["--\($0)", $1] }
        for (name, value) in flags {
            if Int.random(in: 0..<3, using: &names.generator) == 0 {
                let variable = name.uppercased().replacingOccurrences(of: "-", with: "_")
                environment["HOOKBATCH_" + variable] = value ?? "yes"
            } else if let value {
                let isOneWord =
                    value.utf8.starts(with: "--".utf8)
                    || Bool.random(using: &names.generator)
                words.append(isOneWord ? ["--\(name)=\(value)"] : ["--\(name)", value])
            } else {
                words.append(["--\(name)"])
            }
        }
        if ending != .signal, Bool.random(using: &names.generator) { words.append(["--fresh"]) }
        words.shuffle(using: &names.generator)
        if paths.contains(where: { $0.utf8.first == UInt8(ascii: "-") && $0 != "-" })
            || Bool.random(using: &names.generator)
        {
            arguments += words.flatMap(\.self) + ["--"] + paths
        } else {
            words.insert(paths, at: Int.random(in: 0...words.count, using: &names.generator))
            arguments += words.flatMap(\.self)
        }
    }

    /// Runs the first process to its end, then mends the cause.
    func begin() throws -> ProgramResult {
        let program = try Program(
            Hookbatch.binary, arguments, environment: environment, directory: directory,
            input: stream.map { .text($0) } ?? .nothing
        ).start()
        switch ending {
        case .signal:
            _ = server.waitForRequests(3)
            program.kill(SIGTERM)
        case .outage:
            _ = server.waitForRequests(3)
            server.goDown()
        default: break
        }
        let result = program.wait()
        isMended.update { $0 = true }
        if ending == .outage { server.comeBack() }
        return result
    }

    /// Pastes a command into a shell in another folder.
    func paste(_ command: String) throws -> ProgramResult {
        let bin = try Hookbatch.folderNamingIt(in: folder)
        var environment = environment
        environment["PATH"] = bin + ":/usr/bin:/bin"
        return try Program.run(
            "sh", ["-c", command], environment: environment, directory: "/",
            input: stream.map { .text($0) } ?? .nothing)
    }

    /// Returns the first command of a notice that sends; nil if there is none.
    static func command(in errorOutput: String) -> String? {
        // Not one with a value to fill in.
        commands(in: errorOutput).first {
            $0.contains("hookbatch send ") && !$0.contains("=KEY")
        }
    }

    /// Returns the commands of a notice, in order.
    static func commands(in errorOutput: String) -> [String] {
        errorOutput.split(separator: "\n").filter { $0.hasPrefix("  ") }
            .map { String($0.dropFirst(2)) }
    }

    private static func number(of request: Request) -> Int? {
        request.bodyText.firstMatch(of: /"n":([0-9]+)/).flatMap { Int($0.1) }
    }

    /// The response before the cause is mended; nil for the usual one.
    private static func fault(_ ending: Ending, _ number: Int, _ request: Request) -> Reply? {
        switch ending {
        case .unauthorized: request.number < 3 ? nil : .answer(401)
        case .maxErrors: number.isMultiple(of: 2) ? .answer(400) : nil
        case .rejected: number.isMultiple(of: 3) ? .answer(400) : nil
        case .failed: number.isMultiple(of: 3) && request.number > 0 ? .answer(425) : nil
        case .unknown: number.isMultiple(of: 5) && request.number > 0 ? .answer(500) : nil
        case .limit, .signal, .outage, .wrongURL: nil
        }
    }

    private static func text(
        _ count: Int, from first: Int, isCSV: Bool, hasOddField: Bool
    ) -> String {
        let app = hasOddField ? "the 'app'" : "appId"
        let lines = (first..<first + count).map { number in
            isCSV
                ? "app_\(number % 3),t,\"{\"\"n\"\":\(number)}\""
                : #"{"\#(app)":"app_\#(number % 3)","event_type":"t","payload":{"n":\#(number)}}"#
        }
        return ((isCSV ? ["\(app),event_type,payload"] : []) + lines).joined(separator: "\n") + "\n"
    }
}

/// File names with characters that are special to shells, terminals and option parsers.
struct OddNames {
    var generator: SeededGenerator
    private var count = 0

    private static let pieces = [
        " ", "'", "'\u{301}", "\"", "\n", "é", "e\u{301}", "~", "$HOME", "-", "--", "*", "\u{202E}",
        "\u{A0}", "#", "!", "%", "\\", ";", "=", "a", "b", "&", "`", "(", "\t", "数", "😀", "***",
    ]

    init(_ generator: SeededGenerator) { self.generator = generator }

    mutating func next(_ ending: String) -> String {
        count += 1
        let pieces = (0..<Int.random(in: 0...4, using: &generator)).compactMap { _ in
            Self.pieces.randomElement(using: &generator)
        }
        return pieces.joined() + "\(count)" + ending
    }
}
