"""Packs, their releases and what is in them; who may ask."""

from __future__ import annotations

import pytest

from engine import (
    SYSTEM,
    Actor,
    DeployPack,
    FormPreview,
    NotAllowedError,
    NotFoundError,
    PackFile,
    PackFiles,
    Packs,
    PackView,
    ProcessEngine,
    StartInstance,
    SubProcessSvg,
)
from tests.commands.packs import PACK, flows, process, user_task
from tests.commands.people import WANG

KEY = "test"
START, END = '<startEvent id="start" name="开始"/>', '<endEvent id="end" name="完成"/>'


def pair(called: str, name: str = "外层") -> dict[str, bytes]:
    """A process that calls another, in one pack."""
    call = f'<callActivity id="call" name="调用"><extensionElements><zeebe:calledElement processId="{called}"/></extensionElements></callActivity>'
    return {
        "outer.bpmn": process("outer", name, START, call, END, flows("start>call>end")),
        "inner.bpmn": process("inner", "内层", START, user_task("work", "办理", assignee="=starter"), END, flows("start>work>end")),
        "pack.toml": '[pack]\nkey = "pair"\nname = "一对"\nname_en = "A pair"\n'.encode(),
        "scenarios/a.toml": 'name = "走一遍"\n[[step]]\ntask = "work"\n[expect]\noutcome = "完成"\n'.encode(),
        "scenarios/part.toml": b'[[step]]\ntask = "work"\n',
    }


def test_packs_with_releases_changes_and_running_instances(engine: ProcessEngine):
    engine.run(DeployPack(pair("inner"), "第一次"), SYSTEM)
    engine.run(StartInstance("outer"), SYSTEM)
    second = engine.run(DeployPack({**pair("inner", "外层二"), "extra.txt": b"x"}, "第二次"), SYSTEM)
    engine.run(StartInstance("outer"), SYSTEM)
    engine.run(StartInstance("outer"), SYSTEM)
    packs = {row.key: row for row in engine.read(Packs(), SYSTEM)}
    row = packs["pair"]
    assert (row.name, row.name_en, row.releases, row.active_instances) == ("一对", "A pair", 2, 3)
    assert {(version.key, version.version, version.active_instances) for version in row.newest.versions} == {("outer", 2, 2), ("inner", 2, 0)}
    assert [(version.key, version.version, version.active_instances) for version in row.older] == [("outer", 1, 1)]
    release = row.newest
    assert (release.deployment_id, release.note, release.deployed_by_name) == (second.id, "第二次", SYSTEM.name)
    assert (release.added, release.changed, release.removed) == (("extra.txt",), ("outer.bpmn",), ())
    first = engine.read(PackView("pair"), SYSTEM).releases[-1]
    assert (first.note, len(first.added), first.changed) == ("第一次", 5, ())


def test_a_release_is_shown_as_it_was(engine: ProcessEngine):
    first = engine.run(DeployPack(pair("inner")), SYSTEM)
    engine.run(DeployPack(pair("inner", "外层二")), SYSTEM)
    old, new = engine.read(PackView("pair", first.id), SYSTEM), engine.read(PackView("pair"), SYSTEM)
    assert (old.is_newest, new.is_newest) == (False, True)
    assert [process.version.name for process in old.processes] == ["外层", "内层"]
    assert [process.version.name for process in new.processes] == ["外层二", "内层"]
    outer = new.processes[0]
    assert (outer.top, [(call.element_id, call.process_key) for call in outer.calls]) == (True, [("call", "inner")])
    assert [(one.name, one.outcome, one.steps) for one in new.scenarios] == [("走一遍", "完成", 1)]
    assert engine.read(PackFiles("pair", first.id), SYSTEM) == pair("inner")
    assert engine.read(PackFile("pair", "outer.bpmn"), SYSTEM) == pair("inner", "外层二")["outer.bpmn"]


def test_forms_with_the_tasks_that_use_them(engine: ProcessEngine):
    (key,) = [row.key for row in engine.read(Packs(), SYSTEM)]
    view = engine.read(PackView(key), SYSTEM)
    assert {one.form.id for one in view.forms} >= {"visit_start", "visit_plan", "visit_review"}
    found = engine.read(FormPreview(key, "visit_plan"), SYSTEM)
    assert [(use.process_key, use.element_id) for use in found.uses] == [("visit", "plan")]
    assert PACK[found.file]
    assert {file.name: file.size for file in view.files} == {name: len(content) for name, content in PACK.items()}


@pytest.mark.parametrize(
    "query",
    [Packs(), PackView(KEY), PackFiles(KEY), PackFile(KEY, "pack.toml"), FormPreview(KEY, "visit_plan"), SubProcessSvg("visit", 1, "x")],
    ids=lambda query: type(query).__name__,
)
def test_staff_may_not_ask(engine: ProcessEngine, query):
    with pytest.raises(NotAllowedError) as caught:
        engine.read(query, WANG)
    assert caught.value.code == "analysts_only"


def test_analysts_and_auditors_may(engine: ProcessEngine):
    for actor in (Actor("ana", "分析", is_analyst=True), Actor("aud", "审计", is_auditor=True)):
        key = engine.read(Packs(), actor)[0].key
        assert engine.read(FormPreview(key, "visit_plan"), actor).form.id == "visit_plan"


def test_what_does_not_exist_is_not_found(engine: ProcessEngine):
    key = engine.read(Packs(), SYSTEM)[0].key
    for query in (
        PackView("nothing"),
        PackView("x\0"),
        PackView(key, "nothing"),
        PackFile(key, "../x"),
        FormPreview(key, "nothing"),
        SubProcessSvg("visit", 1, "plan"),
        SubProcessSvg("visit", 99, "plan"),
    ):
        with pytest.raises(NotFoundError):
            engine.read(query, SYSTEM)
