import Glibc

@testable import LocalAPI

/// The requests of the suites of the server.
protocol RequestTexts {}

extension RequestTexts {
    func request(_ number: Int, close: Bool = false) -> Request {
        var request = Request()
        request.fields.append("Idempotency-Key: k\(number)")
        if close { request.fields.append("Connection: close") }
        request.body = #"{"event_type":"e\#(number)"}"#
        return request
    }

    func head(_ fields: [String], key: String = PureAPI.key) -> String {
        let lines =
            ["POST /v1/applications/app_1/messages HTTP/1.1", "Host: localhost"]
            + ["Authorization: Bearer \(key)"] + fields
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    func pad(_ count: Int) -> String { String(repeating: "p", count: count) }

    func isReadable(_ client: Client) -> Bool {
        var wanted = pollfd(fd: client.descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&wanted, 1, 2000) == 1
    }
}
