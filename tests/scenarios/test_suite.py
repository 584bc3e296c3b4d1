"""All scenarios of a pack at once: what is red, where, and what nothing passed through."""

from __future__ import annotations

from engine.store.scratch import ScratchDatabases
from engine.trial.suite import SuiteResult, run_suite
from tests.commands.packs import PACK

HEAD = 'name = "x"\nprocess = "visit"\nas = "sales"\nclock = 2026-11-23T09:00:00+08:00\nstart = { customer = "甲" }\n'
PLAN = '[[step]]\ntask = "plan"\nas = "sales"\ndata = { aim = "见面" }\n'


def run(server: str, expect: str, **limits: float) -> SuiteResult:
    files = PACK | {"scenarios/x.toml": f"{HEAD}{PLAN}[expect]\n{expect}".encode()}
    return run_suite(files, lambda: ScratchDatabases(server), **limits)


def test_what_was_passed_and_what_was_not(database_server: str) -> None:
    result = run(database_server, 'open = ["review"]\n')
    assert result.passed
    (visit,) = [one for one in result.coverage if one.process_key == "visit"]
    assert {"start", "plan", "review"} <= visit.elements
    assert "end" in dict(visit.missing_elements)
    assert 0 < visit.percent < 100


def test_a_red_scenario_says_where(database_server: str) -> None:
    result = run(database_server, 'end = "end"\n')
    assert (result.passed, result.failed) == (False, 1)
    (difference,) = result.results[0].differences
    assert (difference.element_id, difference.expected, difference.actual) == ("review", "end", "")
    assert difference.text_en.startswith("End event: expected end, was none")


def test_no_time_is_not_green(database_server: str) -> None:
    result = run(database_server, 'open = ["review"]\n', seconds=-1)
    assert (result.passed, result.cut_short, result.results) == (False, True, ())


def test_a_file_that_cannot_be_read_is_not_green(database_server: str) -> None:
    result = run(database_server, "")
    assert not result.passed
    assert "expect" in result.unusable
