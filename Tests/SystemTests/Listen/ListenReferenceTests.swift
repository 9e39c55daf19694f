import Foundation
import TestSupport
import Testing

/// Real requests that the reference libraries sign.
@Suite(
    "Receiving webhooks of the reference libraries", .sideBySide,
    .needsPython("standardwebhooks", "svix"))
struct ListenReferenceTests {
    /// Sends to the port of the first argument. The second is the library, then the secrets.
    private static let script = """
        import http.client, sys
        from datetime import datetime, timedelta, timezone
        import standardwebhooks, svix

        port, library, first, second = sys.argv[1:]
        Webhook = {'standardwebhooks': standardwebhooks, 'svix': svix}[library].Webhook
        connection = http.client.HTTPConnection('127.0.0.1', int(port))

        def send(id, body, secrets, age=0, change=lambda body: body, chunked=False):
            time = datetime.now(timezone.utc) - timedelta(seconds=age)
            signatures = [Webhook(secret).sign(id, time, body) for secret in secrets]
            body = change(body).encode()
            connection.request('POST', '/' + id, iter([body[:7], body[7:]]) if chunked else body, {
                'webhook-id': id, 'webhook-timestamp': str(int(time.timestamp())),
                'webhook-signature': ' '.join(signatures), 'content-type': 'application/json',
            }, encode_chunked=chunked)
            response = connection.getresponse()
            response.read()
            print(response.status)

        body = '{"type": "invoice.paid", "data": {"text": "\\u20ac \\U0001f600"}}'
        send('good', body, [first])
        send('rotated', body, [second, first])
        send('chunked', body, [first], chunked=True)
        send('large', '{"type": "t", "data": "' + 'x' * 1000000 + '"}', [first])
        send('good', body, [first])
        send('other', body, [second])
        send('changed', body, [first], change=lambda body: body + ' ')
        send('old', body, [first], age=310)
        send('new', body, [first], age=-310)
        """

    @Test(
        "Signatures hold, and wrong, changed, old and repeated webhooks are told apart",
        arguments: ["standardwebhooks", "svix"])
    func received(library: String) throws {
        let listening = try Listening()
        let sent = try Python.run(
            Self.script,
            ["\(listening.port)", library, Listening.secret, Listening.otherSecret])
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(sent.output == String(repeating: "200\n", count: 9))
        let rows = try listening.stop().rows.map { row in
            "\(row["webhook_id"] ?? "") \(row["signature"] ?? "") \(row["attempt"] ?? "") "
                + "\(row["type"] ?? "")"
        }
        #expect(
            rows == [
                "good good 1 invoice.paid", "rotated good 1 invoice.paid",
                "chunked good 1 invoice.paid", "large good 1 t", "good good 2 invoice.paid",
                "other bad 1 invoice.paid", "changed bad 1 invoice.paid",
                "old too_old 1 invoice.paid", "new too_new 1 invoice.paid",
            ])
    }
}
