import Testing

@testable import hookbatch

@Suite("Descriptors of a run")
struct DescriptorBudgetTests {
    private func budget(_ limit: Int, wanted: Int = 64, inputs: Int = 1) -> DescriptorBudget {
        DescriptorBudget(wanted: wanted, inputs: inputs, open: 3, limit: limit)
    }

    @Test("The lowest limit has one connection, and one less is refused", arguments: [1, 9, 200])
    func lowest(inputs: Int) {
        let needed = budget(0, inputs: inputs).needed
        #expect(budget(needed, inputs: inputs).connections == 1)
        #expect(budget(needed, inputs: inputs).isEnough)
        #expect(!budget(needed - 1, inputs: inputs).isEnough)
        #expect(budget(needed - 1, inputs: inputs).connections < 1)
    }

    @Test("More descriptors never allow fewer connections, nor more than are left")
    func growth() {
        var last = 0
        for limit in budget(0).needed...2000 {
            let connections = budget(limit, wanted: 1000).connections
            #expect(connections >= last && connections <= min(1000, limit - budget(0).needed + 1))
            last = connections
        }
        #expect(last == 1000)
    }

    @Test("Inputs have the descriptors that connections leave, and one at least")
    func inputs() {
        #expect(budget(1024, inputs: 500).openInputs == 500)
        let tight = budget(256, inputs: 500)
        #expect(tight.connections == 64)
        #expect(tight.openInputs == 256 - 3 - 14 - 64 - 3)
        #expect(budget(tight.needed, inputs: 500).openInputs == 1)
        #expect(budget(20, wanted: 0, inputs: 500).openInputs == 3)
    }

    @Test("Streams stay open and are counted", arguments: [1, 100])
    func streams(count: Int) {
        func budget(_ limit: Int, _ streams: Int) -> DescriptorBudget {
            DescriptorBudget(
                wanted: 64, inputs: count, streams: streams, open: 3, limit: limit)
        }
        #expect(budget(0, count).needed == budget(0, 0).needed + count)
        #expect(budget(150 + count, count).connections == 64)
    }

    @Test("A warning is given only if connections are cut")
    func warning() {
        #expect(budget(1024).warning == nil)
        #expect(budget(1024).connections == 64)
        #expect(budget(1024).connectsInFlight == 16)
        #expect(budget(60).connectsInFlight == 1)
        #expect(budget(60).warning?.contains("ulimit -n") == true)
        #expect(budget(20, wanted: 0).warning == nil)
    }
}
