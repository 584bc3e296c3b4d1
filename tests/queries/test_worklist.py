"""The task list: who sees what in which tab, in which order, found by which words."""

from __future__ import annotations

import pytest

from engine import Actor, AssignTask, ClaimTask, CompleteTask, InputRejected, StartInstance, TerminateInstance, Worklist
from engine.queries.worklist.worklist import OpenTasks
from tests.commands.people import ADMIN, LI, NOBODY, SUN, WANG


def visit(engine, customer, actor=WANG):
    return engine.run(StartInstance("visit", {"customer": customer}), actor)


def rows(engine, actor, tab, **more):
    return engine.read(Worklist(tab, **more), actor).rows


def titles(engine, actor, tab, **more):
    return [row.title for row in rows(engine, actor, tab, **more)]


def test_an_offered_task_is_everybodys_of_the_group_until_somebody_claims_it(engine):
    task_id = visit(engine, "甲公司").next_task_id
    assert titles(engine, WANG, "groups") == titles(engine, SUN, "groups") == ["甲公司"]
    assert titles(engine, LI, "groups") == titles(engine, NOBODY, "groups") == []
    engine.run(ClaimTask(task_id), SUN)
    assert titles(engine, WANG, "groups") == titles(engine, SUN, "groups") == []
    (row,) = rows(engine, SUN, "mine")
    assert (row.task_id, row.assignee, row.assignee_name, row.state) == (task_id, "sunlei", "孙磊", "open")
    assert titles(engine, WANG, "mine") == []


def test_a_row_tells_everything_that_a_list_shows(engine):
    visit(engine, "甲公司")
    (row,) = rows(engine, SUN, "groups")
    assert (row.element_id, row.element_name, row.process_key, row.process_name) == ("plan", "制定计划", "visit", "拜访")
    assert [(group.key, group.name) for group in row.candidate_groups] == [("sales", "销售")]
    assert (row.started_by, row.started_by_name, row.assignee_name, row.claimed_at, row.completed_at) == ("wangfang", "王芳", None, None, None)
    assert row.created_at.tzinfo is not None


def test_done_and_started(engine):
    begun = visit(engine, "甲公司")
    engine.run(CompleteTask(begun.next_task_id, {"aim": "见面"}), SUN)
    visit(engine, "乙公司", SUN)
    (done,) = rows(engine, SUN, "done")
    assert (done.element_id, done.state, done.assignee) == ("plan", "completed", "sunlei")
    assert done.completed_at is not None
    assert titles(engine, WANG, "done") == []
    assert [(row.element_id, row.title) for row in rows(engine, WANG, "started")] == [("review", "甲公司")]
    assert [(row.element_id, row.title) for row in rows(engine, LI, "groups")] == [("review", "甲公司")]


def test_a_task_that_somebody_else_caused_to_end_is_nobodys_done(engine):
    begun = visit(engine, "甲公司")
    engine.run(ClaimTask(begun.next_task_id), SUN)
    engine.run(TerminateInstance(begun.instance_id, "不再需要"), ADMIN)
    assert titles(engine, SUN, "mine") == titles(engine, SUN, "done") == titles(engine, ADMIN, "done") == []


def test_counts_are_those_of_the_tabs_whatever_is_searched(engine):
    first = visit(engine, "甲公司").next_task_id
    visit(engine, "乙公司")
    visit(engine, "丙公司")
    engine.run(ClaimTask(first), WANG)
    page = engine.read(Worklist("groups", "乙"), WANG)
    assert (page.total, [row.title for row in page.rows], dict(page.counts)) == (1, ["乙公司"], {"mine": 1, "groups": 2, "copies": 0})
    assert engine.read(Worklist("mine"), WANG).total == 1
    assert engine.read(Worklist("groups"), NOBODY).counts == {"mine": 0, "groups": 0, "copies": 0}


@pytest.mark.parametrize(
    "search, found",
    [
        ("", ["甲 100%", "乙_b", "丙"]),
        ("甲", ["甲 100%"]),
        ("100% 甲", ["甲 100%"]),
        ("0%", ["甲 100%"]),
        ("%", ["甲 100%"]),
        ("_", ["乙_b"]),
        ("乙_B", ["乙_b"]),
        ("拜访 丙", ["丙"]),
        ("制定", ["甲 100%", "乙_b", "丙"]),
        ("甲 乙", []),
        ("\\", []),
        ("'; DROP TABLE users --", []),
        ("\x00甲\ud800", ["甲 100%"]),
        ("甲" * 5000, []),
    ],
)
def test_search_takes_words_as_they_are(engine, search, found):
    for customer in ("甲 100%", "乙_b", "丙"):
        visit(engine, customer)
    assert titles(engine, WANG, "groups", search=search) == found


def test_pages_follow_each_other(engine):
    for number in range(7):
        visit(engine, f"客户 {number}")
    pages = [engine.read(Worklist("groups", limit=3, offset=offset), WANG) for offset in (0, 3, 6, 9)]
    assert [row.title for page in pages for row in page.rows] == [f"客户 {number}" for number in range(7)]
    assert [page.total for page in pages] == [7] * 4
    found = [engine.read(Worklist("groups", "客户", limit=3, offset=offset), WANG).total for offset in (0, 3, 6, 9)]
    assert found == [7] * 4


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": 501}, {"offset": -1}, {"offset": 10**10}, {"tab": "everything"}])
def test_what_nobody_can_mean_is_refused(engine, wrong):
    with pytest.raises(InputRejected):
        engine.read(Worklist(**wrong), WANG)


def test_a_task_of_nobody_is_the_administrators(engine):
    begun = engine.run(StartInstance("mine"), WANG)
    assert [row.task_id for row in rows(engine, WANG, "mine")] == [begun.next_task_id]
    orphaned = engine.run(StartInstance("mine"), ADMIN)
    engine.run(AssignTask(orphaned.next_task_id, "sunlei"), ADMIN)
    assert [row.instance_id for row in rows(engine, SUN, "mine")] == [orphaned.instance_id]
    assert titles(engine, ADMIN, "groups") == []


def test_a_page_of_fifty_takes_few_statements(engine, statements):
    for number in range(60):
        visit(engine, f"客户 {number}")
    with statements() as seen:
        page = engine.read(Worklist("groups"), WANG)
    assert (len(page.rows), page.total) == (50, 60)
    assert len(seen) <= 4


def test_open_tasks_of_an_instance_are_for_those_who_may_see_it(engine):
    begun = visit(engine, "甲公司")
    assert [row.element_id for row in engine.read(OpenTasks(begun.instance_id), SUN)] == ["plan"]
    assert engine.read(OpenTasks(begun.instance_id), NOBODY) == ()
    assert engine.read(OpenTasks("no id"), ADMIN) == ()
    assert engine.read(OpenTasks(begun.instance_id), Actor("x", "x", frozenset({"sales"}))) != ()
