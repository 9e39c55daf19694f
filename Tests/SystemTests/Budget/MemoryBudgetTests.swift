import TestSupport
import Testing

/// An input that needs much memory if a program keeps data of every line.
private enum LargeInput: String, Sendable, CaseIterable {
    case tiny = "tiny lines"
    case tinyElements = "tiny elements of one array"
    case payloadElements = "elements of one array, of 8 MiB"
    case applications = "as many applications as lines"
    case payloads = "payloads of 8 MiB"
    case jsonCells = "CSV cells of JSON, of 8 MiB"
    case textCells = "CSV cells of text, that are 8 MiB as strings"

    func input(lines: Int) -> JobInput {
        switch self {
        case .tiny: .tiny(lines: lines)
        case .tinyElements: .tiny(lines: lines).asArray()
        case .payloadElements: .large(lines: lines).asArray()
        case .applications: .applications(lines)
        case .payloads: .large(lines: lines)
        case .jsonCells: .largeCells((8 << 20) - 100, isJSON: true, lines: lines)
        case .textCells: .largeCells((8 << 20) - 100, isJSON: false, lines: lines)
        }
    }
}

/// A job, and the size of its input.
private struct MemoryCase: Sendable, CustomTestStringConvertible {
    var job: Job
    var input: LargeInput
    var lines: Int
    var isPiped = false

    var testDescription: String {
        "\(job.rawValue), \(lines) lines\(isPiped ? " through a pipe" : ""): \(input.rawValue)"
    }

    /// The divisor of line counts; a debug build would take minutes over the full ones.
    private static let scale = Hookbatch.releaseBinary == nil ? 10 : 1

    static let all =
        [
            Self(job: .checkNDJSON, input: .tiny, lines: 1_000_000 / scale),
            Self(job: .checkNDJSON, input: .applications, lines: 100_000 / scale),
            Self(job: .checkNDJSON, input: .payloads, lines: 6),
            Self(job: .checkJSON, input: .tinyElements, lines: 1_000_000 / scale),
            Self(job: .checkJSON, input: .payloadElements, lines: 6),
            Self(job: .store, input: .tinyElements, lines: 100_000 / scale),
            Self(job: .api, input: .payloadElements, lines: 6),
            Self(job: .store, input: .tiny, lines: 100_000 / scale),
            Self(job: .store, input: .applications, lines: 100_000 / scale),
            Self(job: .store, input: .payloads, lines: 6),
            Self(job: .api, input: .applications, lines: 20_000 / scale),
            Self(job: .api, input: .payloads, lines: 6),
        ] + (Hookbatch.releaseBinary == nil ? [] : largeCells)

    /// Cases that each take many seconds in a debug build.
    private static let largeCells = [Job.checkCSV, .store, .api].flatMap { job in
        [LargeInput.jsonCells, .textCells].flatMap { input in
            [false, true].map { Self(job: job, input: input, lines: 6, isPiped: $0) }
        }
    }
}

@Suite(
    "Memory", .sideBySide, .needs("clang"),
    .enabled(if: Hookbatch.canBeMeasured, "memory is not measured here"))
struct MemoryBudgetTests {
    /// Maximum in KiB; a debug build has more code.
    private static let most = (Hookbatch.releaseBinary == nil ? 42 : 35) << 10

    @Test("Memory is bounded for every kind of large input", arguments: MemoryCase.all)
    fileprivate func bound(_ tried: MemoryCase) throws {
        var input = tried.input.input(lines: tried.lines)
        input.isPiped = tried.isPiped
        let peak = try Measuring.peak(tried.job, input)
        print("\(tried.testDescription): \(peak) KiB")
        #expect(peak <= Self.most)
    }

    @Test(
        "Memory does not grow with the file once the buffers are full",
        .enabled(if: Hookbatch.releaseBinary != nil, "HOOKBATCH_RELEASE_BINARY is not set"),
        arguments: [
            (.checkNDJSON, 15_000, 150_000), (.checkJSON, 15_000, 150_000),
            (.store, 40_000, 120_000), (.api, 2000, 20_000),
        ] as [(Job, Int, Int)])
    func flat(job: Job, few: Int, many: Int) throws {
        let less = try Measuring.peak(job, job.input(lines: few))
        let more = try Measuring.peak(job, job.input(lines: many))
        print("\(job.rawValue): \(less) KiB for \(few) lines, \(more) KiB for \(many)")
        #expect(more <= Self.most)
        #expect(more - less < 2 << 10, "\(less) KiB, then \(more) KiB")
    }
}
