"""Every scenario of every pack in processes/."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from engine.cli.packs import pack_folders, read_folder
from engine.store.scratch import ScratchDatabases
from engine.trial import ScenarioRunner, load_scenarios

PACKS = {folder.name: read_folder(folder) for folder in pack_folders(Path(__file__).resolve().parents[2] / "processes")}
SCENARIOS = [(name, scenario) for name, files in PACKS.items() for scenario in load_scenarios(files)]


@pytest.fixture(scope="module")
def prepared(database_server: str) -> Iterator[dict[str, tuple[ScenarioRunner, ScratchDatabases]]]:
    """For each pack its runner and databases that it is deployed to."""
    packs = {}
    with ExitStack() as stack:
        for name, files in PACKS.items():
            runner, databases = ScenarioRunner(files), ScratchDatabases(database_server)
            runner.prepare(stack.enter_context(databases.template()))
            packs[name] = (runner, databases)
        yield packs


@pytest.mark.parametrize("pack, scenario", SCENARIOS, ids=[f"{pack}:{Path(scenario.file).stem}" for pack, scenario in SCENARIOS])
def test_a_scenario_goes_as_it_says(prepared, pack, scenario):
    runner, databases = prepared[pack]
    with databases.database() as url:
        assert runner.run(scenario, url).problems == ()


def test_there_are_scenarios_for_every_pack():
    assert PACKS
    assert {pack for pack, _ in SCENARIOS} == set(PACKS)
