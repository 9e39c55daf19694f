package import Delivery
package import Time

package let millisecond: Int64 = 1_000_000
package let second: Int64 = 1_000_000_000
package let minute: Int64 = 60 * second
package let hour: Int64 = 60 * minute

extension Instant {
    package static let start = Instant(nanoseconds: 1_000 * second)
}

extension AttemptResult {
    package static func status(
        _ status: Int, retryAfter: Int64? = nil, isComplete: Bool = true, hasID: Bool? = nil
    ) -> AttemptResult {
        AttemptResult(
            requestBegan: true,
            response: Response(
                status: status, isComplete: isComplete, hasMessageID: hasID ?? (status == 201),
                retryAfterSeconds: retryAfter))
    }

    /// A success before the whole request had left.
    package static func early(_ status: Int) -> AttemptResult {
        AttemptResult(
            requestBegan: true, response: Response(status: status, hasMessageID: true),
            failure: .earlyResponse)
    }

    package static let noConnection = AttemptResult(requestBegan: false, failure: .connect)
    package static let timeout = AttemptResult(requestBegan: true, failure: .timeout)
    package static let aborted = AttemptResult(requestBegan: true, failure: .aborted)
    package static let abortedUnsent = AttemptResult(requestBegan: false, failure: .aborted)
}
