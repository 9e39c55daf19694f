import Ledger
import Testing

@Suite("Run ids") struct RunIDTests {
    @Test("A run id is sixteen characters that parse to the same id")
    func roundTrip() {
        var seen: Set<String> = []
        for _ in 0..<1000 {
            let id = RunID.random()
            #expect(id.description.utf8.count == 16)
            #expect(RunID(id.description) == id)
            seen.insert(id.description)
        }
        #expect(seen.count == 1000)
    }

    @Test(
        "A run id keeps the position of every character",
        arguments: ["0123456789abcdef", "ghjkmnpqrstvwxyz", "zzzzzzzzzzzzzzzz", "0000000000000001"])
    func text(_ text: String) {
        #expect(RunID(text)?.description == text)
    }

    @Test(
        "A run id in any other form is rejected",
        arguments: [
            "", "0123456789abcde", "0123456789abcdeff", "0123456789ABCDEF", "0123456789abcdei",
            "0123456789abcdel", "0123456789abcdeo", "0123456789abcdeu", "0123456789abcd-f",
        ])
    func refused(_ text: String) {
        #expect(RunID(text) == nil)
    }
}
