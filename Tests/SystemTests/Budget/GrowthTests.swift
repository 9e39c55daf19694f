import Testing

@Suite("Growth of costs")
struct GrowthTests {
    @Test("A cost that grows as fast as the lines, or slower after the start, is linear")
    func linear() {
        #expect(Growth { _ in 5000 }.isLinear)
        #expect(Growth { 5000 + 12 * $0 }.isLinear)
        #expect(Growth { $0 == 1 ? 300 : 4000 + $0 }.isLinear)
        #expect(Growth { 5000 + 12 * $0 }.perLine == 12)
    }

    @Test("A cost that grows faster than the lines is not linear, however little at first")
    func faster() {
        #expect(!Growth { 5000 + $0 + $0 * $0 / 1000 }.isLinear)
        #expect(!Growth { 5000 + 12 * $0 + max(0, $0 - 1000) * 2 }.isLinear)
        #expect(!Growth { 5000 + max(0, $0 - 1000) }.isLinear)
    }
}
