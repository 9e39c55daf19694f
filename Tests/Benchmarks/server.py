"""nginx as the API: one worker that responds to each request with 201 and a documented body."""

import http.client
import os
import socket
import subprocess
import time

ANSWER = (
    '{"message":{"id":"msg_01JGFJJZ00ABCDEFGHJKMNPQRS","org_id":"org_2b8f6c1e",'
    '"env_id":"env_production","application_id":"app_0001","event_type":"order.paid",'
    '"payload":"{\\\\"id\\\\":\\\\"evt_000001\\\\"}","status":"pending",'
    '"created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-01T00:00:00.000Z"}}'
)

CONFIGURATION = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
{user}
events {{ worker_connections 4096; }}
http {{
    access_log off;
    log_format times '$msec';
    keepalive_requests 1000000000;
    client_max_body_size 64m;
    client_body_buffer_size 64k;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    ssl_certificate {folder}/certificate.pem; ssl_certificate_key {folder}/key.pem;
    default_type application/json;
    server {{
        listen 127.0.0.1:{plain} backlog=1024;
        location / {{ return 201 '{answer}'; }}
        location /timed/ {{ access_log {folder}/times.log times; return 201 '{answer}'; }}
    }}
    server {{
        listen 127.0.0.1:{tls} ssl backlog=1024;
        location / {{ return 201 '{answer}'; }}
    }}
    server {{
        listen 127.0.0.1:{status};
        location / {{ stub_status; }}
    }}
}}
"""


def free_ports(count):
    """Returns different ports that were free a moment ago; all are bound at the same time."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Server:
    """The nginx process, stopped by its process id at the end of `with`."""

    def __init__(self, folder, core=None):
        self.folder = folder
        self.core = core
        self.plain, self.tls, self.status = free_ports(3)
        self.base = f"http://127.0.0.1:{self.plain}/v1"
        self.secure_base = f"https://127.0.0.1:{self.tls}/v1"
        self.timed_base = f"http://127.0.0.1:{self.plain}/timed/v1"
        self.certificate = folder / "certificate.pem"
        self.process = None
        self.own_requests = 0
        self.marked = 0

    def __enter__(self):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
             "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", self.folder / "key.pem", "-out", self.certificate],
            check=True, capture_output=True)
        path = self.folder / "nginx.conf"
        path.write_text(CONFIGURATION.format(
            folder=self.folder, answer=ANSWER, plain=self.plain, tls=self.tls, status=self.status,
            # Otherwise the worker of root's nginx could not enter this folder.
            user="user root;" if os.geteuid() == 0 else ""))
        self.process = subprocess.Popen(
            ["nginx", "-e", self.folder / "error.log", "-p", self.folder, "-c", path],
            preexec_fn=lambda: self.core is not None and os.sched_setaffinity(0, {self.core}))
        for _ in range(200):
            if self.process.poll() is not None:
                raise RuntimeError(f"nginx ended: {(self.folder / 'error.log').read_text()}")
            try:
                socket.create_connection(("127.0.0.1", self.status)).close()
                return self
            except ConnectionRefusedError:
                time.sleep(0.05)
        raise RuntimeError("nginx does not listen")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def requests(self):
        """Returns the number of requests so far, without those of this method."""
        connection = http.client.HTTPConnection("127.0.0.1", self.status, timeout=10)
        connection.request("GET", "/")
        text = connection.getresponse().read().decode()
        connection.close()
        self.own_requests += 1
        # A line "server accepts handled requests", then a line with the three numbers.
        return int(text.splitlines()[2].split()[2]) - self.own_requests

    def mark(self, *_):
        """Makes `arrived` and `times` count from now on."""
        os.truncate(self.folder / "times.log", 0)
        self.marked = self.requests()

    def arrived(self):
        return self.requests() - self.marked

    def times(self):
        """Returns the sorted times of the responses from `timed_base`, in seconds."""
        return sorted(map(float, (self.folder / "times.log").read_text().split()))
