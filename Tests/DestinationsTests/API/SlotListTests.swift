import Destinations
import Foundation
import TestSupport
import Testing

@Suite("Slot queues")
struct SlotListTests {
    @Test("A slot queue keeps the order of an array")
    func agreesWithArray() {
        var generator = SeededGenerator.fromEnvironment()
        let seed = generator.seed
        var queue = SlotList()
        var model: [Int] = []
        queue.grow(to: 20)
        for step in 0..<20_000 {
            let slot = Int.random(in: 0..<20, using: &generator)
            switch (Int.random(in: 0..<4, using: &generator), model.contains(slot)) {
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
