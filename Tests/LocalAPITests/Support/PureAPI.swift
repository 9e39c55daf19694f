import Delivery
import Destinations
import HTTP
import TestSupport

@testable import LocalAPI
import Time

/// The API without sockets, from the bytes of a request to those of its response.
final class PureAPI {
    static let key = "the key"
    let folder: TemporaryFolder
    let store: Store
    private var responder: Responder
    /// Seconds of the clock, which only a test changes.
    var seconds: Int64 = 1_795_000_000

    init(knownAppsOnly: Bool = false, faults: FaultSettings = FaultSettings()) throws {
        folder = try TemporaryFolder("local-api")
        store = try Store(path: folder.path("test.db"), knownAppsOnly: knownAppsOnly)
        responder = Responder(
            store: store, key: Array(Self.key.utf8), faults: faults,
            now: Instant(nanoseconds: 0))
    }

    var catalog: StoreCatalog {
        get throws { try StoreCatalog(path: folder.path("test.db"), creates: false) }
    }

    private var time: Responder.Time {
        Responder.Time(
            instant: Instant(nanoseconds: (seconds - 1_795_000_000) * 1_000_000_000),
            wall: seconds * 1000)
    }

    /// Returns the response to one request, after its commit.
    func answer(to request: Request) throws -> Response {
        try Response(bytes(answering: request).output)
    }

    /// Returns the bytes of the response and their disposition.
    func bytes(
        answering request: Request
    ) throws -> (output: [UInt8], disposition: Responder.Disposition) {
        var parser = RequestParser()
        let (consumed, progress) = request.bytes.withUnsafeBytes { parser.consume($0) }
        precondition(progress == .complete && consumed == request.bytes.count, "\(progress)")
        var output: [UInt8] = []
        let disposition = try responder.answer(
            parser, keepsAlive: true, at: time, to: &output)
        try store.commit()
        return (output, disposition)
    }

    /// Returns the response to a head alone; nil if it needs the body.
    func early(_ request: Request) -> Response? {
        var parser = RequestParser()
        let head = request.bytes.dropLast(request.body.utf8.count)
        _ = Array(head).withUnsafeBytes { parser.consume($0) }
        guard let head = parser.head else { preconditionFailure("a head that is not one") }
        var output: [UInt8] = []
        return responder.answerEarly(head, at: time, to: &output) ? Response(output) : nil
    }
}

/// A request to send.
struct Request {
    var method = "POST"
    var path = "/v1/applications/app_1/messages"
    var fields = ["Authorization: Bearer \(PureAPI.key)"]
    var body = #"{"event_type":"user.created"}"#

    var bytes: [UInt8] {
        let lines =
            ["\(method) \(path) HTTP/1.1", "Host: localhost"] + fields
            + ["Content-Length: \(body.utf8.count)"]
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }
}
