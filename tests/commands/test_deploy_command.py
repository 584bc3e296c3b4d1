from __future__ import annotations

import pytest

from engine import SYSTEM, Actor, CompleteTask, DefinitionRejected, DeployPack, InputRejected, NotAllowedError, NotFoundError, StartInstance
from tests.commands.packs import PACK, PLAIN, SETTINGS
from tests.commands.people import ADMIN, WANG


def counts(rows):
    return [rows(f"SELECT count(*) FROM {table}")[0][0] for table in ("deployments", "definitions", "deployed_files", "deployed_contents")]


def test_the_same_files_change_nothing(engine, rows):
    before = counts(rows)
    again = engine.run(DeployPack(PACK), ADMIN)
    assert again.unchanged
    assert counts(rows) == before
    assert {(version.key, version.version) for version in again.processes} >= {("visit", 1), ("plain", 1)}


def test_a_changed_file_makes_new_versions_and_running_instances_keep_theirs(engine, rows):
    old = engine.run(StartInstance("plain"), WANG)
    files = {**PACK, "plain.bpmn": PLAIN.replace("办理".encode(), "处理".encode())}
    contents = counts(rows)[3]
    changed = engine.run(DeployPack(files, "改名"), SYSTEM)
    assert not changed.unchanged
    assert {version.version for version in changed.processes} == {2}
    assert counts(rows)[3] == contents + 1
    new = engine.run(StartInstance("plain"), WANG)
    assert [task.element_name for task in new.opened] == ["处理"]
    names = rows("SELECT element_name FROM work_items WHERE instance_id = :id", id=old.instance_id)
    assert [row[0] for row in names] == ["办理"]
    assert engine.run(CompleteTask(old.next_task_id, {}), WANG).status == "completed"
    back = engine.run(DeployPack(PACK), SYSTEM)
    assert {version.version for version in back.processes} == {3}
    waits = rows("SELECT DISTINCT version FROM start_waits JOIN definitions ON id = definition_id")
    assert [row[0] for row in waits] == [3]


def test_only_new_leaves_what_was_deployed_since(engine, rows):
    newer = engine.run(DeployPack({**PACK, "plain.bpmn": PLAIN.replace("办理".encode(), "处理".encode())}), SYSTEM)
    before = counts(rows)
    kept = engine.run(DeployPack(PACK, only_new=True), SYSTEM)
    assert kept.superseded
    assert (kept.id, kept.processes) == (newer.id, newer.processes)
    assert counts(rows) == before
    newest = engine.run(DeployPack({**PACK, "plain.bpmn": PLAIN.replace("办理".encode(), "审核".encode())}, only_new=True), SYSTEM)
    assert not newest.superseded
    assert not newest.unchanged


def test_a_process_that_the_pack_dropped_cannot_start(engine):
    fewer = {name: content for name, content in PACK.items() if name != "mine.bpmn"}
    fewer["pack.toml"] = SETTINGS.replace('"mine", ', "").encode()
    engine.run(DeployPack(fewer), SYSTEM)
    with pytest.raises(NotFoundError):
        engine.run(StartInstance("mine"), ADMIN)
    engine.run(DeployPack(PACK), SYSTEM)
    assert engine.run(StartInstance("mine"), ADMIN).status == "active"


def test_roles_and_record_types_follow_the_pack(engine, rows):
    groups = rows("SELECT key, name, pack_key, number FROM groups ORDER BY number")
    assert [tuple(row) for row in groups] == [("sales", "销售", "tests", 1), ("manager", "经理", "tests", 2)]
    kinds = rows("SELECT key, name, settings FROM record_types")
    assert [(row.key, row.name, row.settings["unique"]) for row in kinds] == [("customer", "客户", ["code"])]


def test_everything_wrong_is_refused_at_once_and_nothing_changes(engine, rows):
    before = counts(rows)
    broken = {**PACK, "visit.bpmn": b"<broken", "visit_plan.form": b"{", "more.bpmn": PLAIN}
    with pytest.raises(DefinitionRejected) as refusal:
        engine.run(DeployPack(broken), SYSTEM)
    assert {finding.file for finding in refusal.value.findings} >= {"visit.bpmn", "visit_plan.form"}
    assert counts(rows) == before


def test_a_process_key_belongs_to_one_pack(engine, rows):
    before = counts(rows)
    with pytest.raises(DefinitionRejected) as refusal:
        engine.run(DeployPack({"plain.bpmn": PLAIN.replace(b'candidateGroups="sales"', b'assignee="=starter"')}), SYSTEM)
    found = refusal.value.findings
    assert [(finding.code, finding.file, finding.element_id) for finding in found] == [("process_key_taken", "plain.bpmn", "plain")]
    assert counts(rows) == before


@pytest.mark.parametrize("files", [{}, {"a.bpmn": "text"}, {1: b""}, None, {"a.bpmn": b"x" * 21_000_000}, {"\ud800.bpmn": b""}, {"../a": b""}])
def test_what_is_no_pack(engine, rows, files):
    before = counts(rows)
    with pytest.raises((InputRejected, DefinitionRejected)):
        engine.run(DeployPack(files), SYSTEM)
    assert counts(rows) == before


def test_no_files_at_all_is_said_as_such(engine):
    with pytest.raises(DefinitionRejected) as refusal:
        engine.run(DeployPack({}), SYSTEM)
    assert "没有可执行的流程" in refusal.value.findings[0].message


def test_analysts_only(engine):
    for actor in (WANG, Actor("aud", "审计", is_auditor=True)):
        with pytest.raises(NotAllowedError):
            engine.run(DeployPack(PACK), actor)
    for actor in (ADMIN, Actor("ana", "分析", is_analyst=True)):
        assert engine.run(DeployPack(PACK), actor).pack_key
