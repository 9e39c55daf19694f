/// An error response: a status and a message, which never repeats the client's input.
struct Refusal: Error, Equatable {
    var status: Int
    var message: String
    /// An additional field, such as `Allow`.
    var fieldName: String?
    var fieldValue: String = ""

    init(_ status: Int, _ message: String, field: (name: String, value: String)? = nil) {
        self.status = status
        self.message = message
        fieldName = field?.name
        fieldValue = field?.value ?? ""
    }

    var fields: [(name: String, value: String)] { fieldName.map { [($0, fieldValue)] } ?? [] }
}

extension Refusal {
    static let unauthorized = Refusal(
        401,
        "Unauthorized: send the API key as a bearer token, as X-API-Key, or in the session cookie.",
        field: ("WWW-Authenticate", "Bearer"))
    static let notFound = Refusal(
        404, "There is nothing here; messages go to /v1/applications/{appId}/messages.")
    static let applicationNotFound = Refusal(404, "Application not found.")
    static let applicationInactive = Refusal(400, "Application is inactive.")
    static let keyConflict = Refusal(
        422, "This Idempotency-Key was used before with another message.")
    static let badKey = Refusal(400, "Idempotency-Key must be 1 to 255 visible ASCII characters.")
    static let tooLarge = Refusal(413, "The message is larger than the store can hold.")
    static let injected = Refusal(500, "An injected failure; the message was not stored.")
    static let notStored = Refusal(500, "The message could not be stored.")
    static let timeout = Refusal(408, "The request did not arrive in time.")
    static let overloaded = Refusal(
        503, "Too many bytes are in flight; try again.", field: ("Retry-After", "1"))
    static let tooManyConnections = Refusal(
        503, "Too many connections are open; try again.", field: ("Retry-After", "1"))

    static func methodNotAllowed(_ allow: String) -> Refusal {
        Refusal(405, "This takes only \(allow).", field: ("Allow", allow))
    }

    static func limited(retryAfterSeconds: Int64) -> Refusal {
        Refusal(
            429, "The injected limit is reached.", field: ("Retry-After", "\(retryAfterSeconds)"))
    }
}
