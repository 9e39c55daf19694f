import Foundation
import TestSupport
import Testing

/// What tests of lines that are sent several times have in common. A line has a number.
enum TriedInputs {
    /// Writes the lines of all numbers, one half of them to each of two inputs.
    static func write(
        _ count: Int, to paths: [String], in folder: TemporaryFolder,
        text: (_ numbers: [Int], _ path: String) -> String
    ) throws {
        let numbers = Array(0..<count)
        let half = paths.count == 2 ? count / 2 : count
        for (path, part) in zip(paths, [numbers[..<half], numbers[half...]]) {
            let text = text(Array(part), path)
            if path.hasSuffix(".gz") {
                try folder.write(Gzip.pack(text), to: path)
            } else {
                try folder.write(text, to: path)
            }
        }
    }

    /// The text of an input, in the format of its name.
    ///
    /// - Parameters:
    ///   - payload: The JSON of a line's payload.
    ///   - cell: The same as the content of a quoted CSV cell.
    static func text(
        _ numbers: [Int], of path: String, payload: (Int) -> String, cell: (Int) -> String
    ) -> String {
        let objects = numbers.map {
            #"{"appId":"app_\#($0 % 5)","event_type":"t","payload":\#(payload($0))}"#
        }
        if path.hasSuffix(".csv") {
            return "appId,event_type,payload\n"
                + numbers.map { "app_\($0 % 5),t,\"\(cell($0))\"\n" }.joined()
        }
        if path.hasSuffix(".json") {
            // Several records on a line.
            let rows = stride(from: 0, to: objects.count, by: 3).map { start in
                objects[start..<min(start + 3, objects.count)].joined(separator: ", ")
            }
            return "[" + rows.joined(separator: ",\n") + "]\n"
        }
        return objects.map { $0 + "\n" }.joined()
    }

    /// The rows of a report, of any columns.
    static func rows(_ name: String, in folder: TemporaryFolder) throws -> [[String: Any]] {
        try folder.read(name).split(separator: UInt8(ascii: "\n")).map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        }
    }

    /// Starts and kills a run up to three times, each after at most `most` requests; returns the
    /// number of kills before its end.
    static func kill(
        _ program: Program, _ server: LoopbackServer, after most: Int,
        using generator: inout SeededGenerator
    ) throws -> Int {
        var kills = 0
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            let before = server.requestCount
            let running = try program.start()
            let wanted = Int.random(in: 0...most, using: &generator)
            _ = server.waitForRequests(before + wanted, timeout: .seconds(2))
            running.kill(SIGKILL)
            if running.wait().signal == SIGKILL { kills += 1 }
        }
        return kills
    }
}
