from __future__ import annotations

from datetime import timedelta

import pytest

from engine import (
    SYSTEM,
    CompleteJob,
    CompleteTask,
    FailJob,
    FireTimer,
    InputRejected,
    NotAllowedError,
    NotFoundError,
    RetryIncident,
    RunJob,
    SaveRecord,
    StartByTimer,
    StartInstance,
    TerminateInstance,
)
from tests.commands.people import ADMIN, WANG
from tests.owner import as_owner


def timer_of(rows, instance_id):
    return rows("SELECT activity_instance_id, due_at FROM timers WHERE instance_id = :id", id=instance_id)[0]


def job_of(rows, instance_id):
    return rows("SELECT activity_instance_id, retries, attempts, due_at, error FROM jobs WHERE instance_id = :id", id=instance_id)[0]


def start(engine, key, **variables):
    return engine.run(StartInstance(key, variables), ADMIN).instance_id


def test_a_timer_fires_when_it_is_due_and_once(engine, rows, clock):
    instance_id = start(engine, "later")
    number, due_at = timer_of(rows, instance_id)
    assert due_at == clock() + timedelta(hours=1)
    scheduled = rows("SELECT scheduled_at FROM procrastinate_jobs WHERE args ->> 'instance_id' = :id", id=instance_id)
    assert [row.scheduled_at for row in scheduled] == [due_at]
    assert engine.run_due_jobs() == 0
    clock.move(minutes=61)
    assert engine.run(FireTimer(instance_id, number, due_at - timedelta(seconds=1)), SYSTEM).fired is False
    assert engine.run(FireTimer(instance_id, number, due_at), SYSTEM).fired is True
    assert engine.run(FireTimer(instance_id, number, due_at), SYSTEM).fired is False
    assert len(rows("SELECT 1 FROM work_items WHERE instance_id = :id AND state = 'open'", id=instance_id)) == 1


def test_a_scheduler_whose_clock_is_ahead_is_believed(engine, rows, clock):
    instance_id = start(engine, "later")
    number, due_at = timer_of(rows, instance_id)
    clock.move(minutes=59)
    assert engine.run(FireTimer(instance_id, number, due_at), SYSTEM).fired is True


def test_a_timer_of_a_terminated_instance_does_nothing(engine, rows, clock):
    instance_id = start(engine, "later")
    number, due_at = timer_of(rows, instance_id)
    engine.run(TerminateInstance(instance_id, "x"), ADMIN)
    assert engine.run(FireTimer(instance_id, number, due_at), SYSTEM).fired is False
    assert engine.run(FireTimer("f" * 32, 1, due_at), SYSTEM).fired is False


def test_a_cycle_starts_instances(engine, rows, clock):
    def count():
        return rows("SELECT count(*) FROM instances WHERE process_key = 'tick'")[0][0]

    wait = rows("SELECT definition_id, element_id, due_at, remaining FROM start_waits WHERE type = 'timer'")[0]
    assert wait.remaining == 1
    clock.moment = wait.due_at
    assert engine.run(StartByTimer(wait.definition_id, wait.element_id, wait.due_at), SYSTEM).fired is True
    assert engine.run(StartByTimer(wait.definition_id, wait.element_id, wait.due_at), SYSTEM).fired is False
    assert count() == 1
    clock.moment = engine.next_due_at()
    engine.run_due_jobs()
    assert count() == 2
    assert rows("SELECT 1 FROM start_waits WHERE type = 'timer'") == []


def test_connectors_find_and_register_exactly_once(engine, rows):
    first = start(engine, "enrol", code="C-100", label="甲公司")
    assert engine.run_due_jobs() == 2
    second = start(engine, "enrol", code="c-１００ ", label="甲公司（新）")
    engine.run_due_jobs()
    records = rows("SELECT id, title, revision, instance_id, data, search FROM records")
    assert [(row.title, row.revision, row.instance_id) for row in records] == [("甲公司（新）", 2, first)]
    assert rows("SELECT status FROM instances WHERE id = :id", id=second)[0].status == "completed"
    found = rows("SELECT data FROM events WHERE instance_id = :id AND kind = 'variables_changed' ORDER BY sequence", id=second)
    assert any(row.data["changes"].get("before") == {"new": 1} for row in found)
    changes = rows("SELECT revision, instance_id, actor, reason, changes FROM record_changes ORDER BY id")
    assert [(row.revision, row.instance_id, row.reason) for row in changes] == [(1, first, "入册"), (2, second, "入册")]
    assert changes[1].changes["label"] == {"old": "甲公司", "new": "甲公司（新）"}


@pytest.mark.parametrize(
    ("code", "label", "expected"),
    [
        ("F-1", "红", ["F-1"]),
        ("Ｆ-1", " 红 ", ["F-1"]),
        (None, "红", ["F-1", "F-2"]),
        ("F-1", "绿", []),
        (None, "  ", []),
    ],
)
def test_records_are_found_by_all_fields_that_are_given(engine, rows, clock, code, label, expected):
    if not rows("SELECT 1 FROM record_keys WHERE value = 'f-1'"):
        for number in (1, 2):
            engine.run(SaveRecord("customer", None, {"code": f"F-{number}", "label": "红"}), ADMIN)
            clock.move(seconds=1)
    instance_id = start(engine, "search", code=code, label=label)
    engine.run_due_jobs()
    changed = rows("SELECT data FROM events WHERE instance_id = :id AND kind = 'variables_changed' ORDER BY sequence", id=instance_id)
    assert changed[-1].data["changes"]["found"] == {"new": expected}


def test_a_failing_job_is_tried_again_later_then_is_an_incident_then_retried(engine, rows, clock):
    instance_id = start(engine, "enrol", code="C-200", label=None)
    engine.run(RunJob(instance_id, job_of(rows, instance_id).activity_instance_id), SYSTEM)  # find
    number = job_of(rows, instance_id).activity_instance_id
    with engine.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE record_types SET settings = replace(settings::text, 'customer_record', 'lost_form')::json")
    tried = engine.run(RunJob(instance_id, number), SYSTEM)
    assert (tried.state, tried.retry_at) == ("retry", clock() + timedelta(seconds=10))
    assert job_of(rows, instance_id).retries == 1
    assert "lost_form" in job_of(rows, instance_id).error
    assert engine.run_due_jobs() == 0
    clock.move(seconds=10)
    assert engine.run_due_jobs() == 1
    incident = rows("SELECT activity_instance_id, code, resolved_at FROM incidents WHERE instance_id = :id", id=instance_id)[0]
    assert (incident.activity_instance_id, incident.code, incident.resolved_at) == (number, "no_such_form", None)
    assert engine.run(RunJob(instance_id, number), SYSTEM).state == "gone"
    with engine.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE record_types SET settings = replace(settings::text, 'lost_form', 'customer_record')::json")
    with pytest.raises(NotAllowedError):
        engine.run(RetryIncident(instance_id, number), WANG)
    with pytest.raises(NotFoundError):
        engine.run(RetryIncident(instance_id, number + 50), ADMIN)
    engine.run(RetryIncident(instance_id, number, {"label": "乙"}), ADMIN)
    engine.run_due_jobs()
    assert rows("SELECT status FROM instances WHERE id = :id", id=instance_id)[0].status == "completed"
    assert rows("SELECT resolved_by FROM incidents WHERE instance_id = :id", id=instance_id)[0].resolved_by == "admin"
    assert rows("SELECT title FROM records WHERE instance_id = :id", id=instance_id)[0].title == "乙"


def test_what_a_connector_did_before_it_failed_is_undone(engine, rows):
    """Two unique values that belong to two records: the connector fails after it has begun."""
    instance_id = start(engine, "enrol", code="C-300", label="x" * 10)
    engine.run(RunJob(instance_id, job_of(rows, instance_id).activity_instance_id), SYSTEM)
    number = job_of(rows, instance_id).activity_instance_id
    with as_owner(engine) as connection:
        connection.exec_driver_sql("ALTER TABLE record_changes ADD CONSTRAINT no_c300 CHECK (changes ->> 'code' NOT LIKE '%%C-300%%')")
    with pytest.raises(Exception, match="no_c300"):
        engine.run(RunJob(instance_id, number), SYSTEM)
    assert rows("SELECT 1 FROM records WHERE instance_id = :id", id=instance_id) == []
    with as_owner(engine) as connection:
        connection.exec_driver_sql("ALTER TABLE record_changes DROP CONSTRAINT no_c300")
    assert engine.run(RunJob(instance_id, number), SYSTEM).state == "completed"


def test_connectors_outside(engine, rows):
    instance_id = start(engine, "enrol", code="C-400", label="x")
    number = job_of(rows, instance_id).activity_instance_id
    assert engine.run(CompleteJob(instance_id, number, {"records": [1, 2]}), SYSTEM).state == "completed"
    assert engine.run(CompleteJob(instance_id, number), SYSTEM).state == "gone"
    number = job_of(rows, instance_id).activity_instance_id
    assert engine.run(FailJob(instance_id, number, "offline", "no answer", 1), SYSTEM).state == "retry"
    assert engine.run(FailJob(instance_id, number, "offline", "no answer", 0), SYSTEM).state == "incident"
    with pytest.raises(InputRejected):
        engine.run(FailJob(instance_id, number, "offline", "no answer", -1), SYSTEM)
    for command in (RunJob(instance_id, number), CompleteJob(instance_id, number), FailJob(instance_id, number, "a", "b", 0)):
        with pytest.raises(NotAllowedError):
            engine.run(command, ADMIN)


def test_the_next_due_time(engine, clock, rows):
    engine.run_due_jobs(clock() + timedelta(days=1))
    assert engine.next_due_at() is None
    start(engine, "later")
    assert engine.next_due_at() == clock() + timedelta(hours=1)
    assert engine.run_due_jobs(clock() + timedelta(hours=1)) == 1
    task = rows("SELECT instance_id || '.' || activity_instance_id FROM work_items WHERE state = 'open' ORDER BY created_at DESC LIMIT 1")[0][0]
    assert engine.run(CompleteTask(task, {}), WANG).status == "completed"
