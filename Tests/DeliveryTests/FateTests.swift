import Delivery
import Testing
import TestSupport

extension AttemptResult {
    /// A success before the whole request had left.
    fileprivate static func early(_ status: Int) -> AttemptResult {
        AttemptResult(
            requestBegan: true,
            response: Response(status: status, isComplete: false, hasMessageID: true),
            failure: .earlyResponse)
    }
}

@Suite("Fate") struct FateTests {
    @Test(
        "The fate of an attempt follows from what was sent and received",
        arguments: [
            (AttemptResult.status(201), Fate.accepted),
            (.status(201, isComplete: false, hasID: false), .accepted),
            (.status(200, hasID: true), .accepted),
            (.status(200, hasID: false), .uncertain),
            (.status(202, hasID: false), .uncertain),
            (.status(204, hasID: false), .uncertain),
            (.status(301), .refused), (.status(308), .refused),
            (.status(400), .refused), (.status(401), .refused), (.status(404), .refused),
            (.status(408), .refused), (.status(422), .refused), (.status(429), .refused),
            (.status(429, retryAfter: 7), .refused),
            (.status(400, isComplete: false), .refused),
            (.status(401, isComplete: false), .refused),
            (.status(429, isComplete: false), .refused),
            (.status(302, isComplete: false), .refused),
            (.status(500, isComplete: false), .uncertain),
            (.status(500), .uncertain), (.status(500, retryAfter: 1), .uncertain),
            (.status(501), .uncertain), (.status(502), .uncertain), (.status(504), .uncertain),
            (.status(503), .uncertain),
            (.status(503, retryAfter: 0), .refused),
            (.status(503, isComplete: false), .uncertain),
            (.status(503, retryAfter: 9, isComplete: false), .refused),
            (.early(201), .uncertain), (.early(200), .uncertain),
            (.noConnection, .unsent),
            (AttemptResult(requestBegan: false, failure: .connectionClosed), .unsent),
            (AttemptResult(requestBegan: true, failure: .connectionClosed), .uncertain),
            (.timeout, .uncertain),
            (AttemptResult(requestBegan: true, failure: .malformedResponse), .uncertain),
        ])
    func table(result: AttemptResult, fate: Fate) {
        #expect(Fate(result) == fate)
    }

    @Test("The error of a refusal is its status, and that of an uncertain attempt its failure")
    func error() {
        for status in [302, 400, 401, 429] {
            var result = AttemptResult.status(status, isComplete: false)
            result.failure = .responseTooLarge
            #expect(result.errorFailure == nil)
        }
        var result = AttemptResult.status(500, isComplete: false)
        result.failure = .responseTooLarge
        #expect(result.errorFailure == .responseTooLarge)
        #expect(AttemptResult.timeout.errorFailure == .timeout)
        #expect(AttemptResult.status(400).errorFailure == nil)
    }

    @Test(
        "A response before the first byte of the request does not belong to it",
        arguments: [201, 200, 400, 408, 503])
    func early(status: Int) {
        let result = AttemptResult(
            requestBegan: false, response: .init(status: status, hasMessageID: true))
        #expect(Fate(result) == .unsent)
    }

    @Test("A transport failure without a response is never an acceptance or a refusal")
    func failures() {
        for failure in TransportFailure.allCases {
            #expect(Fate(AttemptResult(requestBegan: true, failure: failure)) == .uncertain)
            #expect(Fate(AttemptResult(requestBegan: false, failure: failure)) == .unsent)
        }
    }
}
