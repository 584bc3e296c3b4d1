"""A scenario whose instance comes out otherwise when it is executed again has not passed."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.audit.recorded import Instance
from engine.cli.packs import read_folder
from engine.trial import ScenarioRunner, load_scenarios

PACK = Path(__file__).resolve().parents[2] / "processes" / "customer_development"


@pytest.fixture(scope="module")
def files():
    return read_folder(PACK)


def run(files, database_url):
    scenario = next(each for each in load_scenarios(files) if each.file.endswith("existing_customer.toml"))
    return ScenarioRunner(files).run(scenario, database_url)


def test_it_ends_with_re_execution(files, fresh_database_url, monkeypatch):
    steps = []
    original = Instance.step

    def noted(self, stimulus, now):
        steps.append(stimulus)
        return original(self, stimulus, now)

    monkeypatch.setattr(Instance, "step", noted)
    result = run(files, fresh_database_url)
    assert result.problems == ()
    assert len(steps) > 2


def test_a_difference_is_a_problem(files, fresh_database_url, monkeypatch):
    original = Instance.step
    monkeypatch.setattr(Instance, "step", lambda self, stimulus, now: original(self, stimulus, now)[:-1])
    [problem] = run(files, fresh_database_url).problems
    assert "重演不同：重演到第" in problem
