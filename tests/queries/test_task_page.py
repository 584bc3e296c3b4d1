"""What stands around a task's form: bounded whatever the instance has been through, never more than the diagram and the rights say."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from engine import (
    SYSTEM,
    BackgroundOfTask,
    CompleteTask,
    CourseOfTask,
    DeployPack,
    NotFoundError,
    SaveUser,
    Standing,
    StartInstance,
    TaskForm,
    TaskSaid,
    Worklist,
)
from tests.commands.packs import END, START, extensions, flows, form, process
from tests.commands.people import ADMIN, LI, NOBODY, SUN, WANG


def around(engine, task_id, actor):
    return engine.read(BackgroundOfTask(task_id), actor)


def ahead(engine, task_id, actor):
    """(conditions, kind, name, who) of every step."""
    told = around(engine, task_id, actor).ahead
    return [(" ".join(one.zh for one in step.when), step.kind, step.name.zh, step.who.zh if step.who else None) for step in told.steps]


@pytest.fixture
def begun(engine):
    return engine.run(StartInstance("visit", {"customer": "甲公司"}), WANG)


def next_of(engine, begun, actor):
    return next(row.task_id for row in engine.read(Worklist("groups"), actor).rows if row.instance_id == begun.instance_id)


def test_the_diagram_says_what_comes_next_and_by_whom(engine, begun):
    assert ahead(engine, begun.next_task_id, SUN) == [("", "task", "审核计划", "经理")]
    engine.run(CompleteTask(begun.next_task_id, {"aim": "见面"}), SUN)
    review = next_of(engine, begun, LI)
    kinds = {(kind, name, who) for _, kind, name, who in ahead(engine, review, LI)}
    assert kinds == {("task", "制定计划", "销售"), ("end", "完成", None)}
    engine.run(CompleteTask(review, {"ok": False}), LI)
    assert ahead(engine, review, LI) == []


def test_others_do_not_know_what_stands_around_it(engine, begun):
    for query in (BackgroundOfTask, CourseOfTask):
        with pytest.raises(NotFoundError):
            engine.read(query(begun.next_task_id), NOBODY)
    with pytest.raises(NotFoundError):
        engine.read(TaskSaid(begun.next_task_id, 2), WANG)  # it is still open
    assert around(engine, begun.next_task_id, ADMIN).glance.title == around(engine, begun.next_task_id, SUN).glance.title


def test_who_acts_for_somebody_else_is_told(engine, begun):
    someone = replace(NOBODY, acts_for=(Standing("sunlei", "孙磊", SUN.groups),))
    assert around(engine, begun.next_task_id, someone).acting_for == "孙磊"
    assert around(engine, begun.next_task_id, SUN).acting_for == ""
    engine.run(SaveUser(NOBODY.user_id, NOBODY.name, None, ()), SYSTEM)
    engine.run(CompleteTask(begun.next_task_id, {"aim": "代办"}), someone)
    (step,) = around(engine, next_of(engine, begun, LI), LI).past
    assert (step.actor_name, step.behalf_name) == (NOBODY.name, "孙磊")
    assert engine.read(TaskForm(begun.next_task_id), SUN).closed_for == "孙磊"


HIDING = (
    '<zeebe:userTask/><zeebe:formDefinition formId="{form}"/><zeebe:assignmentDefinition candidateGroups="sales"/>'
    '<zeebe:properties><zeebe:property name="tuoke.fields" value="{fields}"/></zeebe:properties>'
)


def test_what_the_task_hides_stands_nowhere_beside_it(engine):
    first = f'<userTask id="first" name="先">{extensions(HIDING.format(form="wide", fields="secret:write, plain:write"))}</userTask>'
    second = f'<userTask id="second" name="后">{extensions(HIDING.format(form="wide", fields="secret:hidden, plain:read"))}</userTask>'
    files = {
        "hush.bpmn": process("hush", "保密", START, first, second, END, flows("start>first>second>end")),
        "wide.form": form("wide", ("textfield", "plain", False), ("textfield", "secret", False)),
    }
    engine.run(DeployPack(files), SYSTEM)
    begun = engine.run(StartInstance("hush"), ADMIN)
    task_id = f"{begun.instance_id}.{_open_number(engine, begun.instance_id)}"
    engine.run(CompleteTask(task_id, {"plain": "公开的话", "secret": "不可说"}), WANG)
    after = f"{begun.instance_id}.{_open_number(engine, begun.instance_id)}"
    page = around(engine, after, WANG)
    assert "不可说" not in repr(page)
    assert "公开的话" in repr(page.past)
    said = engine.read(TaskSaid(after, page.past[0].number), WANG)
    assert said.rights["secret"] == "hidden"


def test_what_the_analyst_marks_is_seen_at_a_glance(engine):
    marked = extensions('<zeebe:properties><zeebe:property name="tuoke.glance" value="secret, plain"/></zeebe:properties>')
    tasks = [
        f'<userTask id="{id}" name="{id}">{extensions(HIDING.format(form="wide", fields=fields))}</userTask>'
        for id, fields in (("first", "*:write"), ("second", "*:read"), ("third", "plain:read, *:hidden"))
    ]
    files = {
        "marks.bpmn": process("marks", "标记", marked, START, *tasks, END, flows("start>first>second>third>end")),
        "wide.form": form("wide", ("textfield", "plain", False), ("textfield", "secret", False), ("textfield", "other", False)),
    }
    engine.run(DeployPack(files), SYSTEM)
    begun, seen = engine.run(StartInstance("marks"), ADMIN), []
    for data in ({"plain": "公开", "secret": "秘密", "other": "别的"}, {}, None):
        task_id = f"{begun.instance_id}.{_open_number(engine, begun.instance_id)}"
        seen.append([(value.label, value.text) for value in around(engine, task_id, WANG).glance.values])
        if data is not None:
            engine.run(CompleteTask(task_id, data), WANG)
    assert seen == [[], [("secret", "秘密"), ("plain", "公开")], [("plain", "公开")]]


def _open_number(engine, instance_id):
    text = sa.text("SELECT activity_instance_id FROM work_items WHERE instance_id = :id AND state = 'open'")
    return engine.database.read(lambda connection: connection.execute(text, {"id": instance_id}).scalar_one())


def test_as_many_statements_after_two_thousand_events_as_after_ten(engine, statements):
    begun = engine.run(StartInstance("visit", {"customer": "甲公司"}), SUN)
    looks = []
    for number in range(16):
        task_id = f"{begun.instance_id}.{_open_number(engine, begun.instance_id)}"
        if number in (1, 15):
            looks.append(_look(engine, statements, task_id))
        engine.run(CompleteTask(task_id, {"aim": f"第 {number} 次"}), SUN)
        review = f"{begun.instance_id}.{_open_number(engine, begun.instance_id)}"
        engine.run(CompleteTask(review, {"ok": False}), LI)
    task_id = f"{begun.instance_id}.{_open_number(engine, begun.instance_id)}"
    _lengthen(engine, begun.instance_id, 2000)
    looks.append(_look(engine, statements, task_id))
    counts = [count for count, _, _ in looks]
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 20
    assert [steps for _, steps, _ in looks] == [2, 20, 20]
    assert [more for _, _, more in looks] == [False, True, True]


def _look(engine, statements, task_id):
    with statements() as seen:
        engine.read(TaskForm(task_id), SUN)
        page = engine.read(BackgroundOfTask(task_id), SUN)
    assert not [text for text in seen if "FROM events" in text and "work_items" not in text], seen
    return len(seen), len(page.past), page.more_past


def _lengthen(engine, instance_id, events):
    """Events of another kind, written past the engine: only their number matters here."""
    with engine.database.engine.begin() as connection:
        last = connection.execute(sa.text("SELECT max(sequence) FROM events WHERE instance_id = :id"), {"id": instance_id}).scalar_one()
        text = (
            "INSERT INTO events (instance_id, sequence, at, actor, kind, activity_instance_id, data, hash) "
            "SELECT :id, :last + n, now(), 'system', 'variables_changed', 0, '{}', '\\x00' FROM generate_series(1, :n) AS n"
        )
        connection.execute(sa.text(text), {"id": instance_id, "last": last, "n": events})
