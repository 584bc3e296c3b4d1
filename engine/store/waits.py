"""Writes what an instance waits for, and what it throws."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.model.outcome import IncidentWait, JobWait, Outcome, SubscriptionWait, TimerWait
from engine.store import job_queue
from engine.store.database import Transaction
from engine.store.message_tables import Delivery
from engine.store.messages import buffered_for, delivery_row, key_of
from engine.store.rows import insert_rows
from engine.store.tables import Incident, Job, Subscription, Timer


def open_waits(tx: Transaction, instance_id: str, outcome: Outcome) -> list[job_queue.DeferredJob]:
    """Insert the waits and what was thrown; the jobs that will come back for them."""
    place = {"instance_id": instance_id}
    timers = [wait for wait in outcome.opened if isinstance(wait, TimerWait)]
    jobs = [wait for wait in outcome.opened if isinstance(wait, JobWait)]
    subscriptions = [wait for wait in outcome.opened if isinstance(wait, SubscriptionWait)]
    incidents = [wait for wait in outcome.opened if isinstance(wait, IncidentWait)]
    insert_rows(tx.connection, Timer, [{**place, **_common(wait), "due_at": wait.due_at} for wait in timers])
    insert_rows(tx.connection, Job, [{**place, **_common(wait), **_job(wait, tx.now)} for wait in jobs])
    insert_rows(tx.connection, Subscription, [{**place, **_common(wait), **_subscription(wait, tx.now)} for wait in subscriptions])
    insert_rows(
        tx.connection,
        Incident,
        [{**place, **_common(wait), "code": wait.code, "message": wait.message, "raised_at": tx.now} for wait in incidents],
    )
    deliveries = [
        delivery_row(tx, type=throw.type, name=throw.name, correlation_key=throw.correlation_key, data=dict(throw.values), source=instance_id)
        for throw in outcome.thrown
    ]
    messages = [wait for wait in subscriptions if wait.type == "message"]
    deliveries += buffered_for(tx, messages) if messages else []
    insert_rows(tx.connection, Delivery, deliveries)
    return [
        *(job_queue.fire_timer(instance_id, wait.activity_instance_id, wait.due_at) for wait in timers),
        *(job_queue.run_job(instance_id, wait.activity_instance_id) for wait in jobs),
        *(job_queue.deliver(row["id"]) for row in deliveries),
    ]


def _common(wait: TimerWait | JobWait | SubscriptionWait | IncidentWait) -> dict[str, Any]:
    return {"activity_instance_id": wait.activity_instance_id, "process_key": wait.process_key, "element_id": wait.element_id}


def _job(wait: JobWait, now: datetime) -> dict[str, Any]:
    fixed = {"type": wait.type, "headers": dict(wait.headers), "data": dict(wait.values)}
    return {**fixed, "retries": wait.retries, "attempts": 0, "due_at": now, "error": None}


def _subscription(wait: SubscriptionWait, now: datetime) -> dict[str, Any]:
    return {"type": wait.type, "name": wait.name, "correlation_key": key_of(wait.correlation_key), "opened_at": now}
