"""Instances: who sees them, where they stand, what happened, in words and as recorded."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import (
    SYSTEM,
    Actor,
    BroadcastSignal,
    CompleteTask,
    Definitions,
    DiagramSvg,
    DiagramXml,
    History,
    HistoryInWords,
    Incidents,
    InputRejected,
    InstanceList,
    InstanceView,
    NotFoundError,
    Startable,
    StartForm,
    StartInstance,
    TerminateInstance,
    Variables,
    Worklist,
)
from engine.commands.deployments import DeployPack
from engine.queries.reading import Query
from tests.commands.packs import PACK, VISIT
from tests.commands.people import ADMIN, LI, NOBODY, SUN, WANG


@pytest.fixture
def begun(engine):
    return engine.run(StartInstance("visit", {"customer": "甲公司"}, "V-1"), WANG)


def first_task(engine, actor):
    return engine.read(Worklist("groups"), actor).rows[0].task_id


def finish(engine, begun):
    engine.run(CompleteTask(begun.next_task_id, {"aim": "见面"}), SUN)
    engine.run(CompleteTask(first_task(engine, LI), {"ok": True, "opinion": "可以"}), LI)


def test_staff_see_what_they_started_took_part_in_or_have_a_task_in(engine, begun):
    def seen(actor):
        return [row.instance_id for row in engine.read(InstanceList(), actor).rows]

    assert seen(WANG) == seen(SUN) == seen(ADMIN) == [begun.instance_id]
    assert seen(LI) == seen(NOBODY) == []
    engine.run(CompleteTask(begun.next_task_id, {"aim": "见面"}), WANG)
    assert (seen(SUN), seen(LI)) == ([], [begun.instance_id])
    for stranger, query in ((SUN, InstanceView), (NOBODY, History), (SUN, Variables), (SUN, HistoryInWords)):
        with pytest.raises(NotFoundError):
            engine.read(query(begun.instance_id), stranger)
    engine.run(CompleteTask(first_task(engine, LI), {"ok": True}), LI)
    assert (seen(WANG), seen(SUN), seen(LI)) == ([begun.instance_id], [], [begun.instance_id])


def test_a_row_says_where_an_instance_stands(engine, begun):
    (row,) = engine.read(InstanceList(), WANG).rows
    assert (row.title, row.business_key, row.status, row.outcome, row.started_by_name) == ("甲公司", "V-1", "active", None, "王芳")
    assert [(work.kind, work.element_name, work.who, work.task_id) for work in row.current] == [("user_task", "制定计划", "销售", begun.next_task_id)]
    finish(engine, begun)
    (row,) = engine.read(InstanceList(), WANG).rows
    assert (row.status, row.outcome, row.current, row.incidents) == ("completed", "完成", (), 0)
    assert row.ended_at > row.started_at


def test_lists_are_filtered_and_paged(engine, begun):
    for number in range(4):
        engine.run(StartInstance("visit", {"customer": f"客户 {number}"}), SUN)
    engine.run(StartInstance("plain"), WANG)
    engine.run(TerminateInstance(begun.instance_id, "不再需要"), ADMIN)
    assert engine.read(InstanceList(status="terminated"), ADMIN).rows[0].reason == "不再需要"
    assert engine.read(InstanceList(process_key="plain"), ADMIN).total == 1
    assert engine.read(InstanceList(mine=True), WANG).total == 2
    assert engine.read(InstanceList("客户", limit=3), ADMIN).total == 4
    assert [row.title for row in engine.read(InstanceList("客户", limit=3, offset=3), ADMIN).rows] == ["客户 0"]
    assert [row.title for row in engine.read(InstanceList("v-1"), ADMIN).rows] == ["甲公司"]
    assert engine.read(InstanceList("拜访 2"), ADMIN).total == 1
    with pytest.raises(InputRejected):
        engine.read(InstanceList(status="asleep"), ADMIN)


def test_the_page_of_an_instance(engine, begun):
    finish(engine, begun)
    view = engine.read(InstanceView(begun.instance_id), WANG)
    assert (view.head.title, view.may_terminate, view.open_tasks, view.incidents) == ("甲公司", False, (), ())
    assert [(each.element_id, each.actor_name) for each in view.decisions] == [("plan", "孙磊"), ("review", "李强")]
    assert view.progress["visit"].done == {"start", "plan", "review", "agreed", "end"}
    assert {(line.name, line.label, line.text, line.text_en) for line in view.variables} >= {
        ("customer", "customer", "甲公司", "甲公司"),
        ("ok", "ok", "是", "Yes"),
    }
    assert {line.name for line in view.variables}.isdisjoint({"starter", "startedAt", "businessKey"})
    assert [(call.process_key, call.version, call.depth) for call in view.calls] == [("visit", 1, 0)]


def test_history_in_words_hides_what_only_the_machine_cares_about(engine, begun):
    finish(engine, begun)
    plain = engine.read(HistoryInWords(begun.instance_id), WANG)
    assert [(line.text_zh, line.detail) for line in plain] == [
        ("王芳 发起了“拜访”", ""),
        ("孙磊 办理了“制定计划”", ""),
        ("李强 办理了“审核计划”", ""),
        ("流程结束：完成", ""),
    ]
    assert plain[1].text_en == "孙磊 completed “制定计划”"
    everything = engine.read(HistoryInWords(begun.instance_id, technical=True), WANG)
    events = engine.read(History(begun.instance_id), WANG)
    assert [line.sequence for line in everything] == [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert all(line.text_zh and line.text_en for line in everything)
    assert (everything[0].text_zh, everything[0].text_en) == ("操作：发起流程", "Action: start the process")
    assert [event.sequence for event in engine.read(History(begun.instance_id, after=5), WANG)] == list(range(6, len(events) + 1))


def test_every_kind_of_event_has_its_sentence():
    from typing import get_args

    from engine.model.events import EventKind
    from engine.queries.cases.history_words import _SENTENCES

    assert set(_SENTENCES) == set(get_args(EventKind))


def test_every_recorded_command_has_its_words():
    import re
    from pathlib import Path

    import engine.commands
    from engine.queries.cases.command_words import _COMMANDS

    source = "".join(path.read_text(encoding="utf-8") for path in Path(engine.commands.__file__).parent.rglob("*.py"))
    # Where the type is passed on, it is a text beside the kind of the event.
    recorded = set(re.findall(r'command_fact\(\s*"(\w+)"', source)) | set(re.findall(r'"([A-Z]\w+)", "task_(?:un)?(?:claimed|assigned)"', source))
    assert recorded == set(_COMMANDS)


def test_variables_as_they_are(engine, begun):
    found = engine.read(Variables(begun.instance_id), WANG)
    assert (found.values["customer"], found.values["starter"], found.json["customer"]) == ("甲公司", "wangfang", "甲公司")


@pytest.mark.parametrize("instance_id", ["", "x", "0" * 32, "\x00" * 32, "F" * 32, None])
def test_forged_instances_are_not_found(engine, instance_id):
    for query in (InstanceView, History, Variables):
        with pytest.raises(NotFoundError):
            engine.read(query(instance_id), ADMIN)


def test_an_instance_says_what_it_waits_for_besides_people(engine):
    for key, actor in (("later", WANG), ("watch", ADMIN)):
        engine.run(StartInstance(key), actor)
    engine.run(StartInstance("order", {"order": "A-1"}), ADMIN)
    kinds = {row.process_key: [(work.kind, work.element_id) for work in row.current] for row in engine.read(InstanceList(), ADMIN).rows}
    assert kinds == {"later": [("timer", "pause")], "watch": [("signal", "heard")], "order": [("message", "paid")]}
    engine.run(BroadcastSignal("alarm"), ADMIN)
    engine.run_due_jobs()
    assert engine.read(InstanceList(process_key="watch"), ADMIN).rows[0].status == "completed"


def test_incidents_stand_in_lists_and_pages(engine):
    begun = engine.run(StartInstance("enrol", {"code": "A", "label": "甲"}), ADMIN)
    engine.database.write(lambda tx: tx.connection.exec_driver_sql("DELETE FROM record_types"), engine.clock, lambda: "")
    while (due := engine.next_due_at()) and not engine.read(Incidents(), ADMIN):
        engine.run_due_jobs(due)
    (incident,) = engine.read(Incidents(), ADMIN)
    assert (incident.instance_id, incident.element_id, incident.element_name) == (begun.instance_id, "find", "查重")
    (row,) = engine.read(InstanceList(), ADMIN).rows
    assert (row.incidents, [work.kind for work in row.current]) == (1, ["incident"])
    assert engine.read(InstanceView(begun.instance_id), ADMIN).incidents == (incident,)
    assert engine.read(Incidents(), WANG) == ()
    assert "出现异常" in engine.read(InstanceView(begun.instance_id), ADMIN).steps[-1].text_zh


def test_definitions_and_who_may_start_them(engine):
    newest = {row.key: row for row in engine.read(Definitions(newest_only=True), WANG)}
    assert set(newest) >= {"visit", "plain", "tick"}
    assert (newest["visit"].version, newest["visit"].newest, newest["visit"].pack_key, newest["visit"].deployed_by_name) == (1, True, "tests", "系统")
    assert {row.key for row in engine.read(Startable(), WANG)} == {"visit", "plain", "mine", "later", "order", "enrol"}
    assert engine.read(Startable(), LI) == engine.read(Startable(), NOBODY) == ()
    engine.run(DeployPack({**PACK, "visit.bpmn": VISIT.replace("制定计划".encode(), "写计划".encode())}), SYSTEM)
    assert [(row.version, row.newest) for row in engine.read(Definitions("visit"), WANG)] == [(2, True), (1, False)]
    assert [row.version for row in engine.read(Startable(), WANG) if row.key == "visit"] == [2]


def test_start_forms(engine):
    view = engine.read(StartForm("visit"), WANG)
    assert (view.form.id, view.may_start, view.reason, view.definition.key) == ("visit_start", True, "", "visit")
    assert engine.read(StartForm("plain"), WANG).form is None
    assert (engine.read(StartForm("visit"), LI).may_start, engine.read(StartForm("visit"), LI).reason) == (False, "may_not_start")
    assert engine.read(StartForm("claim"), ADMIN).reason == "no_such_start"
    for key in ("nothing", "", "\x00"):
        with pytest.raises(NotFoundError):
            engine.read(StartForm(key), ADMIN)


def test_diagrams(engine, begun):
    assert engine.read(DiagramXml("visit", 1), WANG) == VISIT
    assert "<svg" in engine.read(DiagramSvg("visit", 1), WANG)
    drawn = engine.read(DiagramSvg("visit", 1, begun.instance_id, "en"), WANG)
    assert "<svg" in drawn
    for query in (DiagramXml("visit", 2), DiagramXml("nothing", 1), DiagramXml("visit", 10**30), DiagramSvg("\x00", 1)):
        with pytest.raises(NotFoundError):
            engine.read(query, WANG)
    with pytest.raises(NotFoundError):
        engine.read(DiagramSvg("visit", 1, begun.instance_id), NOBODY)
    with pytest.raises(InputRejected):
        engine.read(DiagramSvg("visit", 1, None, "fr"), WANG)


def test_nothing_can_be_written_by_reading(engine):
    class Sneaky(Query[None]):
        def answer(self, reading, actor):
            reading.connection.exec_driver_sql("DELETE FROM drafts")

    with pytest.raises(sa.exc.InternalError, match="read-only"):
        engine.read(Sneaky(), ADMIN)


def test_lists_of_instances_take_few_statements(engine, statements):
    for number in range(55):
        engine.run(StartInstance("visit", {"customer": f"客户 {number}"}), WANG)
    with statements() as seen:
        page = engine.read(InstanceList(), WANG)
    assert (len(page.rows), page.total) == (50, 55)
    assert len(seen) <= 6


def test_staff_read_the_diagrams_of_their_own_processes_only(engine, begun):
    """Not theirs is as if it were not there; an analyst and an auditor read all."""
    stranger = Actor("stranger", "外人", frozenset({"nothing"}))
    for query in (DiagramXml("visit", 1), DiagramSvg("visit", 1)):
        with pytest.raises(NotFoundError):
            engine.read(query, stranger)
        for reader in (Actor("ana", "分析", is_analyst=True), Actor("aud", "审计", is_auditor=True), ADMIN):
            assert engine.read(query, reader)
    assert engine.read(DiagramXml("visit", 1), Actor("wangfang", "王芳")) == VISIT
