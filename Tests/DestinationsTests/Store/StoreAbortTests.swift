import Delivery
import Destinations
import Foundation
import Testing

@Suite("Failed transactions and aborted messages of the store")
struct StoreAbortTests {
    let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    @Test("A message aborted before the wait is not stored, and can be started again")
    func queued() throws {
        let run = try StoreRun(folder)
        run.begin(0..<3)
        let end = run.destination.abort(slot: 1)
        #expect(end.slot == 1)
        #expect(end.result == AttemptResult(requestBegan: false, failure: .aborted))
        #expect(try run.wait().map(\.slot) == [0, 2])
        #expect(try run.stored().count == 2)
        run.start(1)
        #expect(try run.wait().map(\.slot) == [1])
        for slot in 0..<3 { run.destination.unload(slot: slot) }
        try run.destination.close()
    }

    @Test(
        "A message aborted in a transaction in flight returns its end, which is not reported again")
    func inFlight() throws {
        let run = try StoreRun(folder)
        try folder.held {
            run.begin(0..<3)
            try run.turnInVain()
            run.begin(3..<5)
        }
        let end = run.abort(1)
        #expect(end.status == 201)
        run.destination.unload(slot: 1)
        // Its slot now has another message, of the next transaction.
        run.begin([1], key: "again")
        let ends = try run.wait()
        #expect(ends.map(\.slot) == [0, 2])
        #expect(try run.wait().map(\.slot) == [3, 4, 1])
        let rows = try run.stored()
        #expect(rows.map { $0[1] } == ["k-0", "k-1", "k-2", "k-3", "k-4", "again-1"])
        #expect([ends[0], end, ends[1]].map(\.messageID) == rows[..<3].map { $0[0] })
    }

    @Test("Aborting all messages starts no further transaction and returns what was stored")
    func all() throws {
        let run = try StoreRun(folder)
        try folder.held {
            run.begin(0..<3)
            try run.turnInVain()
            run.begin(3..<6)
        }
        let ends = (0..<6).reversed().map(run.abort)
        #expect(ends.map(\.status) == [nil, nil, nil, 201, 201, 201])
        try run.destination.close()
        #expect(try run.transactions().sizes == [3])
    }

    @Test("A failed transaction reports nothing, and the next wait retries all of it")
    func failure() throws {
        let run = try StoreRun(folder)
        try folder.refuse(key: "k-30")
        run.begin(0..<50)
        var ends = [AttemptEnd(slot: 99, result: AttemptResult(requestBegan: false))]
        var ready: [UInt64] = []
        let error = #expect(throws: DestinationError.self) {
            try run.destination.wait(until: nil, ends: &ends, ready: &ready)
        }
        guard case .sqlite(folder.path, _, "refused") = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(ends.map(\.slot) == [99])
        #expect(try run.stored().isEmpty)

        run.begin(50..<60)
        #expect(throws: DestinationError.self) { try run.wait() }
        try folder.refuseNone()
        #expect(try run.wait().map(\.slot) == Array(0..<60))
        #expect(try run.transactions().keys == (0..<60).map { "k-\($0)" })
    }

    @Test("A transaction that fails after another one does not lose that one's ends")
    func secondFails() throws {
        let run = try StoreRun(folder)
        try folder.refuse(key: "k-3")
        try folder.held {
            run.begin(0..<2)
            try run.turnInVain()
            run.begin(2..<5)
        }
        #expect(try run.wait().map(\.slot) == [0, 1])
        #expect(throws: DestinationError.self) { try run.wait() }
        #expect((2..<5).map(run.abort).allSatisfy { $0.status == nil })
        try run.destination.close()
        #expect(try run.transactions().keys == ["k-0", "k-1"])
    }

    @Test("A transaction that fails while one of its messages is aborted stores nothing")
    func failsMeanwhile() throws {
        let run = try StoreRun(folder)
        try folder.refuse(key: "k-2")
        try folder.held {
            run.begin(0..<3)
            try run.turnInVain()
        }
        let end = run.destination.abort(slot: 0)
        #expect(end.result == AttemptResult(requestBegan: false, failure: .aborted))
        #expect(try run.stored().isEmpty)
        try folder.refuseNone()
        #expect(try run.wait().map(\.slot) == [1, 2])
    }
}
