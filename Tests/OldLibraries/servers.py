"""The servers of the matrix: nginx as the API, a CONNECT proxy, and a server that turns bad."""

import os
import socket
import socketserver
import ssl
import subprocess
import threading
import time

ANSWER = '{"message":{"id":"msg_1","status":"pending"}}'

#: The servers of nginx: name, certificate or None, and requests that it answers on a connection.
SERVERS = [
    ("http", None, 1_000_000), ("http-1", None, 1), ("http-10", None, 10),
    ("https", "good", 1_000_000), ("https-1", "good", 1), ("https-10", "good", 10),
    ("self-signed", "self-signed", 10), ("wrong-host", "wrong-host", 10),
    ("expired", "expired", 10),
]

CONFIGURATION = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
{user}
events {{ worker_connections 4096; }}
http {{
    log_format keys '$http_idempotency_key';
    client_max_body_size 64m;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    default_type application/json;
    {servers}
}}
"""
SERVER = """
    server {{
        listen 127.0.0.1:{port} {ssl} backlog=1024;
        {certificate}
        keepalive_requests {requests};
        access_log {folder}/keys.log keys;
        location / {{ return 201 '{answer}'; }}
    }}
"""


class Certificates:
    """An authority and what it signed, in a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.authority = folder / "authority.pem"
        self._run("req", "-x509", "-days", "30", "-subj", "/CN=Test Authority", *self._new(
            "authority"), "-addext", "basicConstraints=critical,CA:TRUE", "-out", self.authority)
        names = "DNS:localhost,IP:127.0.0.1,DNS:slow.test,DNS:api.test"
        self._run("req", "-x509", "-days", "30", "-subj", "/CN=localhost",
                  *self._new("self-signed"), "-addext", f"subjectAltName={names}",
                  "-out", self.certificate("self-signed"))
        for serial, (name, alternatives, days) in enumerate([
                ("good", names, "30"), ("wrong-host", "DNS:other.example", "30"),
                ("expired", names, "-1")]):
            self._run("req", "-new", "-subj", f"/CN={name}", *self._new(name), "-addext",
                      f"subjectAltName={alternatives}", "-out", folder / f"{name}.csr")
            self._run("x509", "-req", "-in", folder / f"{name}.csr", "-CA", self.authority,
                      "-CAkey", self.key("authority"), "-set_serial", str(serial + 2),
                      "-copy_extensions", "copy", "-days", days, "-out", self.certificate(name))

    def certificate(self, name):
        return self.folder / f"{name}.pem"

    def key(self, name):
        return self.folder / f"{name}.key"

    def bundle(self):
        """Returns the system's certificates with the authority, as one file."""
        path = self.folder / "bundle.pem"
        with open("/etc/ssl/certs/ca-certificates.crt", "rb") as system:
            path.write_bytes(system.read() + self.authority.read_bytes())
        return path

    def _new(self, name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
                self.key(name)]

    def _run(self, *arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Nginx:
    """The nginx process, stopped by its process id at the end of `with`."""

    def __init__(self, folder, certificates):
        self.folder = folder
        sockets = [socket.create_server(("127.0.0.1", 0)) for _ in SERVERS]
        ports = [each.getsockname()[1] for each in sockets]
        for each in sockets:
            each.close()
        self.ports = {name: port for (name, _, _), port in zip(SERVERS, ports)}
        servers = ""
        for name, certificate, requests in SERVERS:
            pair = certificate and (f"ssl_certificate {certificates.certificate(certificate)}; "
                                    f"ssl_certificate_key {certificates.key(certificate)};")
            servers += SERVER.format(
                port=self.ports[name], ssl="ssl" if pair else "", certificate=pair or "",
                requests=requests, folder=folder, answer=ANSWER)
        self.configuration = folder / "nginx.conf"
        self.configuration.write_text(CONFIGURATION.format(
            folder=folder, servers=servers, user="user root;" if os.geteuid() == 0 else ""))

    def __enter__(self):
        self.process = subprocess.Popen(
            ["nginx", "-e", self.folder / "error.log", "-p", self.folder, "-c",
             self.configuration])
        for _ in range(200):
            if self.process.poll() is not None:
                raise RuntimeError(f"nginx ended: {(self.folder / 'error.log').read_text()}")
            try:
                socket.create_connection(("127.0.0.1", self.ports["http"])).close()
                return self
            except ConnectionRefusedError:
                time.sleep(0.05)
        raise RuntimeError("nginx does not listen")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def keys(self):
        """Returns the keys of the requests since the last call, without requests that have none."""
        path = self.folder / "keys.log"
        keys = [key for key in path.read_text().split() if key != "-"]
        os.truncate(path, 0)
        return keys


class Threaded(socketserver.ThreadingTCPServer):
    """A server of one thread for each connection, until the end of `with`."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, handle):
        super().__init__(("127.0.0.1", 0), None)
        self.handle = handle
        self.port = self.server_address[1]
        self.connections = 0
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def finish_request(self, request, client_address):
        try:
            self.handle(self, request)
        except OSError:
            pass

    def get_request(self):
        self.connections += 1
        return super().get_request()

    def handle_error(self, request, client_address):
        pass

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


def head(connection):
    """Reads up to the end of a request's head; returns it and the bytes after it."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            raise OSError("no request")
        data += more
    before, after = data.split(b"\r\n\r\n", 1)
    return before, after


def proxy(status):
    """Makes a CONNECT proxy that tunnels to the port on this machine, or refuses with `status`."""
    def handle(_, client):
        line = head(client)[0].split(b"\r\n", 1)[0]
        if status != 200:
            client.sendall(b"HTTP/1.1 %d Refused\r\nContent-Length: 0\r\n\r\n" % status)
            return
        port = int(line.split()[1].rsplit(b":", 1)[1])
        with socket.create_connection(("127.0.0.1", port)) as server:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=relay, args=(server, client), daemon=True)
            back.start()
            relay(client, server)
            back.join()
    return Threaded(handle)


def relay(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def turning_bad(certificates, bad, good_connections=3):
    """Makes a TLS server that shows a good certificate to its first connections alone, and answers
    one request on each."""
    contexts = []
    for name in ["good", bad]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.certificate(name), certificates.key(name))
        contexts.append(context)

    def handle(server, client):
        context = contexts[0 if server.connections <= good_connections else 1]
        with context.wrap_socket(client, server_side=True) as connection:
            before, body = head(connection)
            length = int(before.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            while len(body) < length:
                body += connection.recv(65536)
            connection.sendall(
                b"HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                % (len(ANSWER), ANSWER.encode()))
    return Threaded(handle)
