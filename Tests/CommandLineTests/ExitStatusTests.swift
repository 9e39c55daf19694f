import Delivery
import Sending
import Testing

@testable import hookbatch

/// The exit status of the program, not of the testing library.
typealias ExitStatus = hookbatch.ExitStatus

@Suite("Exit codes") struct ExitStatusTests {
    @Test("The most severe status is reported, in any order")
    func precedence() {
        let order: [ExitStatus] = [
            .success, .someNotAccepted, .someUnknown, .stopped, .terminated, .fileError,
            .internalError,
        ]
        for (index, status) in order.enumerated() {
            for lesser in order[...index] {
                #expect(ExitStatus.mostSevere(of: [lesser, status]) == status)
                #expect(ExitStatus.mostSevere(of: [status, lesser]) == status)
            }
        }
        #expect(ExitStatus.mostSevere(of: [.stopped, .hangup]) == .hangup)
        #expect(ExitStatus.mostSevere(of: [.stopped, .interrupted]) == .interrupted)
        #expect(ExitStatus.mostSevere(of: []) == .success)
    }

    @Test(
        "The status of a finished run is that of its most severe outcome",
        arguments: [
            (.accepted, .success), (.rejected, .someNotAccepted), (.invalid, .someNotAccepted),
            (.failed, .someNotAccepted), (.notAttempted, .someNotAccepted),
            (.unknown, .someUnknown),
        ] as [(Outcome, ExitStatus)])
    func outcomes(outcome: Outcome, status: ExitStatus) {
        var counts = Counts()
        counts.accepted = 1
        counts[outcome] += 1
        #expect(ExitStatus(read: counts.total, counts: counts) == status)
        counts.unknown += 1
        #expect(ExitStatus(read: counts.total, counts: counts) == .someUnknown)
        #expect(ExitStatus(read: 0, counts: Counts()) == .success)
    }

    @Test(
        "Each stop has its exit code",
        arguments: [
            (.unauthorized(), .stopped), (.limit(5), .stopped), (.outage(.seconds(1)), .stopped),
            (.signal(.hangup), .hangup), (.signal(.interrupt), .interrupted),
            (.signal(.terminate), .terminated), (.file(message: ""), .fileError),
            (.defect(message: ""), .internalError),
        ] as [(StopReason, ExitStatus)])
    func stops(stop: StopReason, status: ExitStatus) {
        #expect(stop.exitStatus == status)
    }

    @Test("A wrong name is a usage error, and a failed file is a file error")
    func inputs() {
        #expect(ExitStatus(InputError.doesNotExist(path: "a")) == .usage)
        #expect(ExitStatus(InputError.isDirectory(path: "a")) == .usage)
        #expect(ExitStatus(InputError.sameFile(path: "a", as: "b")) == .usage)
        #expect(ExitStatus(InputError.system(call: "read", path: "a", errno: 5)) == .fileError)
        #expect(ExitStatus(InputError.shrank(path: "a", from: 2, to: 1)) == .fileError)
    }
}
