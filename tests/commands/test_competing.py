"""Rivals on real PostgreSQL, in threads: one wins, the others are told who and when; strangers never disturb each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from engine import (
    SYSTEM,
    Actor,
    AssignTask,
    BroadcastSignal,
    ClaimTask,
    CompleteTask,
    CorrelateMessage,
    Deliver,
    DeployPack,
    FireTimer,
    InputRejected,
    InstanceNotActive,
    RetryIncident,
    RunJob,
    SaveDraft,
    SaveRecord,
    SaveUser,
    StaleRevision,
    StartByTimer,
    StartInstance,
    TaskAlreadyClaimed,
    TaskNotOpen,
    TerminateInstance,
    UnclaimTask,
)
from engine.store.event_log import chain_breaks
from tests.commands.packs import PACK, PLAIN
from tests.commands.people import ADMIN, LI, WANG
from tests.commands.rivals import compete, split

RIVALS = 8
ROUNDS = 5
PEOPLE = [Actor(f"seller{number}", f"销售{number}", frozenset({"sales"})) for number in range(20)]


def new(engine, key: str, **variables: object) -> str:
    return engine.run(StartInstance(key, variables), ADMIN).instance_id


def sound(engine, rows: Callable[..., Any], instance_id: str) -> bool:
    """The chain holds, and no event or task is there twice."""
    twice = rows("SELECT 1 FROM events WHERE instance_id = :id AND kind = 'instance_completed' OFFSET 1", id=instance_id)
    return engine.database.read(lambda connection: chain_breaks(connection, instance_id)) is None and not twice


@pytest.mark.parametrize("round_number", range(ROUNDS))
def test_eight_people_complete_the_same_task(engine, rows, clock, round_number):
    instance_id = new(engine, "plain")
    outcomes = compete(engine, [(CompleteTask(f"{instance_id}.2", {"by": person.user_id}), person) for person in PEOPLE[:RIVALS]])
    won, lost = split(outcomes)
    assert len(won) == 1
    winner = PEOPLE[outcomes.index(won[0])]
    for error in lost:
        assert isinstance(error, TaskNotOpen)
        assert (error.details["by"], error.details["at"]) == (winner.user_id, clock().isoformat())
    assert len(rows("SELECT 1 FROM events WHERE instance_id = :id AND kind = 'task_completed'", id=instance_id)) == 1
    assert sound(engine, rows, instance_id)


@pytest.mark.parametrize("round_number", range(ROUNDS))
def test_eight_people_claim_the_same_task(engine, rows, clock, round_number):
    instance_id = new(engine, "plain")
    won, lost = split(compete(engine, [(ClaimTask(f"{instance_id}.2"), person) for person in PEOPLE[:RIVALS]]))
    assert len(won) == 1
    for error in lost:
        assert isinstance(error, TaskAlreadyClaimed)
        assert (error.details["assignee"], error.details["at"]) == (won[0].assignee, clock().isoformat())
    assert sound(engine, rows, instance_id)


def test_twenty_people_on_different_instances(engine, rows):
    ids = [new(engine, "plain") for _ in PEOPLE]
    won, lost = split(compete(engine, [(CompleteTask(f"{each}.2", {}), person) for each, person in zip(ids, PEOPLE, strict=True)]))
    assert (len(won), lost) == (20, [])
    assert all(result.status == "completed" for result in won)


def test_twenty_people_start_the_same_process(engine, rows):
    won, lost = split(compete(engine, [(StartInstance("visit", {"customer": person.name}), person) for person in PEOPLE]))
    assert (len({result.instance_id for result in won}), lost) == (20, [])


@pytest.mark.parametrize("round_number", range(ROUNDS))
def test_claim_give_back_assign_draft_complete_terminate_at_once(engine, rows, round_number):
    engine.run(SaveUser("seller3", "销售3"), SYSTEM)
    task = f"{new(engine, 'plain')}.2"
    engine.run(ClaimTask(task), PEOPLE[0])
    commands = [
        (UnclaimTask(task), PEOPLE[0]),
        (AssignTask(task, "seller3"), ADMIN),
        (SaveDraft(task, {"a": 1}), PEOPLE[0]),
        (CompleteTask(task, {"a": 2}), PEOPLE[0]),
        (ClaimTask(task), PEOPLE[1]),
        (TerminateInstance(task.split(".")[0], "停"), ADMIN),
    ]
    _, lost = split(compete(engine, commands))
    allowed = ("task_not_open", "task_already_claimed", "not_your_task", "instance_not_active")
    assert [error.code for error in lost if error.code not in allowed] == []
    assert sound(engine, rows, task.split(".")[0])
    status = rows("SELECT status FROM instances WHERE id = :id", id=task.split(".")[0])[0].status
    assert status in ("completed", "terminated")


def test_a_timer_fires_once(engine, rows, clock):
    instance_id = new(engine, "later")
    number, due_at = rows("SELECT activity_instance_id, due_at FROM timers WHERE instance_id = :id", id=instance_id)[0]
    won, lost = split(compete(engine, [(FireTimer(instance_id, number, due_at), SYSTEM)] * RIVALS))
    assert (sorted(result.fired for result in won), lost) == ([False] * (RIVALS - 1) + [True], [])
    assert sound(engine, rows, instance_id)


def test_a_timer_start_event_starts_once(engine, rows):
    wait = rows("SELECT definition_id, element_id, due_at FROM start_waits WHERE type = 'timer'")[0]
    won, lost = split(compete(engine, [(StartByTimer(wait.definition_id, wait.element_id, wait.due_at), SYSTEM)] * RIVALS))
    assert (sum(result.fired for result in won), lost) == (1, [])
    assert rows("SELECT count(*) FROM instances WHERE process_key = 'tick'")[0][0] == 1


def test_a_job_runs_once(engine, rows):
    instance_id = new(engine, "enrol", code="R-1", label="x")
    number = rows("SELECT activity_instance_id FROM jobs WHERE instance_id = :id", id=instance_id)[0][0]
    won, lost = split(compete(engine, [(RunJob(instance_id, number), SYSTEM)] * RIVALS))
    assert (sorted(result.state for result in won), lost) == (["completed"] + ["gone"] * (RIVALS - 1), [])
    assert sound(engine, rows, instance_id)


def test_the_same_customer_registered_by_eight_instances_is_one_record(engine, rows):
    ids = [new(engine, "enrol", code="R-8", label=f"名称{number}") for number in range(RIVALS)]
    for _ in range(2):
        jobs = [rows("SELECT instance_id, activity_instance_id FROM jobs WHERE instance_id = :id", id=each)[0] for each in ids]
        won, lost = split(compete(engine, [(RunJob(*job), SYSTEM) for job in jobs]))
        assert ([result.state for result in won], lost) == (["completed"] * RIVALS, [])
    kept = rows("SELECT revision FROM records JOIN record_keys ON record_id = id WHERE value = 'r-8'")
    assert [row.revision for row in kept] == [RIVALS]


def test_a_record_changed_by_hand_by_eight(engine, rows):
    made = engine.run(SaveRecord("customer", None, {"code": "H-1", "label": "0"}), LI)
    won, lost = split(compete(engine, [(SaveRecord("customer", made.record_id, {"label": str(n)}, "", 1), LI) for n in range(1, RIVALS + 1)]))
    assert len(won) == 1
    assert all(isinstance(error, StaleRevision) for error in lost)
    won, lost = split(compete(engine, [(SaveRecord("customer", None, {"code": "H-2"}), LI)] * RIVALS))
    assert len(won) == 1
    assert {error.code for error in lost} == {"record_exists"}


def test_a_message_sent_by_eight_for_one_that_waits(engine, rows):
    instance_id = new(engine, "order", order="M-1")
    won, lost = split(compete(engine, [(CorrelateMessage("payment", "M-1"), SYSTEM)] * RIVALS))
    engine.run_due_jobs()
    assert sum(result.instance_id == instance_id for result in won) == 1
    assert all(isinstance(error, InputRejected) for error in lost)
    assert sound(engine, rows, instance_id)


@pytest.mark.parametrize("round_number", range(ROUNDS))
def test_a_message_and_its_subscription_at_the_same_moment_always_meet(engine, rows, round_number):
    key = f"N-{round_number}"
    pairs: list[tuple[Any, Actor]] = [(StartInstance("order", {"order": key}), WANG), (StartInstance("audit", {"order": key}), ADMIN)]
    won, lost = split(compete(engine, [*pairs, (CorrelateMessage("payment", key, time_to_live=timedelta(hours=1)), SYSTEM)]))
    assert (len(won), lost) == (3, [])
    engine.run_due_jobs()
    states = rows("SELECT process_key, status FROM instances WHERE id IN (:a, :b) ORDER BY 1", a=won[0].instance_id, b=won[1].instance_id)
    assert [tuple(row) for row in states] == [("audit", "completed"), ("order", "completed")]


def test_a_delivery_arrives_once(engine, rows):
    instance_id = new(engine, "watch")
    engine.run(BroadcastSignal("alarm"), SYSTEM)
    deliveries = rows("SELECT id FROM deliveries WHERE target_instance_id = :id", id=instance_id)
    won, lost = split(compete(engine, [(Deliver(deliveries[0].id), SYSTEM)] * RIVALS))
    assert (sum(result.instance_id == instance_id for result in won), lost) == (1, [])
    engine.run_due_jobs()
    assert sound(engine, rows, instance_id)


def test_two_signals_wake_an_instance_once(engine, rows):
    instance_id = new(engine, "watch")
    _, lost = split(compete(engine, [(BroadcastSignal("alarm"), SYSTEM)] * 2))
    engine.run_due_jobs()
    assert lost == []
    assert sound(engine, rows, instance_id)


def test_an_incident_is_retried_once(engine, rows):
    instance_id = new(engine, "enrol", code=None, label="x")
    with engine.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE jobs SET retries = 1, type = 'unknown' WHERE instance_id = %s", (instance_id,))
    engine.run_due_jobs()
    number = rows("SELECT activity_instance_id FROM incidents WHERE instance_id = :id", id=instance_id)[0][0]
    won, lost = split(compete(engine, [(RetryIncident(instance_id, number), ADMIN)] * RIVALS))
    assert (len(won), {error.code for error in lost}) == (1, {"no_such_incident"})


def test_eight_administrators_terminate(engine, rows):
    instance_id = new(engine, "plain")
    won, lost = split(compete(engine, [(TerminateInstance(instance_id, "停"), ADMIN)] * RIVALS))
    assert len(won) == 1
    assert all(isinstance(error, InstanceNotActive) for error in lost)


def test_eight_deployments_of_the_same_files(engine, rows):
    files = {**PACK, "plain.bpmn": PLAIN.replace("办理".encode(), "处理".encode())}
    won, lost = split(compete(engine, [(DeployPack(files), SYSTEM)] * RIVALS))
    assert lost == []
    assert sorted(result.unchanged for result in won) == [False] + [True] * (RIVALS - 1)
    assert len({result.id for result in won}) == 1
    engine.run(DeployPack(PACK), SYSTEM)


def test_eight_accounts_of_one_name(engine, rows):
    won, lost = split(compete(engine, [(SaveUser("rival", "同名", groups=["sales"]), SYSTEM)] * RIVALS))
    assert (sum(result.created for result in won), lost) == (1, [])
    assert len(rows("SELECT 1 FROM memberships WHERE user_id = 'rival'")) == 1


