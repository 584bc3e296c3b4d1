'''Events as JSON Lines that anybody can verify, with nothing but the file and SHA-256.

Every line is one JSON object. `{"instance": {…}}` comes before the events of an instance: its id, process, version, digest of the pack that it runs
on, title, status, last_sequence, last_hash, and in words whether the log held when it was exported. `{"hash":"<64 hex digits>","event":[…]}` is an
event; the array is its canonical form, byte for byte:

    [instance_id, sequence, at, actor, on_behalf_of, kind, process_key, element_id, activity_instance_id, data]

in UTF-8 without white space, `at` as 2026-11-23T05:15:18.000000Z. hash(n) = SHA-256(hash(n-1) + canonical(n)), hash(0) is 32 zero bytes. The array
begins at byte 83 of the line and ends before its last brace, so it need not be written again to be hashed:

    import hashlib, json, sys

    heads, ends = {}, {}
    for number, line in enumerate(open(sys.argv[1], "rb"), 1):
        record = json.loads(line)
        if "instance" in record:
            heads[record["instance"]["id"]] = record["instance"]
            continue
        instance, sequence = record["event"][:2]
        last, previous = ends.get(instance, (0, bytes(32)))
        digest = hashlib.sha256(previous + line.rstrip(b"\\n")[83:-1]).digest()
        if sequence != last + 1 or digest.hex() != record["hash"]:
            sys.exit(f"line {number}: event {sequence} of {instance} does not fit")
        ends[instance] = (sequence, digest)
    for instance, head in heads.items():
        last, digest = ends.get(instance, (0, bytes(32)))
        if (last, digest.hex()) != (head["last_sequence"], head["last_hash"]):
            sys.exit(f"{instance}: the end is missing")
    print(f"{len(heads)} instances, all fit")
'''

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO

import orjson

from engine.audit.case import Case
from engine.store.event_log import canonical, time_text
from engine.store.event_stream import LoggedInstance


def write(file: IO[bytes], cases: Iterable[Case], _names: Mapping[str, str], language: str) -> int:
    """Answers how many events were written."""
    count = 0
    for case in cases:
        file.write(orjson.dumps({"instance": {**_head(case.instance), "integrity": case.integrity(language)}}) + b"\n")
        for event in case.events:
            count += 1
            # The engine writes no line breaks; where somebody else did, the hash does not fit anyway.
            text = canonical(*event[:10]).replace(b"\n", b" ").replace(b"\r", b" ")
            file.write(b'{"hash":"%b","event":%b}\n' % (event.hash.hex().ljust(64, "-")[:64].encode(), text))
    return count


def _head(instance: LoggedInstance) -> dict[str, str | int | None]:
    return {
        "id": instance.id,
        "process_key": instance.process_key,
        "version": instance.version,
        "digest": instance.digest,
        "business_key": instance.business_key,
        "title": instance.title,
        "status": instance.status,
        "outcome": instance.outcome,
        "reason": instance.reason,
        "started_by": instance.started_by,
        "started_at": time_text(instance.started_at),
        "ended_at": time_text(instance.ended_at) if instance.ended_at else None,
        "last_sequence": instance.end.sequence,
        "last_hash": instance.end.hash.hex(),
    }
