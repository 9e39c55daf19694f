import Glibc

/// nginx as a TLS proxy in front of a loopback server.
///
/// It has one worker and HTTP/1.1 with keep-alive on both sides. It forwards the scripted
/// responses.
package final class TLSServer: Sendable {
    package let port: UInt16
    private let folder: TemporaryFolder
    private let program: RunningProgram

    /// The API's base URL, by name: the good certificate is for `localhost` and `127.0.0.1`.
    package var baseURL: String { "https://localhost:\(port)/v1" }

    /// The error log of nginx so far.
    package var errorLog: String {
        (try? folder.read("error.log")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// - Parameters:
    ///   - certificate: which of `certificates` it presents.
    ///   - requiresClientCertificate: whether a client without a certificate of the same authority
    ///     gets 400 from nginx.
    package init(
        in front: LoopbackServer, certificates: Certificates,
        showing certificate: Certificates.Kind = .good, requiresClientCertificate: Bool = false
    ) throws {
        // The socket listens before nginx starts and inherits it, as in an upgrade of its binary.
        // So no port is guessed, and no connection has to wait for the start.
        let listener = try Socket.listener()
        defer { close(listener) }
        port = Socket.port(of: listener)
        folder = try TemporaryFolder("nginx")
        var tls = """
            ssl_certificate \(certificates.certificate(certificate));
            ssl_certificate_key \(certificates.key(certificate));
            """
        if requiresClientCertificate {
            tls += "ssl_client_certificate \(certificates.authority); ssl_verify_client on;"
        }
        try folder.write(
            Self.configuration(port: port, upstream: front.port, tls: tls), to: "nginx.conf")
        let nginx = Tool.path("nginx") ?? "nginx"
        let arguments = ["-p", folder.path, "-e", "error.log", "-c", folder.path("nginx.conf")]
        // `-t` needs the socket too; otherwise it would try to bind the port again.
        let inheritance = ["NGINX": "3;"]
        let check = try Program(
            nginx, ["-t"] + arguments, environment: inheritance, inherited: listener
        ).run()
        guard check.end == .exit(0) else {
            throw ProgramFailure(program: "nginx", output: check.errorOutput)
        }
        program = try Program(
            nginx, arguments, environment: inheritance, inherited: listener
        ).start()
    }

    deinit { stop() }

    /// Stops nginx and waits for its end.
    package func stop() {
        program.kill(SIGTERM)
        _ = program.wait()
    }

    /// Makes nginx read its certificate again. Connections until then get the former one.
    package func reload() { program.kill(SIGHUP) }

    private static func configuration(port: UInt16, upstream: UInt16, tls: String) -> String {
        // A worker without root's rights could not enter the folder.
        let user = geteuid() == 0 ? "user root;" : ""
        return """
            daemon off;
            \(user)
            worker_processes 1;
            pid nginx.pid;
            error_log error.log info;
            events { worker_connections 2048; }
            http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                client_max_body_size 64m;
                keepalive_requests 1000000;
                upstream scripted { server 127.0.0.1:\(upstream); keepalive 128; }
                server {
                    listen 127.0.0.1:\(port) ssl;
                    \(tls)
                    location / {
                        proxy_pass http://scripted;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                        proxy_set_header Host $http_host;
                        proxy_next_upstream off;
                        proxy_request_buffering off;
                    }
                }
            }
            """
    }
}
