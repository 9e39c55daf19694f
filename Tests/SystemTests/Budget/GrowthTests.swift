import Testing

@Suite("How costs grow")
struct GrowthTests {
    @Test("as fast as the lines, or slower once all is set up, is linear")
    func linear() {
        #expect(Growth { _ in 5000 }.isLinear)
        #expect(Growth { 5000 + 12 * $0 }.isLinear)
        #expect(Growth { $0 == 1 ? 300 : 4000 + $0 }.isLinear)
        #expect(Growth { 5000 + 12 * $0 }.perLine == 12)
    }

    @Test("faster than the lines is not, however little at first")
    func faster() {
        #expect(!Growth { 5000 + $0 + $0 * $0 / 1000 }.isLinear)
        #expect(!Growth { 5000 + 12 * $0 + max(0, $0 - 1000) * 2 }.isLinear)
        #expect(!Growth { 5000 + max(0, $0 - 1000) }.isLinear)
    }
}
