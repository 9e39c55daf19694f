package import Delivery

/// An attempt of a delivery to an endpoint, as it is written to a report.
package struct ReportedAttempt {
    package var application: String
    package var endpoint: String
    package var message: String
    /// A JSON string literal.
    package var eventType: [UInt8]
    package var outcome: Outcome
    /// The status code of the response.
    package var status: Int?
    /// The attempts of this delivery, this one included.
    package var number: Int
    /// Whether this one was sent twice.
    package var isRepeated: Bool
    /// Milliseconds since 1970.
    package var startedAt: Int64
    package var nanoseconds: Int64
    /// A stable code; nil without an error.
    package var error: String?
    /// The first bytes of the response, or a sentence: untrusted text. Empty without one.
    package var detail: [UInt8]

    package init(
        application: String, endpoint: String, message: String, eventType: [UInt8],
        outcome: Outcome, status: Int?, number: Int, isRepeated: Bool, startedAt: Int64,
        nanoseconds: Int64,
        error: String?, detail: [UInt8]
    ) {
        self.application = application
        self.endpoint = endpoint
        self.message = message
        self.eventType = eventType
        self.outcome = outcome
        self.status = status
        self.number = number
        self.isRepeated = isRepeated
        self.startedAt = startedAt
        self.nanoseconds = nanoseconds
        self.error = error
        self.detail = detail
    }
}
