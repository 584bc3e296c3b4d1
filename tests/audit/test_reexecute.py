"""Instances run again from their logs: what happened comes out again, what was tampered with does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import (
    SYSTEM,
    AssignTask,
    BroadcastSignal,
    ClaimTask,
    CompleteJob,
    CompleteTask,
    CorrelateMessage,
    DeployPack,
    FailJob,
    NotAllowedError,
    NotFoundError,
    ProcessEngine,
    RetryIncident,
    SaveUser,
    StartInstance,
    TerminateInstance,
    UnclaimTask,
)
from engine.audit.questions import ReexecuteInstance, ReexecuteNext, VerifyInstance
from engine.audit.reexecute import reexecute
from engine.store.event_stream import logged_instance, stream_events
from tests.commands.packs import PACK
from tests.commands.people import ADMIN, LI, NOBODY, SUN, WANG


@pytest.fixture(scope="module")
def engine(database_url):
    engine = ProcessEngine.open(database_url)
    engine.run(DeployPack(PACK), SYSTEM)
    for person in (WANG, SUN, LI):
        engine.run(SaveUser(person.user_id, person.name, "a long password", tuple(person.groups)), SYSTEM)
    yield engine
    engine.close()


def start(engine, key, **variables):
    return engine.run(StartInstance(key, variables, f"K-{key}"), ADMIN).instance_id


def same(engine, *instances):
    """The instances come out the same; answers how many commands they took."""
    results = [engine.read(ReexecuteInstance(each), ADMIN) for each in instances]
    assert [each.zh for each in results] == [""] * len(instances)
    for result in results:
        assert result.events == engine.read(VerifyInstance(result.instance_id), ADMIN).events > 0
    return [each.commands for each in results]


def everything(engine):
    results, after = [], ""
    while found := engine.read(ReexecuteNext(after), SYSTEM):
        results += found
        after = found[-1].instance_id
    return results


def test_forms_claims_and_decisions(engine):
    visit = start(engine, "visit", customer="甲")
    engine.run(ClaimTask(f"{visit}.2"), WANG)
    engine.run(UnclaimTask(f"{visit}.2"), WANG)
    engine.run(ClaimTask(f"{visit}.2"), WANG)
    engine.run(AssignTask(f"{visit}.2", "sunlei", "休假"), WANG)
    engine.run(CompleteTask(f"{visit}.2", {"aim": "看", "cost": "1.50"}), SUN)
    engine.run(CompleteTask(f"{visit}.3", {"ok": True}), LI)
    assert same(engine, visit) == [7]


def test_values_of_every_kind(engine):
    nested = {"a": [1, None, {"$": "x"}], "span": timedelta(days=1, seconds=2)}
    plain = start(engine, "plain", n="1.10", big=10**30, text="一\n二", nested=nested, none=None)
    engine.run(CompleteTask(f"{plain}.2", {"rate": 0.1, "date": engine.now().date(), "at": engine.now(), "flag": True}), WANG)
    assert same(engine, plain) == [2]


def test_messages_signals_timers_and_ends(engine):
    order, watch, later, stopped = start(engine, "order", order="A"), start(engine, "watch"), start(engine, "later"), start(engine, "plain")
    engine.run(CorrelateMessage("payment", "A", {"paid": 1}), ADMIN)
    engine.run(BroadcastSignal("alarm", {"floor": 3}), ADMIN)
    engine.run_due_jobs(engine.now() + timedelta(hours=2))
    engine.run(TerminateInstance(stopped, "重复"), ADMIN)
    assert same(engine, order, watch, later, stopped) == [2, 2, 2, 2]


def test_instances_that_nobody_started(engine):
    claimed = engine.run(CorrelateMessage("claim", "C-1", {"amount": 5}), ADMIN).instance_id
    engine.run_due_jobs(engine.now() + timedelta(hours=3))
    assert same(engine, claimed) == [1]
    keys = engine.database.read(lambda connection: set(connection.scalars(sa.text("SELECT process_key FROM instances WHERE starter IS NULL"))))
    assert keys >= {"claim", "tick", "leave"}
    assert [each for each in everything(engine) if each.difference] == []


def test_connectors_are_not_called_again(engine):
    enrolled = start(engine, "enrol", code="X-1", label="甲")
    engine.run_due_jobs()
    before = engine.database.read(lambda connection: connection.scalar(sa.text("SELECT count(*) FROM record_changes")))
    assert same(engine, enrolled) == [3]
    assert engine.database.read(lambda connection: connection.scalar(sa.text("SELECT count(*) FROM record_changes"))) == before


def test_failures_and_retries(engine):
    enrolled = start(engine, "enrol", code="X-2", label="乙")
    engine.run(FailJob(enrolled, 2, "timeout", "不通", 1), SYSTEM)
    engine.run(FailJob(enrolled, 2, "timeout", "不通", 0), SYSTEM)
    engine.run(RetryIncident(enrolled, 2, {"label": "丙"}), ADMIN)
    engine.run(CompleteJob(enrolled, 2, {"records": [], "rate": 0.25}), SYSTEM)
    engine.run_due_jobs(engine.now() + timedelta(days=1))
    assert same(engine, enrolled) == [6]


def logged(engine, instance_id):
    """(instance, pack, events) as the database has them."""

    def read(connection):
        instance = logged_instance(connection, instance_id)
        return instance, engine._packs.get(connection, instance.deployment_id, instance.digest), list(stream_events(connection, [instance_id]))

    return engine.database.read(read)


@pytest.fixture(scope="module")
def visit(engine):
    instance_id = start(engine, "visit", customer="乙")
    engine.run(CompleteTask(f"{instance_id}.2", {"aim": "看", "cost": "1.50"}), WANG)
    return instance_id


def changed(events, place, **fields):
    return [each._replace(**fields) if each.sequence == place else each for each in events]


def place_of(events, kind):
    return next(each.sequence for each in events if each.kind == kind)


@pytest.mark.parametrize(
    "kind, field, value",
    [
        ("task_completed", "data", "{}"),
        ("task_opened", "element_id", "review"),
        ("variables_changed", "hash", b"x"),
        ("activity_left", "activity_instance_id", 9),
        ("activity_entered", "kind", "activity_left"),
        ("instance_started", "actor", "somebody"),
    ],
)
def test_an_event_that_says_something_else(engine, visit, kind, field, value):
    instance, pack, events = logged(engine, visit)
    place = place_of(events, kind)
    difference = reexecute(instance, pack, changed(events, place, **{field: value})).difference
    assert (difference.sequence, difference.field) == (place, field)


def test_a_recorded_input_that_was_changed(engine, visit):
    instance, pack, events = logged(engine, visit)
    place = place_of(events, "task_completed") - 1
    data = events[place - 1].data
    forged = reexecute(instance, pack, changed(events, place, data=data.replace("1.50", "9.50"))).difference
    assert (forged.sequence, forged.field) == (place, "hash")
    refused = reexecute(instance, pack, changed(events, place, data=data.replace("看", ""))).difference
    assert (refused.sequence, refused.field, refused.again.split(":")[0]) == (place, "input", "form_rejected")


@pytest.mark.parametrize("data", ['{"type":"Fly","arguments":{}}', "{}", '{"type":"CompleteTask","arguments":{}}', '{"type":"CompleteTask"}', "[]"])
def test_a_command_that_nobody_gave(engine, visit, data):
    instance, pack, events = logged(engine, visit)
    place = place_of(events, "task_completed") - 1
    difference = reexecute(instance, pack, changed(events, place, data=data)).difference
    assert (difference.sequence, difference.field) == (place, "input")


def test_events_too_few_and_too_many(engine, visit):
    instance, pack, events = logged(engine, visit)
    last = events[-1].sequence
    for wrong in (events[:-1], [*events, events[-1]._replace(sequence=last + 1)]):
        difference = reexecute(instance, pack, wrong).difference
        assert difference.field == "count"
        assert difference.sequence in (last, last + 1)
    first = reexecute(instance, pack, events[1:]).difference
    assert (first.sequence, first.field) == (1, "count")
    assert reexecute(instance, pack, []).difference.field == "count"


@pytest.mark.parametrize("field, value", [("title", "丙"), ("status", "completed"), ("outcome", "成功"), ("reason", "r"), ("snapshot", b"\x01")])
def test_a_row_that_says_something_else(engine, visit, field, value):
    instance, pack, events = logged(engine, visit)
    assert reexecute(replace(instance, **{field: value}), pack, events).difference.field == field


def test_rights(engine, visit):
    with pytest.raises(NotAllowedError, match="auditors_only"):
        engine.read(ReexecuteInstance(visit), WANG)
    with pytest.raises(NotAllowedError, match="auditors_only"):
        engine.read(ReexecuteNext(), WANG)
    assert engine.read(VerifyInstance(visit), WANG).found is None
    for who, what in ((NOBODY, visit), (ADMIN, "0" * 32), (ADMIN, "nothing"), (ADMIN, None)):
        with pytest.raises(NotFoundError):
            engine.read(VerifyInstance(what), who)
