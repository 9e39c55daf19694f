import Glibc
import Sending
import TestSupport
import Testing

@Suite("Reading the key again") struct KeyRenewalTests {
    /// Reads once; returns the answer.
    private func answer(_ renewal: KeyRenewal) throws -> KeyRenewal.Answer? {
        try renewal.start()
        #expect(renewal.isBusy)
        var wanted = pollfd(fd: renewal.descriptor, events: Int16(POLLIN), revents: 0)
        try #require(poll(&wanted, 1, 300_000) == 1)
        return renewal.takeAnswer()
    }

    @Test("A key counts once; a key from before is the same, and a problem is no key")
    func answers() throws {
        let keys = Monitor<[Result<[UInt8], KeyRenewal.Problem>]>([
            .success([1]), .success([2]), .success([1]), .failure(.init(reason: "no file")),
            .success([3]),
        ])
        let renewal = try KeyRenewal(source: "--api-key-file", current: [1]) {
            keys.update { $0.removeFirst() }
        }
        #expect(renewal.takeAnswer() == nil)
        #expect(try answer(renewal) == .same)
        #expect(try answer(renewal) == .key([2]))
        #expect(try answer(renewal) == .same)
        #expect(try answer(renewal) == .problem(.init(reason: "no file")))
        #expect(try answer(renewal) == .key([3]))
        #expect(!renewal.isBusy && renewal.takeAnswer() == nil)
    }
}
