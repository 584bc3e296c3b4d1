"""Events of every sort, at the start, in the flow, on borders and at the end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.model.errors import DefinitionRejected, InputRejected, InstanceNotActive
from engine.model.stimuli import CompleteUserTask, FailJob, FireTimer, ReceiveMessage, Terminate, ThrowError
from tests.bpmn.execution.driver import NOON, Run, run
from tests.bpmn.execution.modeler import (
    boundary,
    catch,
    diagram,
    end,
    error,
    flows,
    gateway,
    mapping,
    message,
    process,
    refers,
    script,
    service,
    signal,
    start,
    sub,
    throw,
    timer,
    user,
)

HOUR = timedelta(hours=1)
NAMES = message("go") + signal("sig")


@pytest.mark.parametrize("first", ["s", "ms", "ss", "ts"])
def test_an_instance_may_begin_at_any_of_its_start_events(first):
    starts = [start(), start("ms", refers("message", "m_go")), start("ss", refers("signal", "s_sig")), start("ts", timer("R/PT1H", "timeCycle"))]
    ways = flows("s>g>u>e", "ms>g", "ss>g", "ts>g")
    drawn = run(*starts, gateway("exclusive", "g"), user("u"), end(), ways, definitions=NAMES, start_at=first)
    drawn.complete("u")
    assert drawn.completed() == [first, "g", "u", "e"]


def test_messages_and_signals_are_thrown_in_the_flow_and_at_the_end():
    parts = [throw("t", refers("message", "m_go"), mapping({"a": "1"})), gateway("parallel", "f"), end("em", refers("message", "m_go"))]
    drawn = run(start(), *parts, end("es", refers("signal", "s_sig")), flows("s>t>f>em", "f>es"), definitions=NAMES, key="K")
    assert [(each.type, each.name, each.correlation_key, dict(each.values)) for each in drawn.outcome.thrown] == [
        ("message", "go", "K", {"a": 1}),
        ("message", "go", "K", {}),
        ("signal", "sig", None, {}),
    ]
    assert (drawn.outcome.status, drawn.variables()) == ("completed", {"key": "K"})


def test_the_last_end_event_reached_names_the_outcome():
    drawn = run(start(), gateway("parallel", "f"), user("a"), user("b"), end("e1"), end("e2"), flows("s>f>a>e1", "f>b>e2"))
    drawn.complete("b")
    assert drawn.outcome.status == "active"
    drawn.complete("a")
    assert drawn.ended == "e1"


def border(host: str, *events: str) -> Run:
    """`host` with the events b1, b2, … on its border, each followed by a task h1, h2, …"""
    ways = [f"b{number}>h{number}>e{number}" for number in range(1, len(events) + 1)]
    handlers = [user(f"h{number}") + end(f"e{number}") for number in range(1, len(events) + 1)]
    return run(
        start(), host, *events, *handlers, end(), flows("s>H>e", *ways), definitions=message("x") + signal("y") + error("E1") + error("E2"), key="K"
    )


HOSTS = [
    user("H"),
    service("H"),
    sub("H", start("a"), gateway("parallel", "f"), user("i"), user("k"), end("c1"), end("c2"), flows("a>f>i>c1", "f>k>c2")),
]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("event", [timer("PT1H"), refers("message", "m_x"), refers("signal", "s_y")])
def test_interrupting_border_events(host, event):
    drawn = border(host, boundary("b1", "H", event), boundary("b2", "H", timer("PT2H")))
    drawn.complete("b1")
    assert drawn.open() == ["h1"]
    drawn.complete("h1")
    assert drawn.ended == "e1"


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("event", [timer("R/PT1H", "timeCycle"), refers("message", "m_x"), refers("signal", "s_y")])
def test_non_interrupting_border_events_happen_again_and_again(host, event):
    drawn = border(host, boundary("b1", "H", event, False))
    before = drawn.open()
    drawn.complete("b1", "b1")
    assert drawn.open() == sorted([*before, "h1", "h1"])


@pytest.mark.parametrize("code, opened", [("E1", ["h1"]), ("E2", ["h2"])])
def test_the_border_event_for_the_code_wins_over_the_one_for_all(code, opened):
    body = sub("H", start("a"), user("i"), end("b", refers("error", f"e_{code}")), flows("a>i>b"))
    drawn = border(body, boundary("b1", "H", refers("error", "e_E1")), boundary("b2", "H", refers("error")))
    drawn.complete("i")
    assert drawn.open() == opened


def test_a_job_may_throw_an_error_with_values():
    caught = boundary("b1", "H", refers("error", "e_E1"), io=mapping({}, {"why": "errorCode + errorMessage", "n": "count"}))
    drawn = border(service("H"), caught)
    drawn.step(ThrowError(drawn.id("H"), "E1", "!", {"count": 3}))
    assert (drawn.open(), drawn.variables()) == (["h1"], {"key": "K", "why": "E1!", "n": 3})


def test_an_error_that_nobody_catches_stands_still_and_throws_again():
    body = [sub("H", start("a"), user("i"), end("b", refers("error", "e_E2")), flows("a>i>b"))]
    drawn = border(body[0], boundary("b1", "H", refers("error", "e_E1")))
    drawn.complete("i")
    assert drawn.open() == ["!b"]
    drawn.retry("b")
    assert (drawn.open(), drawn.waiting("b").code) == (["!b"], "unhandled_error")


def test_messages_on_borders_of_sub_processes_use_their_inputs_and_outputs():
    body = [start("a"), user("u"), end("b"), flows("a>u>b")]
    events = [boundary("bm", "S", refers("message", "m_x"), False, mapping({}, {"got": "v"})), boundary("bs", "S", refers("signal", "s_y"))]
    ways = flows("s>S>e", "bm>h1>e1", "bs>h2>e2")
    names = message("x") + signal("y")
    drawn = run(
        start(), sub("S", *body, io=mapping({"key": '"in"'})), *events, user("h1"), user("h2"), end(), end("e1"), end("e2"), ways, definitions=names
    )
    assert drawn.waiting("bm").correlation_key == "in"
    drawn.complete("bm", v=1)
    drawn.complete("bm", v=2)
    drawn.complete("bs")
    assert (drawn.open(), drawn.variables()) == (["h1", "h1", "h2"], {"got": 2})


def test_a_border_timer_that_fired_is_not_armed_again_when_the_job_is_retried():
    drawn = border(service("H"), boundary("b1", "H", timer("PT1H"), False))
    drawn.pass_time(HOUR)
    drawn.step(FailJob(drawn.id("H"), "down", "", 0))
    drawn.retry("H")
    assert drawn.open() == ["H", "h1"]


# Late and doubled stimuli


def test_what_comes_too_late_is_refused():
    drawn = border(user("H"), boundary("b1", "H", timer("PT1H")), boundary("b2", "H", refers("message", "m_x"), False))
    task, clock, mail = drawn.id("H"), drawn.id("b1"), drawn.id("b2")
    drawn.complete("H")
    for stimulus in (FireTimer(clock), ReceiveMessage(mail, {}), CompleteUserTask(task, {})):
        with pytest.raises(InstanceNotActive):
            drawn.step(stimulus)


def test_a_message_is_taken_once():
    drawn = run(start(), catch("c", refers("message", "m_x")), user("u"), end(), flows("s>c>u>e"), definitions=message("x"), key="K")
    mail = drawn.id("c")
    drawn.step(ReceiveMessage(mail, {}))
    with pytest.raises(InputRejected):
        drawn.step(ReceiveMessage(mail, {}))
    with pytest.raises(InputRejected):
        drawn.step(FireTimer(drawn.id("u")))
    with pytest.raises(InputRejected):
        drawn.step(CompleteUserTask(0, {}))


def test_termination_from_outside_leaves_nothing_waiting():
    drawn = border(HOSTS[2], boundary("b1", "H", timer("PT1H")))
    drawn.step(Terminate("enough"))
    assert (drawn.outcome.status, drawn.open()) == ("terminated", [])
    with pytest.raises(InstanceNotActive):
        drawn.step(Terminate("again"))


# Timers


@pytest.mark.parametrize(
    "kind, text",
    [
        ("timeDuration", "P9999999999Y"),
        ("timeDuration", "PT99999999999999999999H"),
        ("timeDuration", "next week"),
        ("timeDuration", "P"),
        ("timeDuration", "PT"),
        ("timeDuration", ""),
        ("timeDate", "9999-99-99"),
        ("timeDate", "2026-13-01T00:00:00Z"),
        ("timeDate", "now"),
        ("timeCycle", "R/PT0S"),
        ("timeCycle", "R0/PT1H"),
        ("timeCycle", "R5/"),
        ("timeCycle", "R/P9999999999Y"),
        ("timeCycle", "PT"),
        ("timeCycle", None),
    ],
)
def test_absurd_times_are_incidents_that_a_good_value_mends(kind, text):
    drawn = run(start(), user("u"), boundary("b", "u", timer("=t", kind), False), end(), end("e2"), flows("s>u>e", "b>e2"), t=text)
    assert drawn.open() == ["!u"]
    drawn.retry("u", t={"timeDuration": "PT1H", "timeDate": "2026-11-23T13:00:00+08:00", "timeCycle": "R3/PT1H"}[kind])
    assert drawn.waiting("b").due_at == NOON + HOUR


def test_a_time_in_the_past_is_due_at_once():
    drawn = run(start(), catch("c", timer("2020-01-01T00:00:00Z", "timeDate")), end(), flows("s>c>e"))
    assert drawn.waiting("c").due_at < NOON
    drawn.pass_time(timedelta())
    assert drawn.ended == "e"


def test_a_counted_cycle_counts():
    drawn = border(user("H"), boundary("b1", "H", timer("R3/PT1H", "timeCycle"), False))
    drawn.pass_time(10 * HOUR)
    assert drawn.open() == ["H", "h1", "h1", "h1"]


def test_a_timer_in_a_loop_starts_anew_in_every_round():
    ways = flows("s>m>c>n>x", "x>m:n < 3", "x>e")
    drawn = run(
        start(),
        gateway("exclusive", "m"),
        catch("c", timer("PT1H")),
        script("n", "n + 1", "n"),
        gateway("exclusive", "x", default="f_x_e"),
        end(),
        ways,
        n=0,
    )
    drawn.pass_time(2 * HOUR)
    assert drawn.waiting("c").due_at == NOON + 3 * HOUR
    drawn.pass_time(HOUR)
    assert drawn.ended == "e"


def test_several_none_start_events_are_refused():
    with pytest.raises(DefinitionRejected) as refusal:
        Run(diagram(process(start(), start("s2"), user("u"), end(), flows("s>u>e", "s2>u"))))
    assert [found.element_id for found in refusal.value.findings if found.code == "bpmn_several_starts"] == ["s2"]
