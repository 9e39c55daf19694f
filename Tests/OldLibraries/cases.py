"""The cases of the matrix. Each returns its run and what is wrong with it, or None."""

import socket
from contextlib import ExitStack
from dataclasses import dataclass

import servers


@dataclass(frozen=True)
class Case:
    name: str
    #: Called with the matrix's `Bench`; returns a `Sent` and the fault.
    run: object
    #: Whether it is part of --quick.
    is_quick: bool = False
    #: Whether it is of libcurl below 7.87 alone.
    is_old: bool = False


CONNECTIONS = 64
#: A connection has two while its name is looked up, and the program has other open files. A run that
#: leaves its connections open has one for each of at least 200.
MOST_DESCRIPTORS = 2 * CONNECTIONS + 40
#: Of a run that reads the trusted certificates once; 64 copies of them take 50 MB more.
MOST_MEGABYTES = 55
#: Flags of one connect that soon takes too long.
SHORT = ["--connect-timeout", "1s", "--retries", "0"]


def delivered(server, lines, *flags, host="localhost", ca="authority"):
    """Makes a case that sends `lines` to one of nginx's servers with all connections."""
    def run(bench):
        scheme = "https" if server.startswith("https") else "http"
        base = f"{scheme}://{host}:{bench.nginx.ports[server]}/v1"
        ours = ["--ca-cert", bench.files[ca]] if scheme == "https" else []
        sent = bench.sender.run(bench.count(lines), base, *ours, *flags)
        return sent, fault_of_delivery(bench, sent, bench.count(lines))
    return run


def fault_of_delivery(bench, sent, lines):
    keys = bench.nginx.keys()
    if sent.fault or sent.status != 0 or sent.outcomes != {"accepted": lines}:
        return sent.fault or f"status {sent.status}, {dict(sent.outcomes)}: {sent.errors.strip()}"
    if len(set(keys)) != lines or len(keys) - lines > sent.duplicates:
        return f"{len(keys)} requests of {len(set(keys))} lines, {sent.duplicates} marked"
    if sent.descriptors > MOST_DESCRIPTORS:
        return f"{sent.descriptors} descriptors"
    if bench.sender.library.reads_certificates_once and sent.megabytes > MOST_MEGABYTES:
        return f"{sent.megabytes:.0f} MB"
    return None


def through_proxy(lines):
    def run(bench):
        with servers.proxy(200) as proxy:
            sent = bench.sender.run(
                bench.count(lines), f"https://api.test:{bench.nginx.ports['https-10']}/v1",
                "--ca-cert", bench.files["authority"], "--proxy", f"http://127.0.0.1:{proxy.port}")
        return sent, fault_of_delivery(bench, sent, bench.count(lines))
    return run


def stopped(words, target, *flags):
    """Makes a case that must stop with 3 and with these words before a line is accepted. `target`
    returns the base URL and the flags for it."""
    def run(bench):
        with ExitStack() as stack:
            base, own = target(bench, stack)
            sent = bench.sender.run(20, base, *own, *flags)
        keys = bench.nginx.keys()
        words_of = words(bench) if callable(words) else words
        if sent.status != 3 or not any(each in sent.errors for each in words_of.split("|")):
            return sent, f"status {sent.status}: {sent.errors.strip()}"
        return sent, f"{len(keys)} requests" if keys else None
    return run


def at(server):
    def target(bench, _):
        return (f"https://localhost:{bench.nginx.ports[server]}/v1",
                ["--ca-cert", bench.files["authority"]])
    return target


def at_proxy(status):
    def target(bench, stack):
        proxy = stack.enter_context(servers.proxy(status))
        return (f"https://api.test:{bench.nginx.ports['https']}/v1",
                ["--ca-cert", bench.files["authority"], "--proxy",
                 f"http://127.0.0.1:{proxy.port}"])
    return target


def silent(scheme):
    """A server that lets its system accept connections, and reads none of them."""
    def target(bench, stack):
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=128))
        if scheme == "proxy":
            return (f"https://api.test:{bench.nginx.ports['https']}/v1",
                    ["--ca-cert", bench.files["authority"], "--proxy",
                     f"http://127.0.0.1:{server.getsockname()[1]}"])
        return (f"{scheme}://localhost:{server.getsockname()[1]}/v1",
                ["--ca-cert", bench.files["authority"]])
    return target


def full(bench, stack):
    """A server whose system accepts no more connections, and does not refuse them either."""
    server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
    for _ in range(4):
        client = stack.enter_context(socket.socket())
        client.setblocking(False)
        client.connect_ex(server.getsockname())
    return (f"https://localhost:{server.getsockname()[1]}/v1",
            ["--ca-cert", bench.files["authority"]])


def at_refusing_proxy(bench, stack):
    return (f"https://api.test:{bench.nginx.ports['https']}/v1",
            ["--ca-cert", bench.files["authority"], "--proxy", "http://127.0.0.1:1"])


def turned_bad(kind):
    """A server that has a bad certificate after three connections with a good one: every line until
    then is accepted, and none after it."""
    def run(bench):
        with servers.turning_bad(bench.certificates, kind) as server:
            sent = bench.sender.run(
                20, f"https://localhost:{server.port}/v1", "--ca-cert", bench.files["authority"],
                "--concurrency", "1", "--retries", "0", "--outage-patience", "1s")
            good = server.connections > 3
        accepted = bench.sender.summary()["counts"]["accepted"]
        if sent.status != 3 or "certificate" not in sent.errors or not good:
            return sent, f"status {sent.status}: {sent.errors.strip()}"
        return sent, None if accepted == 3 else f"{accepted} accepted"
    return run


def slow(seconds, *flags, signal_after=None):
    """Sends to a name whose lookup takes so many seconds."""
    def run(bench):
        base = f"https://slow.test:{bench.nginx.ports['https']}/v1"
        return bench.sender.run(
            20, base, "--ca-cert", bench.files["authority"], *flags, signal_after=signal_after,
            environment={"LD_PRELOAD": str(bench.slow_lookup), "SLOW_LOOKUP": str(seconds)})
    return run


def slow_but_in_time(bench):
    sent = slow(2)(bench)
    fault = fault_of_delivery(bench, sent, 20)
    return sent, fault or (None if sent.seconds >= 2 else "the lookup was not slow")


def slower_than_connects(bench):
    """The time of the first connects ends during their lookups, which nothing can end. The address
    that the first one finds is used by a later connect."""
    sent = slow(3, "--connect-timeout", "2s", "--start-patience", "10s")(bench)
    return sent, fault_of_delivery(bench, sent, 20)


def timeout_during_lookup(bench):
    """The connect's time ends during the lookup, which goes on for much longer."""
    sent = slow(20, *SHORT)(bench)
    if sent.status != 3 or "--connect-timeout (connect_timeout)" not in sent.errors:
        return sent, f"status {sent.status}: {sent.errors.strip()}"
    return sent, None if sent.seconds < 4 else f"{sent.seconds:.1f} s"


def stop_during_lookup(bench):
    sent = slow(20, "--grace", "0s", signal_after=1)(bench)
    if sent.status != 143 or sent.stopping > 2:
        return sent, f"status {sent.status}, {sent.stopping:.1f} s after SIGTERM"
    return sent, None


def all_cases():
    issuer = "self-signed|issuer|did not verify"
    return [
        Case("HTTP", delivered("http", 20_000), True),
        Case("HTTPS", delivered("https", 20_000), True),
        Case("HTTPS, full bundle", delivered("https", 5_000, ca="bundle"), True),
        Case("HTTP, close after 1", delivered("http-1", 5_000)),
        Case("HTTPS, close after 1", delivered("https-1", 2_000), True),
        Case("HTTP, close after 10", delivered("http-10", 20_000), True),
        Case("HTTPS, close after 10", delivered("https-10", 20_000), True),
        Case("HTTPS through a proxy", through_proxy(5_000), True),
        Case("self-signed", stopped(issuer, at("self-signed")), True),
        Case("wrong host", stopped("certificate did not verify", at("wrong-host")), True),
        Case("expired", stopped("expired|did not verify", at("expired")), True),
        Case("turns self-signed", turned_bad("self-signed"), True),
        Case("turns to a wrong host", turned_bad("wrong-host"), True),
        Case("turns expired", turned_bad("expired")),
        Case("no TLS there", stopped("TLS handshake failed", at("http"))),
        Case("refused", stopped("connection refused", lambda *_: ("https://127.0.0.1:1/v1", []))),
        Case("unknown name", stopped("name does not resolve",
                                     lambda *_: ("https://unknown.invalid/v1", []))),
        Case("proxy refuses", stopped("connection refused", at_refusing_proxy)),
        Case("proxy 403", stopped("proxy refused to tunnel (403)", at_proxy(403)), True),
        Case("proxy 407", stopped("user or password (407)", at_proxy(407)), True),
        Case("timeout in a connect", stopped("--connect-timeout (connect_timeout)", full, *SHORT)),
        Case("timeout in a handshake",
             stopped("--connect-timeout (connect_timeout)", silent("https"), *SHORT), True),
        Case("timeout at a proxy", stopped("proxy", silent("proxy"), *SHORT)),
        Case("lookup of 2 s", slow_but_in_time, True),
        Case("timeout in a lookup", timeout_during_lookup, True),
        Case("lookup after the timeout", slower_than_connects, True, True),
        Case("SIGTERM in a lookup", stop_during_lookup, True),
    ]
