"""Whose task a substituted one is: marked in every tab, and the list can be narrowed to it."""

from __future__ import annotations

from dataclasses import replace

from engine import ActedFor, Actor, ClaimTask, CompleteTask, Standing, StartInstance, TaskFilter, Worklist
from tests.commands.people import LI, SUN, WANG

FOR_SUN = replace(LI, acts_for=(Standing("sunlei", "孙磊", SUN.groups),))


def begin(engine, customer: str) -> str:
    task_id = engine.run(StartInstance("visit", {"customer": customer}), WANG).next_task_id
    assert task_id
    return task_id


def marks(engine, actor: Actor, tab: str, whose: str = "") -> list[tuple[str | None, str]]:
    return [(row.title, row.acting_for) for row in engine.read(Worklist(tab, filter=TaskFilter(whose=whose)), actor).rows]


def test_work_of_the_absent_is_marked_before_and_after_it_is_done(engine):
    offered, held, taken, done, own = (begin(engine, name) for name in ("甲", "乙", "丙", "丁", "戊"))
    engine.run(ClaimTask(held), SUN)
    engine.run(ClaimTask(taken), FOR_SUN)
    engine.run(CompleteTask(done, {"aim": "见面"}), FOR_SUN)
    engine.run(CompleteTask(own, {"aim": "见面"}), WANG)
    assert marks(engine, FOR_SUN, "groups") == [("甲", "孙磊"), ("丁", ""), ("戊", "")]
    assert marks(engine, FOR_SUN, "mine") == [("乙", "孙磊"), ("丙", "孙磊")]
    assert marks(engine, FOR_SUN, "done") == [("丁", "孙磊")]
    assert marks(engine, SUN, "mine") == [("乙", "")]
    assert ("丙", "孙磊") in marks(engine, WANG, "started")
    assert offered


def test_the_list_is_narrowed_to_ones_own_or_to_one_absent_person(engine):
    begin(engine, "甲")
    held, taken, done = (begin(engine, name) for name in ("乙", "丙", "丁"))
    engine.run(ClaimTask(held), SUN)
    engine.run(ClaimTask(taken), FOR_SUN)
    engine.run(CompleteTask(done, {"aim": "见面"}), FOR_SUN)
    assert marks(engine, FOR_SUN, "groups", "own") == [("丁", "")]
    assert marks(engine, FOR_SUN, "groups", "sunlei") == [("甲", "孙磊")]
    assert marks(engine, FOR_SUN, "mine", "own") == []
    assert marks(engine, FOR_SUN, "mine", "sunlei") == [("乙", "孙磊"), ("丙", "孙磊")]
    assert marks(engine, FOR_SUN, "done", "own") == []
    assert marks(engine, FOR_SUN, "done", "sunlei") == [("丁", "孙磊")]
    assert marks(engine, FOR_SUN, "groups", "wangfang") == marks(engine, FOR_SUN, "mine", "nobody\x00") == []
    # Naming somebody whom one does not substitute shows nothing of theirs.
    assert marks(engine, LI, "mine", "sunlei") == [("丙", "孙磊")]
    assert [each.user_id for each in engine.read(ActedFor("done"), LI)] == ["sunlei"]


def test_what_one_may_take_anyway_is_not_somebody_elses(engine):
    begin(engine, "甲")
    both = replace(LI, groups=LI.groups | SUN.groups, acts_for=FOR_SUN.acts_for)
    assert marks(engine, both, "groups") == [("甲", "")]
    assert marks(engine, both, "groups", "sunlei") == []
    assert marks(engine, both, "groups", "own") == [("甲", "")]
