import Destinations
import Testing

@testable import LocalAPI

@Suite("API responses") struct ResponderTests {
    static let members: Set<String> = [
        "id", "org_id", "env_id", "application_id", "event_type", "payload", "status",
        "created_at", "updated_at",
    ]

    @Test("A message gets 201 with the nine documented members, all strings")
    func created() throws {
        let api = try PureAPI()
        let request = Request(
            body: #"{"event_type":"a\u0041","payload":{"x": "é\"\n", "n":1e400}}"#)
        let answer = try api.answer(to: request)
        #expect(answer.status == 201)
        #expect(answer.fields["content-type"] == "application/json")
        #expect(Set(answer.message.keys) == Self.members)
        #expect(answer.message["application_id"] == "app_1")
        #expect(answer.message["event_type"] == "aA")
        #expect(answer.message["payload"] == #"{"x": "é\"\n", "n":1e400}"#)
        #expect(answer.message["status"] == "pending")
        #expect(answer.message["created_at"] == "2026-11-18T11:06:40.000Z")
        #expect(answer.message["updated_at"] == answer.message["created_at"])
        #expect(answer.message["id"]?.hasPrefix("msg_") == true)
    }

    @Test(
        "The response contains the payload as JSON text",
        arguments: [
            (#"{"event_type":"a"}"#, "null"), (#"{"event_type":"a","payload":null}"#, "null"),
            (#"{"event_type":"a","payload":"p\u00e9"}"#, #""p\u00e9""#),
            (#"{"payload":1,"event_type":"a","payload":{ "b":[] }}"#, #"{ "b":[] }"#),
        ])
    func payloads(body: String, payload: String) throws {
        let answer = try PureAPI().answer(to: Request(body: body))
        #expect(answer.message["payload"] == payload)
    }

    @Test(
        "The API key is accepted in each of the three documented places",
        arguments: [
            "Authorization: Bearer the key", "authorization: bEARER  the key",
            "X-API-Key: the key", "Cookie: better-auth.session_token=the key",
            "Cookie: a=b; better-auth.session_token=the key; c=d",
        ])
    func authorized(field: String) throws {
        #expect(try PureAPI().answer(to: Request(fields: [field])).status == 201)
    }

    @Test(
        "A request without the API key gets 401",
        arguments: [
            "X-Other: the key", "Authorization: the key", "Authorization: Basic the key",
            "Authorization: Bearer the ke", "Authorization: Bearer the keythe key",
            "Authorization: Bearer the kez", "Authorization: Bearer ", "X-API-Key:",
            "X-API-Key: THE KEY", "Cookie: session_token=the key",
            "Cookie: xbetter-auth.session_token=the key", "Cookie: better-auth.session_token=",
        ])
    func unauthorized(field: String) throws {
        let answer = try PureAPI().answer(to: Request(fields: [field]))
        #expect(answer.status == 401)
        #expect(answer.fields["www-authenticate"] == "Bearer")
        #expect(answer.error != nil)
    }

    @Test(
        "An invalid body gets 400 and an error with the reason",
        arguments: [
            ("", "unexpected end of JSON"), ("{", "unexpected end of JSON"),
            ("[]", "not a JSON object"),
            (#""event_type""#, "not a JSON object"), ("{}", "event_type is required"),
            (#"{"Event_type":"a"}"#, "event_type is required"),
            (#"{"event_type":null}"#, "must be a string"),
            (#"{"event_type":{"a":1}}"#, "must be a string"),
            (#"{"event_type":""}"#, "1 to 256"), (#"{"event_type":"a\nb"}"#, "1 to 256"),
            (#"{"event_type":"a","payload":[1]}"#, "payload must be"),
            (#"{"event_type":"a","payload":1}"#, "payload must be"),
            (#"{"event_type":"a","payload":true}"#, "payload must be"),
            (#"{"event_type":"a",}"#, "expected a member name"),
            (#"{"event_type":"a"}{}"#, "unexpected data"),
        ])
    func badBodies(body: String, words: String) throws {
        let api = try PureAPI()
        let answer = try api.answer(to: Request(body: body))
        #expect(answer.status == 400)
        #expect(answer.error?.contains(words) == true, "\(answer.body)")
        #expect(try api.catalog.count(.messages, StoreFilter()) == 0)
    }

    @Test(
        "Paths and methods get their status codes",
        arguments: [
            ("GET", "/healthz", 200), ("HEAD", "/healthz", 200), ("POST", "/healthz", 405),
            ("GET", "/healthz?verbose=1", 200), ("OPTIONS", "/healthz", 204),
            ("OPTIONS", "*", 204), ("OPTIONS", "/v1/applications/a/messages", 204),
            ("GET", "/v1/applications/a/messages", 405),
            ("HEAD", "/v1/applications/a/messages", 405),
            ("PUT", "/v1/applications/a/messages", 405),
            ("DELETE", "/v1/applications/a/messages", 405),
            ("BREW", "/v1/applications/a/messages", 405),
            ("post", "/v1/applications/a/messages", 405), ("GET", "/", 404),
            ("POST", "/v1/applications/a/messages/", 404),
            ("POST", "/v1/applications/a/b/messages", 404),
            ("POST", "/v1/applications//messages", 404),
            ("POST", "/v1/applications/messages", 404),
            ("POST", "/v1/applications/../messages", 404),
            ("POST", "/v1/applications/a%2Fb/messages", 404),
            ("POST", "/v1/applications/a%00/messages", 404),
            ("POST", "/v1/applications/\(String(repeating: "a", count: 129))/messages", 404),
            ("POST", "/v1/applications/\(String(repeating: "a", count: 128))/messages", 201),
            ("POST", "http://elsewhere/v1/applications/a/messages?x=/y", 201),
            ("HEAD", "/nothing", 404), ("OPTIONS", "/nothing", 404),
        ])
    func routes(method: String, path: String, status: Int) throws {
        let answer = try PureAPI().answer(to: Request(method: method, path: path))
        #expect(answer.status == status)
        #expect((answer.fields["allow"] != nil) == (status == 405 || status == 204))
        if method == "HEAD" {
            #expect(answer.body.isEmpty)
            #expect(answer.fields["content-length"] != "0")
        } else if status != 204 {
            #expect(answer.fields["content-length"] == "\(answer.body.utf8.count)")
        }
    }

    @Test("A repeated idempotency key with the same message returns the first message")
    func replay() throws {
        let api = try PureAPI()
        var request = Request()
        request.fields.append("Idempotency-Key: k1")
        let first = try api.answer(to: request)
        api.seconds += 86_400
        let second = try api.answer(to: request)
        #expect(first.status == 201 && second.status == 201)
        #expect(first.message == second.message && !first.message.isEmpty)
        #expect(try api.catalog.count(.messages, StoreFilter()) == 1)
    }

    @Test("A repeated idempotency key gets 422 with another message, 201 with another application")
    func conflict() throws {
        let api = try PureAPI()
        var request = Request()
        request.fields.append("Idempotency-Key: k1")
        _ = try api.answer(to: request)
        var other = request
        other.body = #"{"event_type":"user.deleted"}"#
        #expect(try api.answer(to: other).status == 422)
        other.body = #"{"event_type":"user.created","payload":null}"#
        #expect(try api.answer(to: other).status == 422)
        request.path = "/v1/applications/app_2/messages"
        #expect(try api.answer(to: request).status == 201)
    }

    @Test("A request without an idempotency key creates a new message")
    func noKey() throws {
        let api = try PureAPI()
        let ids = try (0..<3).map { _ in try api.answer(to: Request()).message["id"] }
        #expect(Set(ids).count == 3)
    }

    @Test(
        "An invalid Idempotency-Key gets 400",
        arguments: ["", "a b", "é", String(repeating: "k", count: 256)])
    func badKeys(key: String) throws {
        var request = Request()
        request.fields.append("Idempotency-Key: \(key)")
        #expect(try PureAPI().answer(to: request).status == 400)
    }

    @Test("An inactive application gets 400, and 201 after it is enabled again")
    func inactive() throws {
        let api = try PureAPI()
        _ = try api.answer(to: Request())
        #expect(try api.catalog.setApplication("app_1", active: false) == .done)
        let answer = try api.answer(to: Request())
        #expect(answer.status == 400)
        #expect(answer.error == "Application is inactive.")
        #expect(try api.catalog.setApplication("app_1", active: true) == .done)
        #expect(try api.answer(to: Request()).status == 201)
    }

    @Test("With known applications only, an unknown one gets 404 until it is added")
    func unknown() throws {
        let api = try PureAPI(knownAppsOnly: true)
        let answer = try api.answer(to: Request())
        #expect(answer.status == 404)
        #expect(answer.error == "Application not found.")
        #expect(try api.catalog.addApplication("app_1") == .done)
        #expect(try api.answer(to: Request()).status == 201)
    }

    @Test("Error responses repeat nothing from the request")
    func noEcho() throws {
        let api = try PureAPI()
        let marker = "<script>"
        let requests = [
            Request(method: "MARK", path: "/<script>"),
            Request(path: "/v1/applications/<script>/messages"),
            Request(fields: ["Authorization: Bearer <script>"]),
            Request(fields: Request().fields + ["Idempotency-Key: <script> "], body: marker),
            Request(body: #"{"event_type":"<script>","payload":["<script>"]}"#),
        ]
        for request in requests {
            let answer = try api.answer(to: request)
            #expect(answer.status >= 400)
            #expect(!answer.body.contains(marker), "\(answer.body)")
        }
    }

    @Test("A response that does not depend on the body is sent before the body arrives")
    func early() throws {
        let api = try PureAPI()
        #expect(api.early(Request(fields: []))?.status == 401)
        #expect(api.early(Request(path: "/nothing"))?.status == 404)
        #expect(api.early(Request(method: "PUT"))?.status == 405)
        #expect(api.early(Request(fields: []))?.fields["connection"] == "close")
        #expect(api.early(Request()) == nil)
    }
}
