from __future__ import annotations

from datetime import timedelta

import pytest

from engine import SYSTEM, BroadcastSignal, CorrelateMessage, Deliver, InputRejected, NotAllowedError, ProcessEngine, StartInstance
from tests.commands.people import ADMIN, LI, WANG


@pytest.fixture
def start(engine):
    def start(key, **variables):
        return engine.run(StartInstance(key, variables), ADMIN).instance_id

    return start


def status(rows, instance_id):
    return rows("SELECT status FROM instances WHERE id = :id", id=instance_id)[0].status


def test_a_message_reaches_the_one_that_waits_for_its_key(engine, rows, start):
    mine, other = start("order", order="A-1"), start("order", order="A-2")
    sent = engine.run(CorrelateMessage("payment", "A-1", {"amount": 5}), SYSTEM)
    assert (sent.instance_id, sent.deliveries, sent.buffered) == (mine, 0, False)
    assert (status(rows, mine), status(rows, other)) == ("completed", "active")
    received = rows("SELECT data FROM events WHERE instance_id = :id AND kind = 'message_received'", id=mine)
    assert received[0].data["values"] == {"amount": 5}


def test_nobody_waits(engine, rows):
    with pytest.raises(InputRejected) as refusal:
        engine.run(CorrelateMessage("payment", "nobody"), SYSTEM)
    assert refusal.value.code == "no_subscription"
    assert rows("SELECT 1 FROM buffered_messages WHERE correlation_key = 'nobody'") == []


def test_one_instance_of_a_process_has_it_the_one_that_waited_longest(engine, rows, clock, start):
    first = start("order", order="B-1")
    clock.move(seconds=1)
    second = start("order", order="B-1")
    assert engine.run(CorrelateMessage("payment", "B-1"), SYSTEM).instance_id == first
    assert (status(rows, first), status(rows, second)) == ("completed", "active")


def test_every_process_that_waits_has_it_once(engine, rows, start):
    order, audit = start("order", order="C-1"), start("audit", order="C-1")
    sent = engine.run(CorrelateMessage("payment", "C-1"), SYSTEM)
    assert sent.deliveries == 1
    engine.run_due_jobs()
    assert (status(rows, order), status(rows, audit)) == ("completed", "completed")


def test_a_message_waits_for_its_subscription_as_long_as_it_lives(engine, rows, clock, start):
    sent = engine.run(CorrelateMessage("payment", "D-1", time_to_live=timedelta(minutes=10)), SYSTEM)
    assert (sent.instance_id, sent.deliveries, sent.buffered) == (None, 0, True)
    clock.move(minutes=9)
    first = start("order", order="D-1")
    clock.move(seconds=1)
    second, audit = start("order", order="D-1"), start("audit", order="D-1")
    engine.run_due_jobs()
    assert [status(rows, each) for each in (first, second, audit)] == ["completed", "active", "completed"]
    clock.move(minutes=2)
    late = start("order", order="D-1")
    engine.run_due_jobs()
    assert status(rows, late) == "active"


def test_what_a_diagram_throws_arrives_also_when_its_receiver_comes_a_little_later(engine, rows, clock, start):
    waiting = start("order", order="T-1")
    start("payer", order="T-1")
    engine.run_due_jobs()
    assert status(rows, waiting) == "completed"
    start("payer", order="T-2")
    engine.run_due_jobs()
    clock.move(minutes=30)
    late = start("order", order="T-2")
    engine.run_due_jobs()
    assert status(rows, late) == "completed"


def test_a_key_too_long_for_an_index(engine, rows, start):
    one, other = start("order", order="字" * 5000 + "1"), start("order", order="字" * 5000 + "2")
    start("payer", order="字" * 5000 + "2")
    engine.run_due_jobs()
    assert (status(rows, one), status(rows, other)) == ("active", "completed")


def test_a_message_starts_a_process(engine, rows):
    sent = engine.run(CorrelateMessage("claim", "E-1", {"damage": "window"}), SYSTEM)
    head = rows("SELECT process_key, business_key, starter FROM instances WHERE id = :id", id=sent.instance_id)[0]
    assert tuple(head) == ("claim", "E-1", None)
    assert rows("SELECT 1 FROM work_items WHERE instance_id = :id AND state = 'open'", id=sent.instance_id) != []


def test_a_signal_wakes_everyone_and_starts_who_begins_with_it(engine, rows, start):
    waiting = [start("watch") for _ in range(3)]
    assert engine.run(BroadcastSignal("alarm", {"floor": 3}), SYSTEM).deliveries == 4
    assert [status(rows, each) for each in waiting] == ["active"] * 3
    assert engine.run_due_jobs() == 4
    assert [status(rows, each) for each in waiting] == ["completed"] * 3
    assert rows("SELECT count(*) FROM instances WHERE process_key = 'leave'")[0][0] == 1
    assert engine.run(BroadcastSignal("nothing"), SYSTEM).deliveries == 0


def test_a_delivery_happens_once(engine, rows, start):
    start("watch")
    engine.run(BroadcastSignal("alarm"), SYSTEM)
    ids = [row.id for row in rows("SELECT id FROM deliveries ORDER BY number")]
    assert engine.run(Deliver(ids[0]), SYSTEM).instance_id is not None
    assert engine.run(Deliver(ids[0]), SYSTEM).instance_id is None
    engine.run_due_jobs()


def test_each_delivery_has_a_job_of_the_same_transaction(engine, rows, start):
    start("watch")
    engine.run(BroadcastSignal("alarm"), SYSTEM)
    ids = {row.id for row in rows("SELECT id FROM deliveries")}
    jobs = rows("SELECT args ->> 'delivery_id' AS id FROM procrastinate_jobs WHERE task_name = 'deliver'")
    assert ids
    assert ids <= {row.id for row in jobs}
    engine.run_due_jobs()


@pytest.mark.parametrize("command", [CorrelateMessage("payment", "A"), BroadcastSignal("alarm"), Deliver("x")])
def test_staff_may_not(engine: ProcessEngine, command):
    for actor in (WANG, LI):
        with pytest.raises(NotAllowedError):
            engine.run(command, actor)


def test_bad_arguments(engine):
    for command, code in [
        (CorrelateMessage("", "A"), "required"),
        (CorrelateMessage("payment", "A", time_to_live=timedelta(days=-1)), "wrong_duration"),
        (CorrelateMessage("payment", "A\x00"), "bad_text"),
        (CorrelateMessage("payment", "A", {"starter": "me"}), "reserved_variable"),
        (BroadcastSignal("x" * 300), "too_long"),
    ]:
        with pytest.raises(InputRejected) as refusal:
            engine.run(command, SYSTEM)
        assert refusal.value.code == code
