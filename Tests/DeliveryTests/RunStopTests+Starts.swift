import Delivery
import TestSupport

extension RunStopTests {
    private static func refused(by refusal: AttemptResult.ConnectRefusal) -> AttemptResult {
        AttemptResult(requestBegan: false, failure: .connect, connectRefusal: refusal)
    }

    static let starts: [Start] = [
        Start(testDescription: "401", results: [.status(401)], cause: .unauthorized),
        Start(
            testDescription: "401 after acceptances", accepted: 9, results: [.status(401)],
            cause: .unauthorized),
        Start(
            testDescription: "403 before the first acceptance", results: [.status(403)],
            cause: .forbidden),
        Start(
            testDescription: "403 after an acceptance", accepted: 1,
            results: Array(repeating: .status(403), count: 19)),
        Start(
            testDescription: "20 times 403 of several applications", accepted: 1,
            results: Array(repeating: .status(403), count: 20), cause: .forbidden),
        Start(
            testDescription: "30 times 403 of one application", accepted: 1,
            results: Array(repeating: .status(403), count: 30), apps: 1),
        Start(
            testDescription: "403 with others between", accepted: 1,
            results: Array(repeating: .status(403), count: 19) + [.status(400)]
                + Array(repeating: .status(403), count: 19)),
        Start(
            testDescription: "402 after acceptances", accepted: 9, results: [.status(402)],
            cause: .refusedForAll(status: 402)),
        Start(
            testDescription: "426", results: [.status(426)], cause: .refusedForAll(status: 426)),
        Start(
            testDescription: "407 after acceptances", accepted: 9, results: [.status(407)],
            cause: .proxyAuthentication),
        Start(
            testDescription: "407 of a proxy's tunnel",
            results: [AttemptResult(requestBegan: false, failure: .proxyAuthentication)],
            cause: .proxyAuthentication),
        Start(
            testDescription: "a proxy that does not tunnel",
            results: [refused(by: .proxy)], cause: .unreachable(.connect)),
        Start(
            testDescription: "a proxy that does not tunnel after acceptances", accepted: 9,
            results: [refused(by: .proxy)], cause: .unreachable(.connect)),
        Start(
            testDescription: "no descriptor left after acceptances", accepted: 9,
            results: Array(repeating: refused(by: .descriptors), count: 4)),
        Start(
            testDescription: "a proxy that does not reach the server yet",
            results: Array(repeating: .noConnection, count: 4)),
        Start(
            testDescription: "a name that does not resolve",
            results: [AttemptResult(requestBegan: false, failure: .dns)],
            cause: .unreachable(.dns)),
        Start(
            testDescription: "a name that no longer resolves", accepted: 1,
            results: Array(
                repeating: AttemptResult(requestBegan: false, failure: .dns), count: 4)),
        Start(
            testDescription: "19 redirects after an acceptance", accepted: 1,
            results: Array(repeating: .status(302), count: 19)),
        Start(
            testDescription: "20 redirects and 405s of several applications", accepted: 1,
            results: (0..<20).map { .status([301, 405][$0 % 2]) },
            cause: .refusedForAll(status: 405)),
        Start(
            testDescription: "30 redirects of one application", accepted: 1,
            results: Array(repeating: .status(308), count: 30), apps: 1),
        Start(
            testDescription: "redirects with 403s between", accepted: 1,
            results: (0..<40).map { .status($0 % 10 == 9 ? 403 : 302) }),
        Start(
            testDescription: "20 times 404 first",
            results: Array(repeating: .status(404), count: 20), cause: .notTheAPI(status: 404)),
        Start(
            testDescription: "20 unexpected responses of several kinds",
            results: (0..<20).map { .status([301, 404, 405, 302][$0 % 4]) },
            cause: .notTheAPI(status: 302)),
        Start(
            testDescription: "3 times 202 or 204 first",
            results: [202, 204, 202].map { .status($0) }, cause: .notTheAPI(status: 202)),
        Start(
            testDescription: "202s after a refusal",
            results: [.status(400)] + Array(repeating: .status(202), count: 8)),
        Start(
            testDescription: "8 times 200 without an id",
            results: Array(repeating: .status(200, hasID: false), count: 8)),
        Start(
            testDescription: "202s with ids",
            results: Array(repeating: .status(202, hasID: true), count: 30)),
        Start(
            testDescription: "19 times 404 and an API's refusal",
            results: Array(repeating: .status(404), count: 19) + [.status(400)]
                + Array(repeating: .status(404), count: 19)),
        Start(
            testDescription: "404 after an acceptance", accepted: 1,
            results: Array(repeating: .status(404), count: 100)),
        Start(
            testDescription: "a name that does not resolve",
            results: [AttemptResult(requestBegan: false, failure: .dns)],
            cause: .unreachable(.dns)),
        Start(
            testDescription: "a certificate that does not verify",
            results: [AttemptResult(requestBegan: false, failure: .certificate)],
            cause: .unreachable(.certificate)),
        Start(
            testDescription: "a name that does not resolve any more", accepted: 1,
            results: [AttemptResult(requestBegan: false, failure: .dns)]),
        Start(
            testDescription: "Retry-After above the maximum", accepted: 1,
            results: [.status(429, retryAfter: 301)], cause: .retryAfter(seconds: 301)),
        Start(
            testDescription: "503 with Retry-After above the maximum", accepted: 1,
            results: [.status(503, retryAfter: .max)], cause: .retryAfter(seconds: .max)),
        Start(
            testDescription: "Retry-After just at the maximum", accepted: 1,
            results: [.status(429, retryAfter: 300)]),
    ]
}
