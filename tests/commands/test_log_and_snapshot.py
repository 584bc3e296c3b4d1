"""After every command the event log, folded from the database, says the same as the snapshot, and executed again it comes out the same."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import SYSTEM, BroadcastSignal, ClaimTask, CompleteTask, CorrelateMessage, EngineError, StartInstance, TerminateInstance, UnclaimTask
from engine.audit.questions import ReexecuteInstance
from engine.bpmn.runtime import state_of
from engine.model.events import Fact
from engine.model.fold import fold
from engine.store.event_log import chain_breaks
from engine.store.instances import lock_instance
from engine.store.tables import Event, Incident, Job, Subscription, Timer, WorkItem
from tests.commands.people import ADMIN, LI, WANG

KEYS = ["visit", "plain", "mine", "later", "order", "audit", "watch", "enrol"]
MOVES = ["start", "complete", "complete", "claim", "unclaim", "message", "signal", "due", "terminate"]
VALUES = {"plan": {"aim": "看", "cost": "1.5"}, "review": {"ok": True}, "work": {"note": [1, {"a": None}]}}


def waits_in_tables(connection, instance_id):
    """Activity instance -> kind, as the rows say it."""
    numbers = [
        ("user_task", sa.select(WorkItem.activity_instance_id).where(WorkItem.instance_id == instance_id, WorkItem.state == "open")),
        ("timer", sa.select(Timer.activity_instance_id).where(Timer.instance_id == instance_id)),
        ("job", sa.select(Job.activity_instance_id).where(Job.instance_id == instance_id)),
        ("incident", sa.select(Incident.activity_instance_id).where(Incident.instance_id == instance_id, Incident.resolved_at.is_(None))),
    ]
    waits: dict[int, str] = {}
    for kind, statement in numbers:
        for number in connection.scalars(statement):
            assert number not in waits
            waits[number] = kind
    subscribed = sa.select(Subscription.activity_instance_id, Subscription.type).where(Subscription.instance_id == instance_id)
    return waits | {number: kind for number, kind in connection.execute(subscribed)}


def check(engine, instance_id):
    with engine.database.engine.begin() as connection:
        head = lock_instance(connection, instance_id)
        pack = engine._packs.get(connection, head.deployment_id, head.digest)
        rows = connection.execute(sa.select(*Event.__table__.c).where(Event.instance_id == instance_id).order_by(Event.sequence))
        folded = fold(Fact(row.kind, row.data, row.process_key, row.element_id, row.activity_instance_id) for row in rows)
        assert folded == state_of(pack, head.snapshot)
        assert dict(folded.waits) == waits_in_tables(connection, instance_id)
        assert folded.status == head.status
        assert chain_breaks(connection, instance_id) is None
    assert engine.read(ReexecuteInstance(instance_id), SYSTEM).zh == ""


def move(engine, draw, instances):
    """One thing that somebody or the clock does; None when it was refused."""
    kind = draw(st.sampled_from(MOVES))
    if kind == "start" or not instances:
        key = draw(st.sampled_from(KEYS))
        variables = {"customer": "甲"} if key == "visit" else {"order": "A", "code": draw(st.sampled_from(["1", "2", None])), "label": "x"}
        instances.append(engine.run(StartInstance(key, variables), ADMIN).instance_id)
    elif kind == "due":
        engine.run_due_jobs(engine.now() + timedelta(hours=2))
    elif kind == "message":
        engine.run(CorrelateMessage("payment", "A", {"paid": 1}, timedelta(minutes=5)), SYSTEM)
    elif kind == "signal":
        engine.run(BroadcastSignal("alarm", {"floor": 1}), SYSTEM)
    elif kind == "terminate":
        engine.run(TerminateInstance(draw(st.sampled_from(instances)), "停"), ADMIN)
    else:
        work_on_a_task(engine, draw, instances, kind)


def work_on_a_task(engine, draw, instances, kind):
    statement = sa.select(WorkItem).where(WorkItem.instance_id.in_(instances), WorkItem.state == "open")
    open_tasks = engine.database.read(lambda connection: connection.execute(statement.order_by(WorkItem.created_at, WorkItem.instance_id)).all())
    if open_tasks:
        task = draw(st.sampled_from(open_tasks))
        name = f"{task.instance_id}.{task.activity_instance_id}"
        actor = ADMIN if task.assignee == "admin" else draw(st.sampled_from([WANG, LI]))
        commands = {"complete": CompleteTask(name, VALUES[task.element_id]), "claim": ClaimTask(name), "unclaim": UnclaimTask(name)}
        engine.run(commands[kind], actor)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_happens_in_whatever_order(engine, data):
    instances: list[str] = []
    for _ in range(data.draw(st.integers(3, 14))):
        try:
            move(engine, data.draw, instances)
        except EngineError as refusal:
            assert refusal.code in ("instance_not_active", "no_such_task", "not_your_task", "task_already_claimed", "no_candidates")  # noqa: PT017
        for instance_id in instances:
            check(engine, instance_id)
