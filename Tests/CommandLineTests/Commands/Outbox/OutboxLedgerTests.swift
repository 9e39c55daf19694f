import TestSupport
import Testing

@testable import hookbatch

@Suite("The ledger of an outbox") struct OutboxLedgerTests {
    private static let content = OutboxContent(size: 12, hash: "00112233445566778899aabbccddeeff")

    /// A row of each kind, with names that JSON escapes.
    private static let rows: [OutboxRow] = [
        .started(name: "a \"b\"\n\u{1B}é.csv", content),
        .finished(
            OutboxFinish(
                name: "a", content: content, runID: "r1", exitCode: 4, read: 3, accepted: 2,
                place: "failed/a")),
        .moved(name: "a"),
        .finished(
            OutboxFinish(
                name: "b", content: content, runID: "r2", exitCode: 0, read: 3, accepted: 3,
                place: "done/b", sent: .init(size: 12, inode: .max, finishedAt: 1_795_986_122_294))),
        .told(name: "a", OutboxProblem(content: content, cause: "unauthorized")),
        .told(name: "/options", OutboxProblem(content: nil, cause: "two\nlines")),
        .resolved(name: "a"),
    ]

    private static func bytes(_ rows: [OutboxRow]) -> [UInt8] {
        rows.flatMap { $0.bytes(time: "2026-11-29T04:00:00.000Z") }
    }

    @Test("Rows are read as they were written, each on one line")
    func roundTrip() {
        let bytes = Self.bytes(Self.rows)
        let contents = OutboxLedgerContents(bytes)
        #expect(contents.rows == Self.rows)
        #expect(contents.end == bytes.count && contents.damagedLine == nil)
        #expect(bytes.count { $0 == UInt8(ascii: "\n") } == Self.rows.count)
    }

    @Test("A ledger cut at any byte, and one with zeros after the cut, has the rows before it")
    func torn() {
        let bytes = Self.bytes(Self.rows)
        for length in 0..<bytes.count {
            for zeros in [0, 100] {
                let cut = Array(bytes[..<length]) + [UInt8](repeating: 0, count: zeros)
                let contents = OutboxLedgerContents(cut)
                let whole = bytes[..<length].count { $0 == UInt8(ascii: "\n") }
                #expect(contents.rows == Array(Self.rows[..<whole]), "\(length)")
                #expect(contents.damagedLine == nil, "\(length)")
                #expect(bytes[..<contents.end].count { $0 == UInt8(ascii: "\n") } == whole)
            }
        }
    }

    @Test("A flipped bit before the last row is found in its line")
    func damaged() {
        let bytes = Self.bytes(Self.rows)
        let lastRow = bytes.count - Self.bytes([Self.rows[6]]).count
        var line = 1
        for index in 0..<lastRow {
            var flipped = bytes
            flipped[index] ^= 1 << UInt8(index % 8)
            if bytes[index] == UInt8(ascii: "\n") {
                line += 1
                continue
            }
            #expect(OutboxLedgerContents(flipped).damagedLine == line, "byte \(index)")
        }
    }

    @Test("The fewest rows of a history give the same history")
    func compact() {
        var generator = SeededGenerator.fromEnvironment("compact")
        for _ in 0..<200 {
            var history = OutboxHistory()
            for number in 0..<Int.random(in: 0...40, using: &generator) {
                let name = ["a", "b", "c"].randomElement(using: &generator) ?? "a"
                let hash = String(Int.random(in: 0...3, using: &generator))
                let content = OutboxContent(size: 1, hash: hash)
                switch Int.random(in: 0...4, using: &generator) {
                case 0: history.apply(.started(name: name, content))
                case 1:
                    // A round completes what is open before it finishes another file of the name.
                    guard history.pending[name] == nil, history.untold[name] == nil,
                        history.finish(of: content, named: name) == nil
                    else { continue }
                    history.apply(
                        .finished(
                            OutboxFinish(
                                name: name, content: content, runID: "\(number)",
                                exitCode: Int32.random(in: 0...1, using: &generator), read: 1,
                                accepted: 1, place: "done/\(name)")))
                case 2: history.apply(.moved(name: name))
                case 3:
                    let cause = Bool.random(using: &generator) ? "x" : OutboxProblem.notAccepted
                    history.apply(.told(name: name, OutboxProblem(content: content, cause: cause)))
                default: history.apply(.resolved(name: name))
                }
            }
            var again = OutboxHistory()
            for row in history.rows { again.apply(row) }
            #expect(again.pending == history.pending, "\(generator)")
            #expect(again.untold == history.untold, "\(generator)")
            #expect(again.started == history.started, "\(generator)")
            #expect(again.problems == history.problems, "\(generator)")
            for name in ["a", "b", "c"] {
                for hash in 0...3 {
                    let content = OutboxContent(size: 1, hash: String(hash))
                    #expect(
                        again.finish(of: content, named: name)
                            == history.finish(of: content, named: name), "\(generator)")
                }
            }
        }
    }

    @Test("A problem is new if its cause or its content is another")
    func problems() {
        let other = OutboxContent(size: 12, hash: "other")
        let known = OutboxProblem(content: Self.content, cause: "unauthorized")
        #expect(known.isSame(as: known))
        #expect(known.isSame(as: OutboxProblem(content: nil, cause: "unauthorized")))
        #expect(!known.isSame(as: OutboxProblem(content: Self.content, cause: "connect")))
        #expect(!known.isSame(as: OutboxProblem(content: other, cause: "unauthorized")))
    }
}
