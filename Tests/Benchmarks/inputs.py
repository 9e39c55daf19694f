"""The inputs: realistic events of about 400 bytes each, the same for the same seed."""

import json
import random
import struct
from dataclasses import dataclass
from pathlib import Path

MB = 1_000_000
APPLICATIONS = 1000
NAMES = ["Ada Lovelace", "Grace Hopper", "José Núñez", "Zoë Müller", "李小龍", "\"Rex\" O'Brien"]
STATES = ["pending", "paid", "shipped", "refunded"]
WORDS = "the order was left with a neighbour and signed for at the second try".split()


@dataclass(frozen=True)
class Input:
    """A file with the number of its messages."""

    path: Path
    messages: int

    @property
    def megabytes(self):
        return self.path.stat().st_size / MB


def event(rng, number):
    """Makes one event as (appId, event_type, payload): 200 to 600 bytes as a line of JSON."""
    # Few applications have most of the traffic.
    application = f"app_{int(APPLICATIONS * rng.random() ** 3):04d}"
    payload = {
        "id": f"evt_{number:09d}",
        "occurred_at": f"2026-01-{1 + number % 28:02d}T12:{rng.randrange(60):02d}:09.512Z",
    }
    kind = rng.randrange(3)
    if kind == 0:
        event_type = rng.choice(["user.created", "user.updated"])
        payload["user"] = {
            "id": f"usr_{rng.randrange(10**6)}",
            "email": f"user{number}@example.com",
            "name": rng.choice(NAMES),
            "tags": rng.sample(WORDS, 4),
            "note": " ".join(rng.choices(WORDS, k=rng.randrange(16, 46))),
        }
    elif kind == 1:
        event_type = rng.choice(["order.created", "order.paid", "order.shipped"])
        items = range(rng.randrange(2, 9))
        payload["order"] = {
            "id": f"ord_{rng.randrange(10**8)}",
            "state": rng.choice(STATES),
            "total": round(rng.random() * 1000, 2),
            "items": [
                {"sku": f"SKU-{rng.randrange(10**5)}", "qty": n + 1, "price": rng.randrange(10**4)}
                for n in items
            ],
        }
    else:
        event_type = "invoice.paid"
        payload["invoice"] = {
            "number": f"2026-{rng.randrange(10**6):06d}",
            "amount": round(rng.random() * 10**5, 2),
            "currency": rng.choice(["EUR", "USD", "JPY"]),
            "reverse_charge": rng.random() < 0.1,
            "reference": None,
            "memo": " ".join(rng.choices(WORDS, k=rng.randrange(16, 60))),
        }
    return application, event_type, payload


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def body_of(event_type, payload):
    """Returns the body of a request for the event."""
    return compact({"event_type": event_type, "payload": payload})


def ndjson_line(application, event_type, payload):
    record = {"appId": application, "event_type": event_type, "payload": payload}
    return compact(record).encode() + b"\n"


def csv_line(application, event_type, payload):
    cell = compact(payload).replace('"', '""')
    return f'{application},{event_type},"{cell}"\n'.encode()


def quoted(cell):
    """Returns a CSV cell, quoted if necessary."""
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in '",\n') else cell


CSV_HEADER = b"appId,event_type,payload\n"
FLAT_HEADER = b"appId,event_type,id,name,email,city,age,active,note\n"
ARRAY_START = b"[\n"
ARRAY_END = b"\n]\n"
#: Pieces of an input that are no events.
FRAMES = (CSV_HEADER, FLAT_HEADER, ARRAY_START, ARRAY_END)


class Inputs:
    """Makes inputs in a folder and keeps each until it is removed."""

    # Larger files repeat these events.
    DISTINCT = 100_000

    def __init__(self, folder, seed):
        self.folder = folder
        self.seed = seed
        self.events = []
        self.made = {}

    def distinct(self):
        if not self.events:
            rng = random.Random(self.seed)
            self.events = [event(rng, number) for number in range(self.DISTINCT)]
        return self.events

    def average_body(self):
        """Returns a request body of the average length, for a sender of one constant request."""
        bodies = [body_of(kind, payload) for _, kind, payload in self.distinct()[:2000]]
        average = sum(len(body.encode()) for body in bodies) / len(bodies)
        return min(bodies, key=lambda body: abs(len(body.encode()) - average))

    def lines(self, count, suffix="ndjson"):
        """Makes `count` events, as `ndjson`, as `csv` with a header or as a `json` array."""
        return self._make(
            f"events-{count}.{suffix}", lambda: self._repeat(suffix, lambda n, size: n < count)
        )

    def sized(self, megabytes, suffix="ndjson"):
        """Makes events of `megabytes` in total."""
        return self._make(
            f"events-{megabytes}MB.{suffix}",
            lambda: self._repeat(suffix, lambda n, size: size < megabytes * MB),
        )

    def short(self, count):
        """Makes `count` of the shortest valid lines."""
        return self._make(
            f"short-{count}.ndjson",
            lambda: (b'{"appId":"a","event_type":"t"}\n' for _ in range(count)),
        )

    def applications(self, count):
        """Makes one line for each of `count` applications."""
        return self._make(
            f"applications-{count}.ndjson",
            lambda: (ndjson_line(f"app_{n:07d}", "user.created", {"n": n}) for n in range(count)),
        )

    def large(self, count, payload_bytes):
        """Makes `count` lines with payloads of `payload_bytes`."""
        line = ndjson_line("app_large", "file.uploaded", {"text": "x" * payload_bytes})
        return self._make(f"large-{count}.ndjson", lambda: (line for _ in range(count)))

    def customers(self, count, is_flat):
        """Makes `count` customers as rows of CSV: flat, or with the same payloads as JSON cells."""

        def made():
            rng = random.Random(self.seed)
            names = FLAT_HEADER.decode().strip().split(",")[2:]
            yield FLAT_HEADER if is_flat else CSV_HEADER
            for number in range(count):
                row = [f"cus_{number:09d}", rng.choice(NAMES), f"user{number}@example.com",
                       rng.choice(["London", "Köln", "Málaga", "上海"]), str(rng.randrange(18, 90)),
                       rng.choice(["true", "false"]), " ".join(rng.choices(WORDS, k=12))]
                start = f"app_{rng.randrange(APPLICATIONS):04d},customer.created,"
                cells = row if is_flat else [compact(dict(zip(names, row)))]
                yield (start + ",".join(map(quoted, cells)) + "\n").encode()

        return self._make(f"customers-{'flat' if is_flat else 'cells'}-{count}.csv", made)

    def rows(self, count):
        """Makes parsed events, for a peer that only inserts; see bare_inserts.c."""

        def packed():
            for number in range(count):
                application, kind, payload = self.distinct()[number % self.DISTINCT]
                parts = [part.encode() for part in (application, kind, compact(payload))]
                yield struct.pack("=3I", *map(len, parts)) + b"".join(parts)

        return self._make(f"rows-{count}.bin", packed)

    def requests(self, count, base, authority):
        """Makes a config file for curl with a transfer for each event."""

        def transfers():
            for number in range(count):
                application, kind, payload = self.distinct()[number % self.DISTINCT]
                quoted = body_of(kind, payload).replace("\\", "\\\\").replace('"', '\\"')
                text = "next\n" if number else ""
                text += f'url = "{base}/applications/{application}/messages"\n'
                text += f'data-binary = "{quoted}"\noutput = "/dev/null"\n'
                text += 'header = "Content-Type: application/json"\n'
                text += 'header = "Authorization: Bearer benchmark"\n'
                if authority:
                    text += f'cacert = "{authority}"\n'
                yield text.encode()

        scheme = base.split(":")[0]
        return self._make(f"curl-{scheme}-{count}.conf", transfers)

    def tab_separated(self, count):
        """Makes lines of an application, a tab and a request's body, which GNU parallel splits."""

        def pairs():
            for application, kind, payload in self.distinct()[:count]:
                yield f"{application}\t{body_of(kind, payload)}\n".encode()

        return self._make(f"pairs-{count}.tsv", pairs)

    def remove(self, *inputs):
        """Deletes inputs that no later job needs."""
        for item in inputs:
            item.path.unlink()
            self.made.pop(item.path.name)

    def _make(self, name, pieces):
        if name not in self.made:
            path = self.folder / name
            count = 0
            with open(path, "wb", buffering=1 << 20) as file:
                for piece in pieces():
                    file.write(piece)
                    count += not any(piece is frame for frame in FRAMES)
            self.made[name] = Input(path, count)
        return self.made[name]

    def _repeat(self, suffix, goes_on):
        encode = csv_line if suffix == "csv" else ndjson_line
        lines = [encode(*each) for each in self.distinct()]
        size = 0
        if suffix == "csv":
            yield CSV_HEADER
        if suffix == "json":
            yield ARRAY_START
        number = 0
        while goes_on(number, size):
            line = lines[number % len(lines)]
            if suffix == "json":
                line = (b",\n" if number else b"") + line[:-1]
            yield line
            size += len(line)
            number += 1
        if suffix == "json":
            yield ARRAY_END
