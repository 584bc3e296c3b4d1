"""Timers, messages, signals, errors; on borders, in the flow, behind event-based gateways."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from engine.bpmn.elements import EventDefinition
from engine.bpmn.runtime import InstanceContext, advance
from engine.model.errors import InputRejected
from engine.model.fold import fold
from engine.model.stimuli import FailJob, FireTimer, ReceiveMessage, ReceiveSignal, RetryIncident, Start, ThrowError
from tests.bpmn.runtime.drawing import NOON, Drawing, Run, error, maps, message, pack, signal, timer

HOUR = timedelta(hours=1)


def with_boundary(event: EventDefinition, interrupting: bool = True, host: str = "user", **fields) -> Drawing:
    draw = Drawing("p")
    draw.chain(draw.start(), draw.user("a") if host == "user" else draw.job("a"), draw.end("end"))
    draw.boundary("late", "a", event, interrupting, **fields)
    draw.chain("late", draw.user("chase"), draw.end("chased"))
    return draw


def test_an_interrupting_timer_takes_the_task_away():
    run = Run(with_boundary(timer('duration("PT2H")')).model())
    assert run.open() == ["a", "late"]
    assert run.waiting("late").due_at == NOON + 2 * HOUR
    run.pass_time(HOUR)
    assert run.open() == ["a", "late"]
    run.pass_time(HOUR)
    assert run.open() == ["chase"]
    run.complete("chase")
    assert run.outcome.end.outcome == "chased"


def test_completing_the_task_disarms_its_timer():
    run = Run(with_boundary(timer('duration("PT2H")')).model())
    run.complete("a")
    assert (run.outcome.status, run.open()) == ("completed", [])


def test_a_non_interrupting_cycle_asks_again_and_again_while_the_task_is_open():
    run = Run(with_boundary(timer('"R/P7D"', "cycle"), interrupting=False).model())
    run.pass_time(timedelta(days=22))
    assert run.open() == ["a", "chase", "chase", "chase", "late"]
    run.complete("a")
    assert run.open() == ["chase", "chase", "chase"]


def test_a_counted_cycle_stops_after_its_count():
    run = Run(with_boundary(timer('"R2/PT1H"', "cycle"), interrupting=False).model())
    run.pass_time(5 * HOUR)
    assert run.open() == ["a", "chase", "chase"]


def test_missed_firings_are_not_made_up_for_in_a_burst():
    run = Run(with_boundary(timer('"R/PT1H"', "cycle"), interrupting=False).model())
    run.now = NOON + 10 * HOUR + timedelta(minutes=30)
    run.step(FireTimer(run.id("late")))
    assert run.open() == ["a", "chase", "late"]
    assert run.waiting("late").due_at == NOON + 11 * HOUR


@pytest.mark.parametrize("text", ['"R/PT0S"', '"R0/PT1H"', '"soon"', "null", '"R/P"', "5"])
def test_a_cycle_that_is_none_is_an_incident(text):
    run = Run(with_boundary(timer(text, "cycle"), interrupting=False).model())
    assert run.open() == ["!a"]


@pytest.mark.parametrize(
    "text, due",
    [
        ('"PT90M"', NOON + timedelta(minutes=90)),
        ('duration("P1M")', NOON.replace(month=12)),
        ('"P2W"', NOON + timedelta(days=14)),
    ],
)
def test_durations(text, due):
    run = Run(with_boundary(timer(text)).model())
    assert run.waiting("late").due_at == due


@pytest.mark.parametrize(
    "text, due",
    [
        ('"2026-12-01T08:00:00+08:00"', NOON.replace(month=12, day=1, hour=0)),
        ('date("2026-12-01")', NOON.replace(month=11, day=30, hour=16)),
        ('date and time("2026-12-01T12:00:00")', NOON.replace(month=12, day=1)),
    ],
)
def test_dates_without_zone_are_local(text, due):
    run = Run(with_boundary(timer(text, "date")).model())
    assert run.waiting("late").due_at == due


@pytest.mark.parametrize("text", ['"P9999999999Y"', '"P99999999D"', '"next week"', "null"])
def test_absurd_durations_are_incidents(text):
    assert Run(with_boundary(timer(text)).model()).open() == ["!a"]


def test_intermediate_timer_and_message_in_the_flow():
    draw = Drawing("p")
    catch = draw.add("intermediate_catch_event", "answer", event=message("answered", "order"), outputs=maps(price="amount * 2"))
    draw.chain(draw.start(), draw.add("intermediate_catch_event", "pause", event=timer('"PT1H"')), catch, draw.user("a"), draw.end())
    run = Run(draw.model(), order="C-7")
    run.pass_time(HOUR)
    assert run.waiting("answer").correlation_key == "C-7"
    run.step(ReceiveMessage(run.id("answer"), {"amount": Decimal(5)}))
    assert run.variables() == {"order": "C-7", "price": Decimal(10)}
    assert run.open() == ["a"]


def test_a_non_interrupting_message_can_come_more_than_once():
    run = Run(with_boundary(message("hurry", "k"), interrupting=False).model(), k="1")
    late = run.id("late")
    for _ in range(3):
        run.step(ReceiveMessage(late, {}))
    assert run.open() == ["a", "chase", "chase", "chase", "late"]


def test_a_non_interrupting_signal_can_come_more_than_once():
    run = Run(with_boundary(signal("alarm"), interrupting=False).model())
    run.step(ReceiveSignal(run.id("late"), {}))
    run.step(ReceiveSignal(run.id("late"), {}))
    assert run.open() == ["a", "chase", "chase", "late"]


def event_gateway() -> Drawing:
    draw = Drawing("p")
    draw.chain(draw.start(), draw.add("event_based_gateway", "which"))
    draw.chain("which", draw.add("intermediate_catch_event", "soon", event=timer('"PT1H"')), draw.user("after_soon"), draw.end("e1"))
    draw.chain("which", draw.add("intermediate_catch_event", "later", event=timer('"PT3H"')), draw.user("after_later"), draw.end("e2"))
    draw.chain("which", draw.add("receive_task", "reply", event=message("reply", "k")), draw.user("after_reply"), draw.end("e3"))
    draw.chain("which", draw.add("intermediate_catch_event", "alarm", event=signal("alarm")), draw.user("after_alarm"), draw.end("e4"))
    return draw


def test_event_based_gateway_the_first_event_wins():
    run = Run(event_gateway().model(), k="1")
    assert run.open() == ["alarm", "later", "reply", "soon"]
    assert run.waiting("soon").due_at != run.waiting("later").due_at
    run.step(ReceiveMessage(run.id("reply"), {"text": "yes"}))
    assert run.open() == ["after_reply"]
    assert run.variables()["text"] == "yes"
    entered = [(fact.element_id, fact.data["flow"]) for fact in run.facts if fact.kind == "activity_entered"]
    assert ("reply", "which->reply") in entered


@pytest.mark.parametrize("event, after", [("soon", "after_soon"), ("later", "after_later")])
def test_event_based_gateway_has_a_due_time_per_timer(event, after):
    run = Run(event_gateway().model(), k="1")
    run.step(FireTimer(run.id(event)))
    assert run.open() == [after]


def test_a_throw_event_sends_its_inputs():
    draw = Drawing("p")
    throw = draw.add("intermediate_throw_event", "tell", event=message("news", "key"), inputs=maps(text='"hello " + name'))
    draw.chain(draw.start(), throw, draw.add("end_event", "end", event=signal("over")))
    run = Run(draw.model(), name="Li", key="k1")
    assert [(each.type, each.name, each.correlation_key, each.values) for each in run.outcome.thrown] == [
        ("message", "news", "k1", {"text": "hello Li"}),
        ("signal", "over", None, {}),
    ]
    assert run.outcome.status == "completed"


# BPMN errors


def error_in_sub(boundary_codes: list[str | None], thrown: str = "E1") -> Drawing:
    draw = Drawing("p")
    draw.start()
    inner = draw.sub("sub")
    inner.chain(inner.start("in"), inner.user("a"), inner.add("end_event", "bad", event=error(thrown), inputs=maps(errorMessage='"because"')))
    draw.chain("start", "sub", draw.end("normal"))
    for code in boundary_codes:
        name = f"on_{code}"
        draw.boundary(name, "sub", error(code))
        draw.chain(name, draw.user(f"handle_{code}"), draw.end(f"end_{code}"))
    return draw


@pytest.mark.parametrize(
    "codes, handler", [(["E1", None], "handle_E1"), ([None, "E1"], "handle_E1"), ([None], "handle_None"), (["E2", None], "handle_None")]
)
def test_the_specific_error_event_wins_over_the_one_for_all(codes, handler):
    run = Run(error_in_sub(codes).model())
    run.complete("a")
    assert run.open() == [handler]


def test_an_uncaught_error_is_an_incident_not_a_normal_end():
    run = Run(error_in_sub(["E2"]).model())
    run.complete("a")
    assert run.open() == ["!bad"]
    assert run.waiting("bad").code == "unhandled_error"
    assert run.outcome.status == "active"


def test_a_connector_error_is_caught_on_the_task_itself_with_code_and_message():
    run = Run(with_boundary(error("full"), host="job", outputs=maps(problem='errorCode + ": " + errorMessage')).model())
    run.step(ThrowError(run.id("a"), "full", "no space", {}))
    assert run.open() == ["chase"]
    assert run.variables() == {"problem": "full: no space"}


def test_errors_pass_through_call_activities():
    child = Drawing("child")
    child.chain(child.start(), child.user("a"), child.add("end_event", "bad", event=error("E1")))
    draw = Drawing("p")
    draw.chain(draw.start(), draw.call("call", "child"), draw.end("end"))
    draw.boundary("caught", "call", error("E1"))
    draw.chain("caught", draw.user("mend"), draw.end("mended"))
    run = Run(draw.model(), child.model())
    run.complete("a")
    assert run.open() == ["mend"]


def test_a_failed_job_becomes_an_incident_when_no_retries_are_left():
    run = Run(with_boundary(timer('"PT2H"'), host="job").model())
    job = run.id("a")
    run.step(FailJob(job, "connector_error", "unreachable", 1))
    assert run.open() == ["a", "late"]
    run.step(FailJob(job, "connector_error", "unreachable", 0))
    assert run.open() == ["!a", "late"]
    run.step(RetryIncident(job))
    assert run.open() == ["a", "late"]
    run.complete("a", answer=1)
    assert run.outcome.status == "completed"


def test_a_fired_timer_does_not_fire_twice():
    run = Run(with_boundary(timer('"PT2H"')).model())
    late = run.id("late")
    run.step(FireTimer(late))
    with pytest.raises(InputRejected):
        run.step(FireTimer(late))


def test_a_message_start_event_with_output_mappings_passes_on_only_what_they_choose():
    draw = Drawing("p")
    draw.chain(draw.start(event=message("order"), outputs=maps(total="amount * 2")), draw.user("a"), draw.end())
    outcome = advance(
        pack(draw.model()), InstanceContext("i", "p"), None, Start({"amount": Decimal(4), "noise": "x"}, "start", {"starter": None}), NOON
    )
    state = fold(outcome.facts)
    assert state.variables == {0: {"starter": None, "total": 8}}
    assert [token.element_id for token in state.tokens.values()] == ["a"]


def test_a_message_start_event_without_them_passes_on_everything():
    draw = Drawing("p")
    draw.chain(draw.start(event=message("order")), draw.user("a"), draw.end())
    outcome = advance(pack(draw.model()), InstanceContext("i", "p"), None, Start({"amount": Decimal(4)}, "start"), NOON)
    assert fold(outcome.facts).variables == {0: {"amount": 4}}
