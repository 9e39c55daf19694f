"""The jobs `send-http` and `send-https`: the same lines to the same server."""

import re

from contenders import PEERS, all_arrived, all_reported, builds, messages, sends
from measurement import Contender
from table import rows

CONNECTIONS = 64
#: The better number depends on the machine.
SYSLOG_WORKERS = (16, 64)
PARALLEL_JOBS = 8

NOTES = """\
`send` jobs: 64 connections, and the whole command is timed, so start, journal and report are in it.
wrk sends one constant request and reads no file (for HTTPS it does not verify the certificate): it
is the practical limit. syslog-ng posts each line whole, to one address, and writes no report. curl
and GNU parallel get bodies that were made beforehand, and write no report. aiohttp reads the same
file and writes a report. Peers that are slower get fewer messages."""


def over_http(bench):
    return compare(bench, "send to HTTP", bench.server.base, None)


def over_https(bench):
    return compare(bench, "send to HTTPS", bench.server.secure_base, bench.server.certificate)


def compare(bench, job, base, authority):
    count = bench.lines
    whole = bench.inputs.lines(count)
    trust = ["--ca-cert", authority] if authority else []
    contenders = builds(
        bench, lambda binary: sends(bench, whole, *trust, base=base, binary=binary))
    # Amounts that take each peer about the same time.
    if bench.has("wrk"):
        contenders.append(wrk(bench, base, seconds=max(1, count // 75_000)))
    if bench.has("syslog-ng"):
        source = bench.inputs.lines(count // 3)
        contenders += [syslog_ng(bench, base, authority, source, n) for n in SYSLOG_WORKERS]
    if bench.has("curl"):
        contenders.append(curl(bench, base, authority, count // 8))
    if bench.has("aiohttp") and bench.has("uvloop") and bench.has("orjson"):
        contenders.append(aiohttp(bench, base, authority, bench.inputs.lines(count // 15)))
    if bench.has("parallel") and bench.has("curl"):
        contenders.append(parallel(bench, base, authority, max(20, count // 600)))
    bench.measurement.turns(job, contenders, bench.turns)
    return rows(job, contenders, "messages", 100_000)


def wrk(bench, base, seconds):
    def answered(run):
        return int(re.search(r"(\d+) requests in", run.output)[1])

    def fault(folder, run):
        if re.search(r"Non-2xx|Socket errors", run.output):
            return run.output
        return None if re.search(r"[1-9]\d* requests in", run.output) else "no requests"

    return Contender(
        "wrk (one constant request)",
        ["wrk", "-t", 1, "-c", CONNECTIONS, "-d", f"{seconds}s", "-s", PEERS / "wrk_post.lua",
         f"{base}/applications/app_0001/messages"],
        0, f"{seconds} s", environment={"BODY": bench.inputs.average_body()},
        fault=fault, done=answered)


def syslog_ng(bench, base, authority, source, workers):
    def prepare(folder):
        words = {
            "INPUT": str(source.path),
            "URL": f"{base}/applications/app_0001/messages",
            "WORKERS": str(workers),
            "TLS": f'tls(ca-file("{authority}"))' if authority else "",
        }
        text = (PEERS / "syslog_ng.conf").read_text()
        text = re.sub(r'(?<=")(INPUT|URL)(?=")|(?<=\()WORKERS(?=\))|(?<= )TLS(?=\n)',
                      lambda match: words[match[0]], text)
        (folder / "syslog-ng.conf").write_text(text)
        bench.server.mark()

    files = ["--cfgfile=syslog-ng.conf", "--persist-file=persist", "--pidfile=pid",
             "--control=control"]
    return Contender(
        f"syslog-ng http(), {workers} workers",
        ["syslog-ng", "--foreground", "--no-caps", *files], source.messages,
        messages(source.messages), prepare=prepare, fault=all_arrived(bench, source),
        is_done=lambda: bench.server.arrived() >= source.messages)


def curl(bench, base, authority, count):
    source = bench.inputs.requests(count, base, authority)
    return Contender(
        "curl --parallel",
        ["curl", "--silent", "--parallel", "--parallel-max", CONNECTIONS, "--config", source.path],
        count, messages(count), prepare=bench.server.mark, fault=all_arrived(bench, source))


def aiohttp(bench, base, authority, source):
    return Contender(
        "Python aiohttp + uvloop",
        [bench.tools.python, PEERS / "aiohttp_send.py", base, source.path, "report.ndjson",
         *([authority] if authority else [])],
        source.messages, messages(source.messages), prepare=bench.server.mark,
        fault=all_reported(source, all_arrived(bench, source)))


def parallel(bench, base, authority, count):
    source = bench.inputs.tab_separated(count)
    trust = f"--cacert {authority} " if authority else ""
    one = (f"curl --silent --fail --output /dev/null {trust}"
           "--header 'Content-Type: application/json' --header 'Authorization: Bearer benchmark' "
           f"--data-binary {{2}} {base}/applications/{{1}}/messages")
    return Contender(
        f"GNU parallel, {PARALLEL_JOBS} curls",
        ["parallel", "--will-cite", "--jobs", PARALLEL_JOBS, "--colsep", r"\t", "--arg-file",
         source.path, one],
        count, messages(count), prepare=bench.server.mark, fault=all_arrived(bench, source))
