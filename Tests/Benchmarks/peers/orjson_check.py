"""Validates an NDJSON file with orjson: orjson_check.py INPUT

Parses each line and checks the three fields' types; prints the number of valid lines.
"""

import sys

import orjson

valid = 0
with open(sys.argv[1], "rb") as file:
    for line in file:
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        application, event = record.get("appId"), record.get("event_type")
        payload = record.get("payload")
        if (
            isinstance(application, str)
            and 0 < len(application) <= 128
            and isinstance(event, str)
            and 0 < len(event) <= 256
            and (payload is None or isinstance(payload, (dict, str)))
        ):
            valid += 1
print(valid)
