"""An API that accepts every message and remembers each request's Idempotency-Key and line."""

import http.server
import json
import threading
import time


class API:
    def __init__(self, delay=0.0):
        self.requests = []
        self.delay = delay
        api = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                application = self.path.split("/")[-2]
                api.requests.append(
                    (self.headers["Idempotency-Key"], application, body["payload"]["n"]))
                time.sleep(api.delay)
                answer = json.dumps({"message": {
                    "id": f"msg_{len(api.requests)}", "status": "pending"}}).encode()
                self.send_response(201)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def keys_of_lines(self):
        """Returns the set of keys with which each line came, by the line's number."""
        keys = {}
        for key, _, number in list(self.requests):
            keys.setdefault(number, set()).add(key)
        return keys
