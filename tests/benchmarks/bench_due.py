"""Who is told of what is due, with 100,000 open tasks. `python tests/benchmarks/bench_due.py`.

Two thirds have a due time, spread over a thousand hours; a role of ten may take all of them, one person has two thousand. Every run after the first
finds little that is new, as it does every five minutes.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine import SYSTEM, ChooseNotifications, DeployPack, ProcessEngine, SaveUser
from engine.commands.telling.notifications import TellOfDue
from engine.store.scratch import ScratchDatabases, temporary_server
from tests.benchmarks.bench_tasklist import OWNER, STARTER, fill
from tests.commands.packs import PACK

FIRST_LIMIT_SECONDS, AGAIN_LIMIT_SECONDS = 20.0, 3.0
MEMBERS = 10


class Clock:
    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.moment


def main() -> int:
    """Exit status 1 when a run takes longer than it may."""
    clock, late = Clock(), False
    with temporary_server() as server, ScratchDatabases(server).template() as url:
        engine = ProcessEngine.open(url, clock)
        engine.run(DeployPack(PACK), SYSTEM)
        engine.run(SaveUser(STARTER.user_id, STARTER.name, is_administrator=True), SYSTEM)
        engine.run(SaveUser(OWNER.user_id, OWNER.name, groups=("sales",)), SYSTEM)
        for number in range(MEMBERS):
            engine.run(SaveUser(f"m{number}", f"m{number}", groups=("sales",)), SYSTEM)
        fill(engine)
        engine.run(ChooseNotifications(["due_soon", "overdue", "offered"], 72), OWNER)
        for name, hours in (("first run", 500.0), ("five minutes later", 1 / 12), ("again", 0.0), ("an hour later", 1.0), ("again", 0.0)):
            clock.moment += timedelta(hours=hours)
            began = time.perf_counter()
            told = engine.run(TellOfDue(), SYSTEM)
            taken = time.perf_counter() - began
            limit = FIRST_LIMIT_SECONDS if name == "first run" else AGAIN_LIMIT_SECONDS
            late = late or taken > limit
            mark = "   TOO SLOW" if taken > limit else ""
            print(f"{name:<20}{taken * 1000:9.0f} ms   {told.due_soon} due soon, {told.overdue} overdue{mark}", flush=True)
        engine.close()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; limits hold on a quiet one")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
