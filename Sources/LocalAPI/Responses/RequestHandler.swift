import Destinations
import HTTP

/// What a server answers to its requests, without the sockets.
protocol RequestHandler: AnyObject {
    var responses: ResponseEncoder { get set }

    /// The response to requests whose commit failed.
    var commitFailure: Refusal { get }

    /// Whether a full server keeps the connection of this head and closes others first.
    func isAuthorized(_ head: RequestHead) -> Bool

    /// Answers a request by its head alone, if its body can't change the response.
    ///
    /// - Returns: whether a response was appended; the connection must then be closed.
    func answerEarly(
        _ head: RequestHead, at time: Responder.Time, to output: inout [UInt8]
    ) -> Bool

    /// Answers a complete request.
    ///
    /// - Parameter keepsAlive: false if the connection must be closed in any case.
    /// - Throws: nothing is appended then, and what was answered since the last commit is lost.
    func answer(
        _ parser: borrowing RequestParser, keepsAlive: Bool, at time: Responder.Time,
        to output: inout [UInt8]
    ) throws(DestinationError) -> Responder.Disposition

    /// Makes durable what was answered since the last commit; the responses are sent after it.
    ///
    /// - Throws: all of it is lost then.
    func commit() throws(DestinationError)
}

extension RequestHandler {
    /// Appends the response to a malformed request; the connection must be closed.
    func append(_ error: RequestError, at time: Responder.Time, to output: inout [UInt8]) {
        append(
            Refusal(error.status, error.message), for: nil, keepsAlive: false, at: time,
            to: &output)
    }

    /// Appends a refusal; without a head it ends the connection.
    func append(
        _ refusal: Refusal, for head: RequestHead?, keepsAlive: Bool, at time: Responder.Time,
        to output: inout [UInt8]
    ) {
        responses.append(refusal, for: head, keepsAlive: keepsAlive, at: time, to: &output)
    }
}
