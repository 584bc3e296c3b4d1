"""The recorded commands are enough: executed again from nothing they give the same events and the same hashes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from engine import SYSTEM, BroadcastSignal, ClaimTask, CompleteTask, CorrelateMessage, RunJob, StartInstance, TerminateInstance, forms
from engine.bpmn.runtime import InstanceContext, advance, visible_variables
from engine.model import stimuli
from engine.model.events import Fact
from engine.model.identity import parse_task_id
from engine.model.values import from_json
from engine.store.event_log import GENESIS, ChainEnd, Stamp, stamped
from engine.store.instances import lock_instance
from engine.store.seen import form_digest
from engine.store.tables import Event
from tests.commands.people import ADMIN, LI, SUN, WANG


def values_of(data):
    return {name: from_json(item) for name, item in data.items()}


def start_stimulus(pack, head, arguments):
    process = pack.processes[head.process_key]
    values = values_of(arguments["variables"]) if "variables" in arguments else {}
    if arguments["start_element_id"] is None:
        known = {"starter": head.starter, "businessKey": head.business_key, "startedAt": head.started_at}
        assignment = next(start for start in process.starts() if start.event is None or start.event.type == "none").assignment
        if assignment and assignment.form_id:
            values = forms.submit(pack.forms[assignment.form_id], values, scope=known, rights=assignment.field_rights, now=head.started_at)
    known = {"starter": head.starter, "businessKey": head.business_key, "startedAt": head.started_at}
    return stimuli.Start(values, arguments["start_element_id"], known)


def complete_stimulus(pack, snapshot, opened, arguments, at):
    number = parse_task_id(arguments["task_id"])[1]
    values, task = values_of(arguments["variables"]), opened[number]
    form_id = task.data["form_id"]
    if form_id is None:
        return stimuli.CompleteUserTask(number, values)
    assignment = pack.processes[task.process_key].elements[task.element_id].assignment
    scope = visible_variables(pack, snapshot, number)
    values = forms.submit(pack.forms[form_id], values, scope=scope, rights=assignment.field_rights, now=at)
    return stimuli.CompleteUserTask(number, values, {"form_id": form_id, "form_digest": form_digest(pack.digest, pack.files, form_id)})


def stimulus_of(pack, head, snapshot, opened, event):
    """(stimulus, now) of a recorded command, None when it does not move the runtime."""
    arguments, number = event.data["arguments"], event.data["arguments"].get("activity_instance_id", 0)
    kind = event.data["type"]
    if kind == "StartInstance":
        return start_stimulus(pack, head, arguments), event.at
    if kind == "CompleteTask":
        return complete_stimulus(pack, snapshot, opened, arguments, event.at), event.at
    if kind == "FireTimer":
        return stimuli.FireTimer(number), max(event.at, datetime.fromisoformat(arguments["due_at"]))
    others = {
        "CorrelateMessage": lambda: stimuli.ReceiveMessage(number, values_of(arguments["variables"])),
        "BroadcastSignal": lambda: stimuli.ReceiveSignal(number, values_of(arguments["variables"])),
        "CompleteJob": lambda: stimuli.CompleteJob(number, values_of(arguments["variables"])),
        "FailJob": lambda: stimuli.FailJob(number, arguments["code"], arguments["message"], arguments["retries"]),
        "RetryIncident": lambda: stimuli.RetryIncident(number, values_of(arguments["variables"])),
        "TerminateInstance": lambda: stimuli.Terminate(arguments["reason"]),
    }
    return (others[kind](), event.at) if kind in others else None


def again(engine, instance_id):
    """(recorded hashes, hashes of the re-execution)."""
    with engine.database.engine.begin() as connection:
        head = lock_instance(connection, instance_id)
        pack = engine._packs.get(connection, head.deployment_id, head.digest)
        recorded = connection.execute(sa.select(*Event.__table__.c).where(Event.instance_id == instance_id).order_by(Event.sequence)).all()
    context = InstanceContext(head.id, head.process_key, head.business_key, head.starter, head.version, head.deployment_id)
    end, snapshot = ChainEnd(0, GENESIS), None
    hashes: list[bytes] = []
    opened: dict[int, Fact] = {}
    for position, event in enumerate(recorded):
        if event.kind != "command":
            continue
        moved = stimulus_of(pack, head, snapshot, opened, event)
        if moved is None:
            fact = recorded[position + 1]
            facts = (Fact(fact.kind, fact.data, fact.process_key, fact.element_id, fact.activity_instance_id),)
        else:
            outcome = advance(pack, context, snapshot, *moved)
            snapshot, facts = outcome.snapshot, outcome.facts
        opened |= {fact.activity_instance_id: fact for fact in facts if fact.kind == "task_opened"}
        rows, end = stamped((Fact("command", event.data), *facts), end, Stamp(instance_id, event.at, event.actor))
        hashes += [row["hash"] for row in rows]
    assert snapshot == head.snapshot
    return [bytes(event.hash) for event in recorded], hashes


def visit(engine, rows, clock):
    started = engine.run(StartInstance("visit", {"customer": "甲"}, "K"), WANG)
    engine.run(ClaimTask(started.next_task_id), SUN)
    clock.move(minutes=3)
    engine.run(CompleteTask(started.next_task_id, {"aim": "看", "cost": "12.30"}), SUN)
    engine.run(CompleteTask(f"{started.instance_id}.3", {"ok": False, "opinion": "b"}), LI)
    task = rows("SELECT activity_instance_id FROM work_items WHERE instance_id = :id AND state = 'open'", id=started.instance_id)[0][0]
    engine.run(CompleteTask(f"{started.instance_id}.{task}", {"aim": "再看"}), WANG)
    return started.instance_id


def later(engine, rows, clock):
    started = engine.run(StartInstance("later"), WANG)
    engine.run_due_jobs(clock.move(hours=5))
    engine.run(TerminateInstance(started.instance_id, "停"), ADMIN)
    return started.instance_id


def enrol(engine, rows, clock):
    started = engine.run(StartInstance("enrol", {"code": "1", "label": {"z": 1, "a": [None, True]}}), WANG)
    engine.run(RunJob(started.instance_id, rows("SELECT activity_instance_id FROM jobs")[0][0]), SYSTEM)
    engine.run_due_jobs()
    return started.instance_id


def order(engine, rows, clock):
    started = engine.run(StartInstance("order", {"order": "A"}), WANG)
    engine.run(CorrelateMessage("payment", "A", {"amount": 1.5, "on": timedelta(days=1)}), SYSTEM)
    return started.instance_id


def watch(engine, rows, clock):
    started = engine.run(StartInstance("watch"), ADMIN)
    engine.run(BroadcastSignal("alarm", {"at": clock()}), SYSTEM)
    engine.run_due_jobs()
    return started.instance_id


def claim(engine, rows, clock):
    return engine.run(CorrelateMessage("claim", "C-1", {"damage": {"b": 1, "a": 2}}), SYSTEM).instance_id


def tick(engine, rows, clock):
    engine.run_due_jobs(clock.move(days=1))
    return rows("SELECT id FROM instances WHERE process_key = 'tick'")[0][0]


@pytest.mark.parametrize("live", [visit, later, enrol, order, watch, claim, tick])
def test_the_same_hashes(engine, rows, clock, live):
    recorded, executed = again(engine, live(engine, rows, clock))
    assert recorded
    assert executed == recorded
