"""What scenarios said, written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.commands.input import checked_text
from engine.commands.rights import require_analyst
from engine.commands.work import Work
from engine.model.identity import Actor
from engine.store import scenario_runs as store


@dataclass(frozen=True, slots=True)
class KeepScenarioRun:
    """Keep a finished run of all scenarios of a pack, as the columns of the table say. Analysts only; answers its id.

    `results` and `coverage` are JSON data; engine.trial.runs makes them from a run.
    """

    pack_key: str
    copy_revision: int | None
    digest: str
    passed: bool
    results: Sequence[Mapping[str, Any]]
    coverage: Sequence[Mapping[str, Any]]
    cut_short: bool = False
    unusable: str = ""

    def execute(self, work: Work, actor: Actor) -> int:
        require_analyst(actor)
        row = {
            "pack_key": checked_text(self.pack_key, "pack_key"),
            "copy_revision": self.copy_revision,
            "digest": self.digest,
            "ran_by": actor.user_id,
            "ended_at": work.now,
            "passed": self.passed,
            "cut_short": self.cut_short,
            "unusable": self.unusable,
            "results": [dict(result) for result in self.results],
            "coverage": [dict(one) for one in self.coverage],
        }
        return store.insert_run(work.tx, row)
