import Destinations
import Foundation
import Testing

@Suite("The queue of slots")
struct SlotQueueTests {
    @Test("It keeps the order of an array, whatever is done to it")
    func agreesWithArray() {
        let seed = UInt64.random(in: .min ... .max)
        var state = seed
        func random(below limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        var queue = SlotQueue()
        var model: [Int] = []
        queue.grow(to: 20)
        for step in 0..<20_000 {
            let slot = random(below: 20)
            switch (random(below: 4), model.contains(slot)) {
            case (0, false):
                queue.append(slot)
                model.append(slot)
            case (1, false):
                queue.prepend(slot)
                model.insert(slot, at: 0)
            case (2, _):
                queue.remove(slot)
                model.removeAll { $0 == slot }
            default:
                if let first = queue.first {
                    queue.remove(first)
                    model.removeFirst()
                }
            }
            let isSame =
                queue.first == model.first && queue.count == model.count
                && queue.contains(slot) == model.contains(slot)
            #expect(isSame, "step \(step) of seed \(seed)")
            if !isSame { return }
        }
        var drained: [Int] = []
        while let slot = queue.first {
            drained.append(slot)
            queue.remove(slot)
        }
        #expect(drained == model, "seed \(seed)")
    }
}
