import Foundation
import TestSupport
import Testing

/// A simulated month of an outbox: files, troubles and kills at random, with their expected effects.
final class OutboxMonth {
    /// What a person or another program does to the outbox for some rounds.
    enum Night: CaseIterable {
        case wrongKey, serverDown, fullDisk
    }

    let scene: OutboxScene
    private let mount: Mount
    private var generator: SeededGenerator
    /// The number of the next line.
    private var number = 0
    /// All valid lines of the complete files.
    private(set) var sent: [Int] = []
    private var partial: [(name: String, text: String, numbers: [Int])] = []
    /// The texts that were put, by name.
    private var texts: [String: [String]] = [:]
    /// Words that exactly one message has to contain.
    private(set) var expected: [String] = []
    /// The messages of the rounds that were not killed, and of those that were.
    private(set) var messages: [String] = []
    private(set) var messagesOfKilled: [String] = []
    private(set) var kills = 0

    private static let names = ["orders.ndjson", "orders.jsonl", "users.ndjson", "a b.ndjson"]

    init(_ generator: SeededGenerator) throws {
        self.generator = generator
        mount = try Mount(
            on: TemporaryFolder("month"), ["-t", "tmpfs", "-o", "size=64m", "tmpfs"])
        scene = try OutboxScene(directory: mount.path) { .delay(.milliseconds(2), .created($0)) }
    }

    private func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &generator) < percent
    }

    private func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(scene.directory)/outbox/\(path)")
    }

    private func lines(_ count: Int) -> (text: String, numbers: [Int]) {
        let numbers = Array(number..<number + count)
        number += count
        return (OutboxScene.lines(numbers), numbers)
    }

    /// Puts a file, unless one of its name waits: its writer would replace it.
    private func put(_ name: String, _ text: String, _ numbers: [Int]) throws {
        guard !exists(name) else { return }
        try scene.put(name, text)
        texts[name, default: []].append(text)
        sent += numbers
    }

    // MARK: Rounds

    /// Does what happens before a round of an ordinary day, and the round.
    func day() throws {
        for _ in 0..<Int.random(in: 0...2, using: &generator) {
            let name = Self.names.randomElement(using: &generator) ?? Self.names[0]
            let (text, numbers) = lines(Int.random(in: 1...20, using: &generator))
            try put(name, text, numbers)
        }
        if chance(10) {
            let name = "bad\(number).ndjson"
            let (text, numbers) = lines(2)
            try put(name, text + "{\n", numbers)
            expected.append("'\(name)': finished, but 1 of 3 lines")
        }
        if chance(10) {
            let name = "up\(number).ndjson"
            let (text, numbers) = lines(3)
            try Data(text.utf8.dropLast(20)).write(
                to: URL(fileURLWithPath: "\(scene.directory)/outbox/\(name).filepart"))
            partial.append((name, text, numbers))
        } else if let upload = partial.popLast() {
            try FileManager.default.removeItem(
                atPath: "\(scene.directory)/outbox/\(upload.name).filepart")
            try put(upload.name, upload.text, upload.numbers)
        }
        if chance(10) {
            try? FileManager.default.removeItem(atPath: "\(scene.directory)/outbox/done")
        }
        if chance(8), let name = texts.keys.sorted().randomElement(using: &generator),
            !name.hasPrefix("bad"), !exists(name), !exists("sending/\(name)"),
            let text = texts[name]?.randomElement(using: &generator)
        {
            try scene.put(name, text)
            expected.append("'\(name)': this content was sent before")
        }
        if chance(20) { try killedRound() } else { try round() }
    }

    /// A trouble for some rounds, in which new files come too.
    func night(_ night: Night) throws {
        let (text, numbers) = lines(300)
        try put("night\(number).ndjson", text, numbers)
        let ballast = "\(scene.directory)/ballast"
        switch night {
        case .wrongKey: expected.append("stopped: the API rejected the key")
        case .serverDown: scene.server.goDown()
        case .fullDisk:
            let size = try FileManager.default.attributesOfFileSystem(forPath: scene.directory)[
                .systemFreeSize]
            let free = try #require(size as? Int)
            try Program.run("fallocate", ["-l", String(free - 16 << 10), ballast])
            expected.append("No space left")
        }
        let before = messages.count
        for _ in 0..<Int.random(in: 2...5, using: &generator) {
            if night != .fullDisk {
                let (text, numbers) = lines(2)
                try put("zz\(number).ndjson", text, numbers)
            }
            let result = try round(key: night == .wrongKey ? "wrong" : OutboxScene.key, night)
            #expect(result.exitCode == (night == .fullDisk ? 74 : 3), "\(generator): \(result)")
        }
        let told = messages[before...].count { !$0.contains("round.prom") }
        #expect(told == 1, "\(generator), \(night): \(messages[before...])")
        switch night {
        case .wrongKey: break
        case .serverDown: scene.server.comeBack()
        case .fullDisk: try FileManager.default.removeItem(atPath: ballast)
        }
    }

    /// Rounds until nothing is left.
    func finish() throws {
        for upload in partial { try put(upload.name, upload.text, upload.numbers) }
        partial = []
        for _ in 1...3 { try round() }
        #expect(try scene.metric("hookbatch_outbox_backlog_files") == 0, "\(generator)")
        #expect(try round().exitCode == 0, "\(generator)")
    }

    @discardableResult
    private func round(
        key: String = OutboxScene.key, _ night: Night? = nil
    ) throws -> ProgramResult {
        // A run with accepted lines has this patience. Retries are needed: an uncertain line
        // without them ends as unknown.
        let flags = night == .serverDown ? ["--outage-patience", "1s"] : []
        let result = try scene.round(flags, key: key)
        messages += result.messages.map(String.init)
        #expect(!result.errorOutput.contains("--fresh"), "\(generator): \(result)")
        if night == nil {
            #expect([0, 1].contains(result.exitCode), "\(generator): \(result)")
            if result.exitCode == 0 {
                let quiet = result.messages.allSatisfy { $0.contains("sent before") }
                #expect(quiet, "\(generator): \(result)")
            }
        }
        if night != .fullDisk { try checkMetrics(result) }
        return result
    }

    private func checkMetrics(_ result: ProgramResult) throws {
        let place: Comment = "\(generator): \(result)"
        let code = try #require(result.exitCode)
        #expect(try scene.metric("hookbatch_run_exit_code") == Double(code), place)
        let last = try scene.metric("hookbatch_last_run_timestamp_seconds")
        let success = try scene.metric("hookbatch_last_success_timestamp_seconds")
        #expect((success == last) == (code == 0), place)
        let left = try scene.files().count { name in
            name.hasPrefix("sending/")
                ? name.split(separator: "/").count == 3
                    && name.hasSuffix("/" + name.split(separator: "/")[1])
                : !name.contains("/") && !name.hasSuffix(".filepart")
        }
        #expect(try scene.metric("hookbatch_outbox_backlog_files") == Double(left), place)
        let failed = try? FileManager.default.contentsOfDirectory(
            atPath: "\(scene.directory)/outbox/failed")
        #expect(
            try scene.metric("hookbatch_outbox_failed_folders") == Double(failed?.count ?? 0), place
        )
    }

    /// A round in which the process or its `send` is killed, followed by the next one.
    private func killedRound() throws {
        kills += 1
        let wanted = scene.server.requestCount + Int.random(in: 0...30, using: &generator)
        let isChild = chance(50)
        let running = try scene.program().start()
        while running.isRunning, scene.server.requestCount < wanted { usleep(500) }
        if isChild {
            // It may have ended, and its id then is of no other process yet.
            for child in OutboxScene.children(of: running.pid) { kill(child, SIGKILL) }
        } else {
            running.kill(SIGKILL)
        }
        messagesOfKilled += running.wait().messages.map(String.init)
        // An orphaned send has the lock until it ends.
        let next = try scene.freeRound()
        messages += next.messages.map(String.init)
        #expect([0, 1].contains(next.exitCode), "\(generator): \(next)")
        try checkMetrics(next)
    }
}
