import TestSupport
import Testing

@Suite(
    "Memory of a resume", .sideBySide, .needs("clang"),
    .enabled(if: Hookbatch.canBeMeasured, "memory is not measured here"))
struct ResumeMemoryTests {
    /// Lines of many applications, so that those of a shard are isolated.
    private static func input(_ lines: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for number in 0..<lines {
            bytes += #"{"appId":"a\#(number &* 7919 % 10_007)","event_type":"t"}"#.utf8
            bytes.append(0x0a)
        }
        return bytes
    }

    /// Returns the peak of a process that resumes after `done` lines, in KiB.
    private static func peak(resumingAfter done: Int) throws -> Int {
        let folder = try TemporaryFolder("resume")
        try folder.write(input(done * 2 + 20_000), to: "in.ndjson")
        func words(_ limit: Int) -> [String] {
            [
                "send", "in.ndjson", "--to", "store:{shard}.db", "--shard", "1/2", "--limit",
                "\(limit)", "--report", "out.ndjson",
            ]
        }
        let first = try Program.run(
            Hookbatch.measured, words(done), directory: folder.path)
        #expect(first.exitCode == 3, "\(first)")
        let peak = try Measuring.peakWrapper(in: folder)
        let second = try Program.run(
            peak[0], Array(peak.dropFirst()) + [Hookbatch.measured] + words(1),
            directory: folder.path)
        #expect(second.exitCode == 3, "\(second)")
        return try Measuring.peakFigure(in: folder)
    }

    @Test(
        "The memory of a resumed shard does not grow with its finished lines",
        .enabled(if: Hookbatch.releaseBinary != nil, "HOOKBATCH_RELEASE_BINARY is not set"))
    func shard() throws {
        let less = try Self.peak(resumingAfter: 40_000)
        // Their numbers alone would need 5 MiB and more.
        let more = try Self.peak(resumingAfter: 700_000)
        print("resume of a shard: \(less) KiB after 40,000 lines, \(more) KiB after 700,000")
        #expect(more - less < 3 << 10, "\(less) KiB, then \(more) KiB")
    }
}
