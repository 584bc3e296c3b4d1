from __future__ import annotations

from decimal import Decimal

import pytest

from engine import (
    SYSTEM,
    AssignTask,
    ClaimTask,
    CompleteTask,
    ContentChanged,
    FormRejected,
    InputRejected,
    NotAllowedError,
    NotFoundError,
    SaveDraft,
    SaveUser,
    StartInstance,
    TaskAlreadyClaimed,
    TaskNotOpen,
    TerminateInstance,
    UnclaimTask,
)
from engine.bpmn.runtime import visible_variables
from engine.store.event_log import chain_breaks
from engine.store.instances import lock_instance
from engine.store.seen import form_digest, seen_digest
from tests.commands.people import ADMIN, LI, NOBODY, SUN, WANG


@pytest.fixture
def plan(engine):
    """An open task of the sales group: 制定计划."""
    started = engine.run(StartInstance("visit", {"customer": "甲公司"}), WANG)
    return started.next_task_id


def state_of_task(rows, task_id):
    instance_id, number = task_id.split(".")
    text = "SELECT state, assignee, closed_by, closed_at, claimed_at FROM work_items WHERE instance_id = :i AND activity_instance_id = :n"
    return rows(text, i=instance_id, n=int(number))[0]


def variables(engine, instance_id):
    def look(connection):
        head = lock_instance(connection, instance_id)
        pack = engine._packs.get(connection, head.deployment_id, head.digest)
        return visible_variables(pack, head.snapshot, 0)

    with engine.database.engine.begin() as connection:
        return look(connection)


def open_task(rows, instance_id):
    text = "SELECT activity_instance_id FROM work_items WHERE instance_id = :i AND state = 'open'"
    return f"{instance_id}.{rows(text, i=instance_id)[0][0]}"


def test_from_start_to_end(engine, rows, clock):
    started = engine.run(StartInstance("visit", {"customer": "甲公司"}, "HT-001"), WANG)
    assert [(task.element_name, task.who) for task in started.opened] == [("制定计划", "销售")]
    done = engine.run(CompleteTask(started.next_task_id, {"aim": "了解需求", "cost": "1,250.50"}), SUN)
    assert (done.status, done.outcome, done.next_task_id) == ("active", None, None)
    assert [(task.element_name, task.who) for task in done.opened] == [("审核计划", "经理")]
    assert variables(engine, started.instance_id)["cost"] == Decimal("1250.5")
    again = engine.run(CompleteTask(open_task(rows, started.instance_id), {"ok": False, "opinion": "太贵"}), LI)
    assert [task.element_name for task in again.opened] == ["制定计划"]
    revised = engine.run(CompleteTask(open_task(rows, started.instance_id), {"aim": "了解", "cost": 300}), WANG)
    assert revised.status == "active"
    ended = engine.run(CompleteTask(open_task(rows, started.instance_id), {"ok": True}), LI)
    assert (ended.status, ended.outcome, ended.opened) == ("completed", "完成", ())
    head = rows("SELECT * FROM instances WHERE id = :id", id=started.instance_id)[0]
    assert (head.business_key, head.title, head.status, head.outcome, head.end_element_id) == ("HT-001", "甲公司", "completed", "完成", "end")
    assert (head.started_by, head.starter, head.revision, head.ended_at) == ("wangfang", "wangfang", 5, clock())
    states = rows("SELECT element_id, state, closed_by FROM work_items WHERE instance_id = :id ORDER BY activity_instance_id", id=started.instance_id)
    assert [tuple(row) for row in states] == [
        ("plan", "completed", "sunlei"),
        ("review", "completed", "liqiang"),
        ("plan", "completed", "wangfang"),
        ("review", "completed", "liqiang"),
    ]
    part = rows("SELECT user_id FROM participations WHERE instance_id = :id ORDER BY 1", id=started.instance_id)
    assert [row[0] for row in part] == ["liqiang", "sunlei", "wangfang"]


def test_the_engine_says_who_started_what_and_when(engine, clock):
    started = engine.run(StartInstance("plain", {"note": "x"}, " K-1 "), WANG)
    known = variables(engine, started.instance_id)
    assert known == {"note": "x", "starter": "wangfang", "businessKey": "K-1", "startedAt": clock()}
    with pytest.raises(InputRejected) as refusal:
        engine.run(StartInstance("plain", {"starter": "liqiang"}), WANG)
    assert (refusal.value.code, refusal.value.details["field"]) == ("reserved_variable", "starter")


def test_every_command_is_in_the_log_and_the_chain_holds(engine, rows, plan):
    instance_id = plan.split(".")[0]
    engine.run(ClaimTask(plan), WANG)
    engine.run(UnclaimTask(plan), WANG)
    engine.run(CompleteTask(plan, {"aim": "看"}), WANG)
    events = rows("SELECT sequence, kind, actor, data FROM events WHERE instance_id = :id ORDER BY sequence", id=instance_id)
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    commands = [(event.data["type"], event.actor) for event in events if event.kind == "command"]
    assert commands == [("StartInstance", "wangfang"), ("ClaimTask", "wangfang"), ("UnclaimTask", "wangfang"), ("CompleteTask", "wangfang")]
    assert events[-1].kind != "command"
    completed = next(event for event in events if event.kind == "task_completed")
    assert completed.data["form_id"] == "visit_plan"
    assert len(completed.data["form_digest"]) == 64
    assert engine.database.read(lambda connection: chain_breaks(connection, instance_id)) is None


def test_claim_and_give_back(engine, rows, plan, clock):
    clock.move(minutes=5)
    claimed = engine.run(ClaimTask(plan), WANG)
    assert (claimed.assignee, claimed.at) == ("wangfang", clock())
    assert engine.run(ClaimTask(plan), WANG).at == clock()
    for command in (ClaimTask(plan), CompleteTask(plan, {"aim": "x"}), SaveDraft(plan, {"aim": "x"})):
        with pytest.raises(TaskAlreadyClaimed) as refusal:
            engine.run(command, SUN)
        assert refusal.value.details["assignee"] == "wangfang"
        assert refusal.value.details["at"] == clock().isoformat()
    with pytest.raises(NotAllowedError):
        engine.run(UnclaimTask(plan), SUN)
    assert engine.run(UnclaimTask(plan), WANG).assignee is None
    assert engine.run(UnclaimTask(plan), WANG).assignee is None
    assert engine.run(ClaimTask(plan), SUN).assignee == "sunlei"
    assert state_of_task(rows, plan).assignee == "sunlei"


def test_who_may_not_know_of_a_task_is_told_that_there_is_none(engine, plan):
    commands = [ClaimTask(plan), UnclaimTask(plan), AssignTask(plan, "wangfang"), CompleteTask(plan, {"aim": "x"}), SaveDraft(plan, {})]
    for command in commands:
        with pytest.raises(NotFoundError):
            engine.run(command, NOBODY)


def test_who_took_part_sees_the_task_and_may_not_do_it(engine, rows, plan):
    done = engine.run(CompleteTask(plan, {"aim": "x"}), WANG)
    review = open_task(rows, done.instance_id)
    with pytest.raises(NotAllowedError):
        engine.run(CompleteTask(review, {"ok": True}), WANG)
    with pytest.raises(NotAllowedError):
        engine.run(ClaimTask(review), WANG)
    with pytest.raises(NotFoundError):
        engine.run(CompleteTask(review, {"ok": True}), SUN)


def test_a_closed_task_says_who_closed_it_and_when(engine, plan, clock):
    engine.run(CompleteTask(plan, {"aim": "x"}), WANG)
    for command in (CompleteTask(plan, {"aim": "y"}), ClaimTask(plan), UnclaimTask(plan), SaveDraft(plan, {}), AssignTask(plan, "wangfang")):
        with pytest.raises(TaskNotOpen) as refusal:
            engine.run(command, SUN)
        assert refusal.value.details["state"] == "completed"
        assert (refusal.value.details["by"], refusal.value.details["at"]) == ("wangfang", clock().isoformat())


def test_assign(engine, rows, plan):
    engine.run(SaveUser("zhaomin", "赵敏", groups=["sales"]), SYSTEM)
    with pytest.raises(NotAllowedError):
        engine.run(AssignTask(plan, "zhaomin"), WANG)
    engine.run(ClaimTask(plan), WANG)
    with pytest.raises(InputRejected) as refusal:
        engine.run(AssignTask(plan, "ghost"), WANG)
    assert refusal.value.code == "unknown_user"
    given = engine.run(AssignTask(plan, "zhaomin", "休假"), WANG)
    assert given.assignee == "zhaomin"
    log = rows("SELECT data FROM events WHERE instance_id = :id AND kind = 'task_assigned'", id=plan.split(".")[0])
    assert log[0].data == {"assignee": "zhaomin", "previous": "wangfang", "reason": "休假"}
    engine.run(SaveUser("zhaomin", "赵敏", groups=["sales"], active=False), SYSTEM)
    with pytest.raises(InputRejected):
        engine.run(AssignTask(plan, "zhaomin"), ADMIN)


def test_a_task_for_one_person_cannot_be_given_back_to_nobody(engine):
    started = engine.run(StartInstance("mine"), WANG)
    with pytest.raises(InputRejected) as refusal:
        engine.run(UnclaimTask(started.next_task_id), WANG)
    assert refusal.value.code == "no_candidates"
    with pytest.raises(NotFoundError):
        engine.run(CompleteTask(started.next_task_id, {}), SUN)
    assert engine.run(CompleteTask(started.next_task_id, {"free": [1, {"a": True}]}), WANG).status == "completed"


def test_drafts_are_each_ones_own_and_stay_so_when_another_completes(engine, rows, plan):
    assert engine.run(SaveDraft(plan, {"aim": "half"}), WANG).revision == 1
    assert engine.run(SaveDraft(plan, {"aim": "more", "cost": "abc"}), WANG).revision == 2
    assert engine.run(SaveDraft(plan, {"aim": "other"}), SUN).revision == 1
    kept = rows("SELECT user_id, data FROM drafts WHERE instance_id = :id ORDER BY 1", id=plan.split(".")[0])
    assert [tuple(row) for row in kept] == [("sunlei", {"aim": "other"}), ("wangfang", {"aim": "more", "cost": "abc"})]
    engine.run(CompleteTask(plan, {"aim": "x"}), WANG)
    assert [row.user_id for row in rows("SELECT user_id FROM drafts WHERE instance_id = :id", id=plan.split(".")[0])] == ["sunlei"]


def test_the_form_decides_whoever_calls(engine, rows, plan):
    with pytest.raises(FormRejected) as refusal:
        engine.run(CompleteTask(plan, {"cost": "much", "forged": 1}), WANG)
    assert {"forged", "cost", "aim"} >= set(refusal.value.problems) >= {"forged"}
    with pytest.raises(FormRejected):
        engine.run(CompleteTask(plan, {"aim": "  "}), WANG)
    assert state_of_task(rows, plan).state == "open"
    with pytest.raises(FormRejected):
        engine.run(StartInstance("visit", {}), WANG)


def test_what_was_seen_must_still_be_there(engine, plan):
    instance_id, _ = plan.split(".")
    with engine.database.engine.begin() as connection:
        head = lock_instance(connection, instance_id)
        pack = engine._packs.get(connection, head.deployment_id, head.digest)
        scope = visible_variables(pack, head.snapshot, 2)
    digest = seen_digest(form_digest(pack.digest, pack.files, "visit_plan"), pack.forms["visit_plan"].keys, scope)
    with pytest.raises(ContentChanged):
        engine.run(CompleteTask(plan, {"aim": "x"}, "0" * 64), WANG)
    assert engine.run(CompleteTask(plan, {"aim": "x"}, digest), WANG).status == "active"


def test_who_may_start(engine):
    for actor in (LI, NOBODY):
        with pytest.raises(NotAllowedError):
            engine.run(StartInstance("visit", {"customer": "x"}), actor)
    assert engine.run(StartInstance("visit", {"customer": "x"}), ADMIN).next_task_id is None
    with pytest.raises(NotFoundError):
        engine.run(StartInstance("no_such"), ADMIN)
    with pytest.raises(InputRejected) as refusal:
        engine.run(StartInstance("leave"), ADMIN)
    assert refusal.value.code == "no_such_start"


def test_terminate(engine, rows, plan):
    instance_id = plan.split(".")[0]
    with pytest.raises(NotAllowedError):
        engine.run(TerminateInstance(instance_id, "x"), WANG)
    with pytest.raises(InputRejected):
        engine.run(TerminateInstance(instance_id, "  "), ADMIN)
    assert engine.run(TerminateInstance(instance_id, "客户撤回"), ADMIN).status == "terminated"
    head = rows("SELECT status, reason, ended_at FROM instances WHERE id = :id", id=instance_id)[0]
    assert (head.status, head.reason) == ("terminated", "客户撤回")
    with pytest.raises(TaskNotOpen) as refusal:
        engine.run(CompleteTask(plan, {"aim": "x"}), WANG)
    assert refusal.value.details["state"] == "cancelled"
    with pytest.raises(NotFoundError):
        engine.run(TerminateInstance("0" * 32, "x"), ADMIN)


def test_names_too_long_for_an_index(engine, rows):
    started = engine.run(StartInstance("named", {"who": "谁" * 5000}), ADMIN)
    assert rows("SELECT length(assignee) FROM work_items WHERE instance_id = :id", id=started.instance_id)[0][0] == 200
