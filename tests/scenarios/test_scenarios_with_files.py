"""Files of forms in scenarios: given by name and content, and written down so when a run in a sandbox becomes a scenario."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from engine import (
    SYSTEM,
    Actor,
    BeginSandbox,
    CompleteTask,
    DeployPack,
    KeepFile,
    OpenTasks,
    ProcessEngine,
    Recording,
    Sandboxes,
    StartInstance,
)
from engine.store.scratch import ScratchDatabases
from engine.trial import ScenarioError, ScenarioRunner, load_scenarios
from engine.trial.runs import steps_to_look_at
from tests.commands.test_file_commands import PACK, PDF

ANALYST = Actor("ana", "分析", is_analyst=True)
HEAD = 'name = "附件"\nprocess = "paper"\nas = "sales"\nclock = 2026-11-23T09:00:00+08:00\n'
TEXT = '{ file = "说明.txt", text = """\n第一行\n第二行""" }'
PDF_FILE = '{ file = "合同.pdf", base64 = "JVBERi0xLjcKaGVsbG8=" }'


def scenario(*, start: str = TEXT, checked: str = PDF_FILE, extra: str = "") -> bytes:
    lines = [HEAD, f'[start]\ncode = "K1"\nfiles = [{start}]\n', '[[step]]\ntask = "check"\nas = "manager"\n', f"data = {{ files = [{checked}] }}\n"]
    return "".join([*lines, '[expect]\nend = "end"\n', extra]).encode()


@pytest.fixture(scope="module")
def problems(database_server: str):
    runner, databases = ScenarioRunner(PACK), ScratchDatabases(database_server)

    def run(content: bytes) -> tuple[str, ...]:
        (read,) = load_scenarios({"scenarios/x.toml": content})
        with databases.database() as url:
            return runner.run(read, url).problems

    with databases.template() as template:
        runner.prepare(template)
        yield run


def test_given_at_the_start_and_in_a_task(problems):
    assert problems(scenario(extra='records = [{ type = "partner", count = 1, values = { code = "K1" } }]\n')) == ()


def test_the_form_checks_them_as_it_does_those_of_people(problems):
    (told,) = problems(scenario(checked='{ file = "合同.exe", text = "x" }'))
    assert told.startswith("第 1 步 check：表单不接受：files")
    assert "合同.exe" in told
    (told,) = problems(scenario(checked='{ file = "合同.pdf", text = "" }'))
    assert "表单不接受" in told


def test_content_that_cannot_be_read():
    with pytest.raises(ScenarioError, match=r"scenarios/x.toml：第 1 步：文件 合同.pdf 的 base64 读不出来"):
        load_scenarios({"scenarios/x.toml": scenario(checked='{ file = "合同.pdf", base64 = "?" }')})
    with pytest.raises(ScenarioError, match=r"scenarios/x.toml：start：文件 a.pdf 的 base64 读不出来"):
        load_scenarios({"scenarios/x.toml": scenario(start='{ file = "a.pdf", base64 = "JVB" }')})


@pytest.fixture
def engine(fresh_database_url: str) -> Iterator[ProcessEngine]:
    engine = ProcessEngine.open(fresh_database_url)
    engine.run(DeployPack(PACK), SYSTEM)
    yield engine
    engine.close()


@pytest.fixture
def sandboxes(engine: ProcessEngine, tmp_path: Path) -> Iterator[Sandboxes]:
    sandboxes = Sandboxes(engine, tmp_path)
    yield sandboxes
    sandboxes.close()
    sandboxes.server.stop()


def test_a_run_with_files_becomes_a_scenario(engine: ProcessEngine, sandboxes: Sandboxes):
    sandbox_id = engine.run(BeginSandbox("papers", released=True), ANALYST).sandbox_id
    with sandboxes.open(sandbox_id, ANALYST) as opened:
        opened.role = "sales"
        note = opened.run(KeepFile("说明.txt", "第一行\n第二行".encode(), field="files"), opened.actor)
        forgotten = opened.run(KeepFile("不用.txt", b"x", field="files"), opened.actor)
        started = opened.run(StartInstance("paper", {"code": "K1", "files": [note.id]}), opened.actor)
        opened.role = "manager"
        contract = opened.run(KeepFile("合同.pdf", PDF + b"\xff", field="files"), opened.actor)
        (row,) = opened.read(OpenTasks(started.instance_id), SYSTEM)
        opened.run(CompleteTask(row.task_id, {"files": [note.as_value(), {"id": contract.id}]}), opened.actor)
        content = opened.record("scenarios/x.toml", Recording("录下", variables=("code", "files")), UTC)
    text = content.decode()
    assert forgotten.id not in text
    assert note.id not in text
    assert contract.id not in text
    assert "不用.txt" not in text
    written: dict[str, Any] = tomllib.loads(text)
    assert written["start"]["files"] == [{"file": "说明.txt", "text": "第一行\n第二行"}]
    assert [item["file"] for item in written["step"][0]["data"]["files"]] == ["说明.txt", "合同.pdf"]
    assert written["expect"]["variables"] == {"code": "K1"}
    # It is green, and can be looked at in a sandbox.
    (read,) = load_scenarios({"scenarios/x.toml": content})
    began_at, steps = steps_to_look_at(read)
    again = engine.run(BeginSandbox("papers", released=True, began_at=began_at, steps=steps), ANALYST).sandbox_id
    with sandboxes.open(again, ANALYST) as opened:
        assert opened.live.stopped is None
        assert not opened.read(OpenTasks(opened.instance_id or ""), SYSTEM)
