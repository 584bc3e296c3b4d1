"""Taking a completion back: by whom, until when, what is left; with rivals on the real database, and executed again from its record."""

from __future__ import annotations

import pytest

from engine import (
    SYSTEM,
    ClaimTask,
    CompleteTask,
    DeployPack,
    EngineError,
    NotAllowedError,
    NotFoundError,
    NotWithdrawable,
    ReexecuteInstance,
    RunJob,
    SaveDraft,
    StartInstance,
    TaskNotOpen,
    UnclaimTask,
    WithdrawCompletion,
)
from engine.audit.verify import verify_chains
from engine.model.values import from_json
from engine.store.event_log import chain_breaks
from tests.commands.packs import END, PACK, START, caught, flows, message, process, service_task, timer, user_task
from tests.commands.people import ADMIN, LI, NOBODY, SUN, WANG
from tests.commands.rivals import compete, split
from tests.commands.test_statement_budget import Counted

CHECKED = process(
    "checked",
    "查重",
    START,
    user_task("ask", "登记", groups="sales"),
    service_task("find", "查重", "record.find", {"match": "{code: starter}"}, {}, recordType="customer"),
    user_task("work", "办理", groups="sales"),
    END,
    flows("start>ask>find>work>end"),
)
TOLD = process(
    "told",
    "告知",
    START,
    user_task("ask", "登记", groups="sales"),
    caught("intermediateThrowEvent", "pay", "付款", '<messageEventDefinition messageRef="m_payment"/>'),
    user_task("work", "办理", groups="sales"),
    END,
    flows("start>ask>pay>work>end"),
    roots=message("m_payment", "payment", "starter"),
)
BORDERED = process(
    "bordered",
    "限时",
    START,
    user_task("ask", "登记", groups="sales"),
    f'<boundaryEvent id="late" attachedToRef="ask" cancelActivity="false">{timer("Duration", "PT8H")}</boundaryEvent>',
    user_task("remind", "催办", groups="sales"),
    user_task("work", "办理", groups="sales"),
    END,
    '<endEvent id="reminded" name="催过"/>',
    flows("start>ask>work>end", "late>remind>reminded"),
)
BOTH = process(
    "both",
    "并行",
    START,
    '<parallelGateway id="fork" name="分"/>',
    user_task("left", "左", groups="sales"),
    user_task("right", "右", groups="经理"),
    '<parallelGateway id="join" name="合"/>',
    user_task("after", "之后", groups="sales"),
    END,
    flows("start>fork>left>join", "fork>right>join", "join>after>end"),
)
MORE = {"checked.bpmn": CHECKED, "told.bpmn": TOLD, "bordered.bpmn": BORDERED, "both.bpmn": BOTH}


@pytest.fixture(scope="module", autouse=True)
def deployed(engine):
    engine.run(DeployPack({**PACK, **MORE}), SYSTEM)


@pytest.fixture
def planned(engine):
    """A visit whose plan was completed: (instance id, completed task, next task)."""
    started = engine.run(StartInstance("visit", {"customer": "甲"}), WANG)
    engine.run(CompleteTask(started.next_task_id, {"aim": "回访", "cost": 5}), WANG)
    return started.instance_id, started.next_task_id, f"{started.instance_id}.3"


def sound(engine, instance_id):
    """The chain holds, the snapshot says what the events say, and the recorded commands give the same hashes again."""
    assert engine.database.read(lambda connection: chain_breaks(connection, instance_id)) is None
    broken = [each for each in verify_chains(engine.database, snapshots=True).breaks if each.instance_id == instance_id]
    assert broken == []
    assert engine.read(ReexecuteInstance(instance_id), ADMIN).difference is None


def reason_of(engine, task, actor=WANG):
    with pytest.raises(NotWithdrawable) as refused:
        engine.run(WithdrawCompletion(task), actor)
    return refused.value.details


def test_the_task_is_open_again_with_what_was_submitted(engine, rows, planned):
    instance_id, completed, following = planned
    withdrawn = engine.run(WithdrawCompletion(completed), WANG)
    states = dict(rows("SELECT activity_instance_id, state FROM work_items WHERE instance_id = :id", id=instance_id))
    numbers = [int(each.split(".")[1]) for each in (completed, following, withdrawn.task_id)]
    assert states == dict(zip(numbers, ("withdrawn", "cancelled", "open"), strict=True))
    [(assignee, groups)] = rows("SELECT assignee, candidate_groups FROM work_items WHERE instance_id = :id AND state = 'open'", id=instance_id)
    assert (assignee, groups) == ("wangfang", ["sales"])
    [(data,)] = rows("SELECT data FROM drafts WHERE instance_id = :id", id=instance_id)
    assert {name: from_json(value) for name, value in data.items()} == {"aim": "回访", "cost": 5}
    sound(engine, instance_id)
    done = engine.run(CompleteTask(withdrawn.task_id, {"aim": "新的"}), WANG)
    assert [task.element_name for task in done.opened] == ["审核计划"]
    sound(engine, instance_id)


def test_withdrawn_twice_and_again(engine, planned):
    instance_id, completed, _ = planned
    first = engine.run(WithdrawCompletion(completed), WANG)
    assert reason_of(engine, completed) == {"reason": "moved_on"}
    engine.run(CompleteTask(first.task_id, {"aim": "二"}), WANG)
    second = engine.run(WithdrawCompletion(first.task_id), WANG)
    assert second.task_id not in (first.task_id, completed)
    sound(engine, instance_id)


def test_only_whoever_completed_it(engine, planned):
    _, completed, _ = planned
    with pytest.raises(NotAllowedError):
        engine.run(WithdrawCompletion(completed), ADMIN)
    with pytest.raises(NotAllowedError):
        engine.run(WithdrawCompletion(completed), SUN)
    with pytest.raises(NotFoundError):
        engine.run(WithdrawCompletion(completed), NOBODY)
    with pytest.raises(NotFoundError):
        engine.run(WithdrawCompletion("x"), WANG)


def test_begun_is_begun_and_given_back_is_not(engine, planned):
    instance_id, completed, following = planned
    engine.run(ClaimTask(following), LI)
    details = reason_of(engine, completed)
    assert details["reason"] == "begun"
    engine.run(UnclaimTask(following), LI)
    engine.run(SaveDraft(following, {"opinion": "看过"}), LI)
    assert reason_of(engine, completed)["reason"] == "begun"
    engine.run(CompleteTask(following, {"ok": True}), LI)
    assert reason_of(engine, completed) == {"reason": "ended"}
    sound(engine, instance_id)


def test_given_back_can_still_be_withdrawn(engine, planned):
    instance_id, completed, following = planned
    engine.run(ClaimTask(following), LI)
    engine.run(UnclaimTask(following), LI)
    engine.run(WithdrawCompletion(completed), WANG)
    sound(engine, instance_id)


def test_a_job_that_has_not_run_is_cancelled_and_one_that_has_is_not(engine, rows):
    started = engine.run(StartInstance("checked"), ADMIN)
    task = f"{started.instance_id}.2"
    engine.run(CompleteTask(task, {}), WANG)
    again = engine.run(WithdrawCompletion(task), WANG)
    assert rows("SELECT 1 FROM jobs WHERE instance_id = :id", id=started.instance_id) == []
    sound(engine, started.instance_id)
    engine.run(CompleteTask(again.task_id, {}), WANG)
    [(number,)] = rows("SELECT activity_instance_id FROM jobs WHERE instance_id = :id", id=started.instance_id)
    assert engine.run(RunJob(started.instance_id, number), SYSTEM).state == "completed"
    assert reason_of(engine, again.task_id) == {"reason": "moved_on"}


def test_a_message_that_has_gone_out(engine):
    started = engine.run(StartInstance("told"), ADMIN)
    task = f"{started.instance_id}.2"
    engine.run(CompleteTask(task, {}), WANG)
    assert reason_of(engine, task) == {"reason": "effects"}


def test_the_timer_at_its_border_is_armed_as_it_was(engine, rows, clock):
    started = engine.run(StartInstance("bordered"), ADMIN)
    due = rows("SELECT due_at FROM timers WHERE instance_id = :id", id=started.instance_id)
    task = f"{started.instance_id}.2"
    engine.run(CompleteTask(task, {}), WANG)
    assert rows("SELECT 1 FROM timers WHERE instance_id = :id", id=started.instance_id) == []
    clock.move(hours=1)
    engine.run(WithdrawCompletion(task), WANG)
    assert rows("SELECT due_at FROM timers WHERE instance_id = :id", id=started.instance_id) == due
    sound(engine, started.instance_id)
    clock.move(hours=8)
    engine.run_due_jobs()
    still_open = rows("SELECT element_id FROM work_items WHERE instance_id = :id AND state = 'open' ORDER BY 1", id=started.instance_id)
    assert [name for (name,) in still_open] == [
        "ask",
        "remind",
    ]
    sound(engine, started.instance_id)


def test_beside_a_parallel_branch(engine, rows):
    """The other branch keeps its task and its claim; once it has moved, nothing can be taken back; a join that fired comes apart again."""
    started = engine.run(StartInstance("both"), ADMIN)
    named = "SELECT element_id, instance_id || '.' || activity_instance_id FROM work_items WHERE instance_id = :id"
    tasks = dict(rows(named, id=started.instance_id))
    engine.run(CompleteTask(tasks["left"], {}), WANG)
    engine.run(ClaimTask(tasks["right"]), LI)
    left = engine.run(WithdrawCompletion(tasks["left"]), WANG)
    assert rows("SELECT assignee FROM work_items WHERE instance_id = :id AND element_id = 'right'", id=started.instance_id) == [("liqiang",)]
    sound(engine, started.instance_id)
    engine.run(CompleteTask(left.task_id, {}), WANG)
    engine.run(CompleteTask(tasks["right"], {}), LI)
    assert reason_of(engine, left.task_id) == {"reason": "moved_on"}
    right = engine.run(WithdrawCompletion(tasks["right"]), LI)
    sound(engine, started.instance_id)
    done = engine.run(CompleteTask(right.task_id, {}), LI)
    assert [task.element_name for task in done.opened] == ["之后"]
    sound(engine, started.instance_id)


@pytest.mark.parametrize("rival", [ClaimTask, lambda task: CompleteTask(task, {"ok": True}), lambda task: SaveDraft(task, {"opinion": "x"})])
def test_against_whoever_begins_the_next(engine, rows, rival):
    for _ in range(5):
        started = engine.run(StartInstance("visit", {"customer": "乙"}), WANG)
        completed, following = started.next_task_id, f"{started.instance_id}.3"
        engine.run(CompleteTask(completed, {"aim": "回访"}), WANG)
        results, errors = split(compete(engine, [(WithdrawCompletion(completed), WANG), (rival(following), LI)]))
        assert len(results) == 1, errors
        assert isinstance(errors[0], (NotWithdrawable, TaskNotOpen)), errors
        assert len(rows("SELECT 1 FROM work_items WHERE instance_id = :id AND state = 'open'", id=started.instance_id)) <= 1
        sound(engine, started.instance_id)


def test_eight_clicks_withdraw_once(engine, planned):
    instance_id, completed, _ = planned
    results, errors = split(compete(engine, [(WithdrawCompletion(completed), WANG)] * 8))
    assert len(results) == 1
    assert all(isinstance(error, EngineError) and error.details == {"reason": "moved_on"} for error in errors)
    sound(engine, instance_id)


def test_how_often_it_speaks_to_the_database(engine, monkeypatch, planned):
    _, completed, _ = planned
    _, statements = Counted(monkeypatch).of(engine, WithdrawCompletion(completed), WANG)
    assert statements <= 13
