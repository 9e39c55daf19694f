import Foundation
import TestSupport
import Testing

@Suite("Deliveries to hostile endpoints", .sideBySide) struct DeliverResponseTests {
    private let delivering: Delivering

    init() throws { delivering = try Delivering() }

    private static let responses: [(reply: Reply, status: Int?, error: String?)] = [
        (.raw("hello\r\n\r\n"), nil, "malformed_answer"),
        (.raw("HTTP/1.1 500 No\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), nil, nil),
        (.raw("HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), 500, nil),
        (.raw("HTTP/1.1 99 Odd\r\n\r\n"), nil, "malformed_answer"),
        (.close, nil, "connection_closed"), (.reset, nil, "connection_closed"),
        (
            .raw("HTTP/1.1 500 No\r\nX: " + String(repeating: "x", count: 200_000) + "\r\n\r\n"),
            nil, "answer_too_large"
        ),
        (.largeBody(500, mebibytes: 3), 500, nil), (.endlessBody(404), 404, nil),
        (.answer(301, headers: [("Location", "/other")]), 301, nil), (.silence, nil, "timeout"),
        (.interim([100, 103], .answer(503)), 503, nil),
    ]

    @Test(
        "A response that is cut, malformed, endless or missing is a failure, and memory stays flat",
        arguments: responses)
    func refused(reply: Reply, status: Int?, error: String?) throws {
        let server = try LoopbackServer { _ in reply }
        let healthy = try LoopbackServer { _ in .answer(200) }
        _ = try delivering.addEndpoint(server.url)
        _ = try delivering.addEndpoint(healthy.url)
        try delivering.send(3)
        let result = try delivering.deliver("--schedule", "1h", "--timeout", "2s")
        #expect(result.exitCode == 3, "\(result)")
        #expect(healthy.requestCount == 3)
        let rows = try delivering.deliveries("--status", "pending")
        #expect(rows.count == 3)
        for row in rows {
            if let status { #expect(row["response_status"] as? Int == status) }
            if let error { #expect(row["error"] as? String == error) }
            #expect((row["response"] as? String ?? "").utf8.count <= 300)
        }
        #expect(try delivering.deliveries("--status", "delivered").count == 3)
    }

    @Test(
        "A success whose body is endless is delivered once", arguments: [200, 204, 299])
    func longSuccess(status: Int) throws {
        let server = try LoopbackServer { _ in
            status == 204 ? .answer(204).thenClose : .largeBody(status, mebibytes: 3)
        }
        _ = try delivering.addEndpoint(server.url)
        try delivering.send(2)
        #expect(try delivering.deliver("--timeout", "5s").exitCode == 0)
        #expect(server.requestCount == 2)
    }

    @Test(
        "A certificate that does not verify gets no byte of a webhook", .needs("nginx", "openssl"),
        arguments: [Certificates.Kind.selfSigned, .wrongHost, .expired])
    func certificates(kind: Certificates.Kind) throws {
        let certificates = try Certificates()
        let behind = try LoopbackServer { _ in .answer(200) }
        let server = try TLSServer(in: behind, certificates: certificates, showing: kind)
        _ = try delivering.addEndpoint("https://localhost:\(server.port)/hook")
        try delivering.send(2)
        let flags = ["--schedule", "1h", "--ca-cert", certificates.authority]
        #expect(try delivering.run(["deliver"] + flags).exitCode == 3)
        #expect(behind.requestCount == 0)
        for row in try delivering.deliveries() {
            #expect(row["error"] as? String == "certificate_error")
            #expect(row["status"] as? String == "pending")
        }
        let good = try TLSServer(in: behind, certificates: certificates)
        _ = try delivering.addEndpoint("https://localhost:\(good.port)/hook")
        try delivering.send(1, from: 2)
        _ = try delivering.run(["deliver"] + flags)
        #expect(behind.requestCount == 1)
    }

    /// A resolver for LD_PRELOAD: the first lookup of `turn.test` finds a public address, which
    /// `connect` leads to this machine, and each later one finds 127.0.0.1.
    private static let resolver = """
        #define _GNU_SOURCE
        #include <arpa/inet.h>
        #include <dlfcn.h>
        #include <netdb.h>
        #include <netinet/in.h>
        #include <string.h>
        #include <sys/socket.h>

        #define PUBLIC "93.184.215.14"
        static int lookups;

        int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                        struct addrinfo **result) {
            int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) =
                (__typeof__(real))dlsym(RTLD_NEXT, "getaddrinfo");
            if (!name || strcmp(name, "turn.test") != 0) return real(name, service, hints, result);
            int first = __atomic_fetch_add(&lookups, 1, __ATOMIC_SEQ_CST) == 0;
            return real(first ? PUBLIC : "127.0.0.1", service, hints, result);
        }

        int connect(int socket, const struct sockaddr *address, socklen_t length) {
            int (*real)(int, const struct sockaddr *, socklen_t) =
                (__typeof__(real))dlsym(RTLD_NEXT, "connect");
            struct sockaddr_in to;
            if (address->sa_family == AF_INET && length >= sizeof to) {
                memcpy(&to, address, sizeof to);
                if (to.sin_addr.s_addr == inet_addr(PUBLIC)) {
                    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
                    return real(socket, (const struct sockaddr *)&to, sizeof to);
                }
            }
            return real(socket, address, length);
        }
        """

    @Test(
        "A name that changes from a public address to this machine's is refused at the second lookup",
        .needs("clang"))
    func changedName() throws {
        let folder = delivering.folder
        try folder.write(Self.resolver, to: "resolver.c")
        let compiled = try Program.run(
            "clang", ["-shared", "-fPIC", "-o", "resolver.so", "resolver.c"], directory: folder.path
        )
        try #require(compiled.exitCode == 0, "\(compiled)")
        let server = try LoopbackServer { _ in Reply.answer(200).thenClose }
        _ = try delivering.addEndpoint("http://turn.test:\(server.port)/", "--allow-plain-http")
        try delivering.send(3)
        let result = try Program.run(
            Hookbatch.binary,
            ["deliver", "--allow-plain-http", "--schedule", "1h", "--endpoint-concurrency", "1"],
            environment: ["LD_PRELOAD": folder.path("resolver.so")], directory: folder.path)
        #expect(result.exitCode == 3, "\(result)")
        #expect(server.connectionCount == 1 && server.requestCount == 1)
        #expect(try delivering.deliveries("--status", "delivered").count == 1)
        let rows = try delivering.deliveries("--status", "pending")
        #expect(
            rows.map { $0["error"] as? String } == ["address_not_public", "address_not_public"])
    }

    @Test("An endpoint that has failed for 5 days is disabled at its next failure, and is named")
    func fiveDays() throws {
        let server = try LoopbackServer { _ in .answer(500) }
        let (id, _) = try delivering.addEndpoint(server.url)
        try delivering.send(1)
        #expect(try delivering.deliver("--schedule", "1h,1h,1h").exitCode == 3)
        func makeFail(days: Double) throws -> ProgramResult {
            let since = Date(timeIntervalSinceNow: -days * 86_400)
            let text = since.ISO8601Format(
                .iso8601(timeZone: .gmt, includingFractionalSeconds: true))
            try delivering.execute("UPDATE endpoints SET failing_since = '\(text)'")
            #expect(try delivering.store("redeliver", "--status", "pending").exitCode == 0)
            return try delivering.deliver("--schedule", "1h,1h,1h")
        }
        let before = try makeFail(days: 4.99)
        #expect(before.exitCode == 3 && !before.errorOutput.contains("disabled"), "\(before)")
        let after = try makeFail(days: 5.01)
        #expect(after.errorOutput.contains("\(id) is now disabled: it failed for 5 days"))
        #expect(after.exitCode == 0, "\(after)")
        let row = try #require(
            try Serving.objects(delivering.store("endpoints").standardOutput).first)
        #expect(row["disabled_reason"] as? String == "failing")
        #expect(try delivering.deliveries("--status", "pending").count == 1)
    }
}
