"""Sends an NDJSON file with aiohttp and uvloop: aiohttp_send.py BASE INPUT REPORT [CA]

A simple script: 64 tasks share the file, with one POST per line and a report of one row per line.
It does not retry, pace or resume, and it checks only that each line is JSON.
"""

import asyncio
import ssl
import sys

import aiohttp
import orjson
import uvloop

TASKS = 64
HEADERS = {"Content-Type": "application/json", "Authorization": "Bearer benchmark"}


async def send_lines(session, base, lines, report):
    for number, line in lines:
        record = orjson.loads(line)
        body = orjson.dumps({"event_type": record["event_type"], "payload": record["payload"]})
        url = f"{base}/applications/{record['appId']}/messages"
        async with session.post(url, data=body) as answer:
            text = await answer.read()
            row = {"line": number, "appId": record["appId"], "status": answer.status}
            if answer.status == 201:
                row["message_id"] = orjson.loads(text)["message"]["id"]
            report.write(orjson.dumps(row) + b"\n")


async def main(base, source, target, authority=None):
    trust = ssl.create_default_context(cafile=authority) if authority else True
    connector = aiohttp.TCPConnector(limit=TASKS, ssl=trust)
    with open(source, "rb") as file, open(target, "wb") as report:
        lines = enumerate(file, start=1)
        async with aiohttp.ClientSession(connector=connector, headers=HEADERS) as session:
            tasks = (send_lines(session, base, lines, report) for _ in range(TASKS))
            await asyncio.gather(*tasks)


uvloop.run(main(*sys.argv[1:]))
