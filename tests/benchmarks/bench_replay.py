"""Prints what a browser waits for when a case is replayed, over HTTP: `python tests/benchmarks/bench_replay.py`. Not a test.

Aims at 1,000 events: opening 1 s, a step 50 ms. Milliseconds on the clock, and of this process's processor (server and client), which other work on
the machine does not change.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from werkzeug.serving import make_server

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine import SYSTEM, DeployPack, ProcessEngine, SaveUser
from engine.settings import Settings
from engine.store.scratch import ScratchDatabases, temporary_server
from tests.benchmarks import bench_audit
from tests.commands.packs import PACK
from tests.system.product import PASSWORD, Visitor
from webui import create_app

EVENTS = (1_000, 5_000)


def main() -> None:
    with temporary_server() as server:
        databases = ScratchDatabases(server)
        with databases.template(), databases.database() as url:
            engine = ProcessEngine.open(url)
            engine.run(DeployPack(PACK), SYSTEM)
            engine.run(SaveUser("auditor", "审计员", PASSWORD, is_auditor=True), SYSTEM)
            web = make_server("127.0.0.1", 0, create_app(engine, Settings.from_environment({"TUOKE_SECRET_KEY": "k" * 32})), threaded=True)
            threading.Thread(target=web.serve_forever, daemon=True).start()
            for events in EVENTS:
                bench_audit.LONG = events
                measure(Visitor(web.server_port), bench_audit.long_instance(engine), events)
            web.shutdown()
            engine.close()


def measure(auditor: Visitor, case: str, events: int) -> None:
    assert auditor.sign_in("auditor").status == 303
    opening = [timed(auditor, f"/audit/{case}") for _ in range(5)]
    steps = [timed(auditor, f"/audit/{case}/moment?at={at}", {"HX-Request": "true"}) for at in range(events - 40, events)]
    early = [timed(auditor, f"/audit/{case}/moment?at={at}", {"HX-Request": "true"}) for at in range(1, 41)]
    print(f"{events:5} events   open {middle(opening)}   step at the end {middle(steps)}   at the beginning {middle(early)}")


def middle(times: list[tuple[float, float]]) -> str:
    return f"{median(clock for clock, _ in times):.1f} ms ({median(cpu for _, cpu in times):.1f} processor)"


def timed(auditor: Visitor, address: str, headers: dict[str, str] | None = None) -> tuple[float, float]:
    """Milliseconds until the whole answer is here: on the clock, of the processor."""
    began, worked = perf_counter(), process_time()
    answer = auditor.get(address, **(headers or {}))
    assert answer.status == 200, (answer.status, address)
    return (perf_counter() - began) * 1000, (process_time() - worked) * 1000


if __name__ == "__main__":
    main()
