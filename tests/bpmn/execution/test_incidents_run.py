"""Whatever can fail stands still, changes nothing, fails again when nothing was mended, and goes on when it was; nothing happens twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from engine.bpmn.runtime import step as step_module
from engine.model.outcome import IncidentWait
from engine.model.stimuli import SetVariables
from tests.bpmn.execution.driver import run
from tests.bpmn.execution.modeler import (
    TERMINATE,
    boundary,
    call,
    catch,
    end,
    flows,
    gateway,
    mapping,
    message,
    multiple,
    node,
    refers,
    repeated,
    script,
    start,
    sub,
    throw,
    timer,
    user,
    zeebe,
)

FUNCTION = "if bad = 5 then (function(x) x) else bad"  # a value that cannot be kept
Z = (user("z"), end())


def task(*more: str) -> str:
    return node("userTask", "g", extensions=zeebe("userTask") + "".join(more))


def reason() -> str:
    return zeebe("properties", zeebe("property", name="tuoke.reason", value="=bad"))


@dataclass(frozen=True)
class Case:
    """`bad` makes element `at` fail after `steps`; `good` mends it; `then` waits afterwards and `n` is 1 in the end, not 2."""

    bad: Any
    good: Any
    parts: tuple[str, ...]
    then: tuple[str, ...]
    at: str = "g"
    steps: tuple[str, ...] = ()
    definitions: str = ""
    variables: dict[str, Any] = field(default_factory=dict)


ONCE = {"n": 0}
COUNT = mapping({"n": "n + 1"})
CASES = {
    "exclusive condition": Case(5, True, (gateway("exclusive", "g", default="f_g_e2"), end("e2"), flows("s>g", "g>z:bad", "g>e2", "z>e")), ("z",)),
    "inclusive condition": Case(5, True, (gateway("inclusive", "g", default="f_g_e2"), end("e2"), flows("s>g", "g>z:bad", "g>e2", "z>e")), ("z",)),
    "no flow": Case(False, True, (gateway("exclusive", "g"), end("e2"), flows("s>g", "g>z:bad", "g>e2:not(bad) and bad", "z>e")), ("z",)),
    "activity condition": Case(
        5, True, (script("g", "n + 1", "n"), end("e2"), flows("s>g", "g>z:bad", "g>e2:not(bad)", "z>e")), ("z",), variables=ONCE
    ),
    "input": Case(5, 1, (user("g", io=mapping({"n": "n + 1", "f": FUNCTION})), flows("s>g>z>e")), ("g",), variables=ONCE),
    "assignee": Case([1], "li", (task(zeebe("assignmentDefinition", assignee="=bad"), COUNT), flows("s>g>z>e")), ("g",), variables=ONCE),
    "candidate groups": Case(5, ["staff"], (task(zeebe("assignmentDefinition", candidateGroups="=bad")), flows("s>g>z>e")), ("g",)),
    "candidate users": Case([5], "li, wang", (task(zeebe("assignmentDefinition", candidateUsers="=bad")), flows("s>g>z>e")), ("g",)),
    "due date": Case(
        "soon",
        "P1D",
        (user("g", more=zeebe("taskSchedule", dueDate="=bad")), boundary("b", "g", timer("PT1H")), end("e2"), flows("s>g>z>e", "b>e2")),
        ("b", "g"),
    ),
    "follow-up date": Case(5, "P1D", (user("g", more=zeebe("taskSchedule", followUpDate="=bad")), flows("s>g>z>e")), ("g",)),
    "priority": Case(5000, 5, (user("g", more=zeebe("priorityDefinition", priority="=bad")), flows("s>g>z>e")), ("g",)),
    "timer": Case("x", "PT1H", (catch("g", timer("=bad"), COUNT), flows("s>g>z>e")), ("g",), variables=ONCE),
    "second border timer": Case(
        "x",
        "PT1H",
        (
            user("g"),
            boundary("b1", "g", timer("PT5M"), False),
            boundary("b2", "g", timer("=bad")),
            end("e1"),
            end("e2"),
            flows("s>g>z>e", "b1>e1", "b2>e2"),
        ),
        ("b1", "b2", "g"),
    ),
    "second event of a gateway": Case(
        "x",
        "PT1H",
        (gateway("eventBased", "g"), catch("c1", timer("PT1H")), catch("c2", timer("=bad")), end("e1"), flows("s>g>c1>e1", "g>c2>z>e")),
        ("c1", "c2"),
    ),
    "collection": Case(5, [1], (user("g", multiple("bad")), flows("s>g>z>e")), ("g",)),
    "an item that cannot be kept": Case(5, 1, (user("g", multiple(f"[1, {FUNCTION}]")), flows("s>g>z>e")), ("g", "g")),
    "key of a catch event": Case(
        [1], "K", (catch("g", refers("message", "m_x"), COUNT), flows("s>g>z>e")), ("g",), definitions=message("x", "=bad"), variables=ONCE
    ),
    "no key at all": Case(
        None,
        "K",
        (node("receiveTask", "g", messageRef="m_x"), boundary("b", "g", timer("PT1H")), end("e2"), flows("s>g>z>e", "b>e2")),
        ("b", "g"),
        definitions=message("x", "=bad"),
    ),
    "key of a border event": Case(
        None,
        "K",
        (user("g"), boundary("b", "g", refers("message", "m_x")), end("e2"), flows("s>g>z>e", "b>e2")),
        ("b", "g"),
        definitions=message("x", "=bad"),
    ),
    "key of a thrown message": Case(
        [1], "K", (throw("g", refers("message", "m_x"), COUNT), flows("s>g>z>e")), ("z",), definitions=message("x", "=bad"), variables=ONCE
    ),
    "output": Case(
        5, 1, (user("g", io=mapping({}, {"n": "n + 1", "f": FUNCTION})), flows("s>g>z>e")), ("z",), steps=("g",), variables={"n": 0, "f": 0}
    ),
    "completion condition": Case(
        5, True, (user("g", multiple("items", "i", ("out", "i"), until="bad")), flows("s>g>z>e")), ("z",), steps=("g",), variables={"items": [1, 2]}
    ),
    "output element": Case(
        5, 1, (user("g", multiple("items", "i", ("out", FUNCTION))), flows("s>g>z>e")), ("z",), steps=("g",), variables={"items": [1]}
    ),
    "loop condition": Case(5, False, (script("g", "n + 1", "n", repeated("bad")), flows("s>g>z>e")), ("z",), variables=ONCE),
    "loop condition before": Case(5, False, (script("g", "n + 1", "n", repeated("bad", before=True)), flows("s>g>z>e")), ("z",), variables={"n": 1}),
    "decision": Case(
        1,
        9,
        (
            node("businessRuleTask", "g", extensions=zeebe("calledDecision", decisionId="grade", resultVariable="r") + mapping({"high": "bad"})),
            flows("s>g>z>e"),
        ),
        ("z",),
        variables={"score": 5, "low": 1},
    ),
    "script": Case(5, 1, (script("g", FUNCTION, "f"), flows("s>g>z>e")), ("z",)),
    "reason of a terminate end event": Case(
        [1],
        "ok",
        (gateway("parallel", "f"), user("y"), node("endEvent", "g", TERMINATE, extensions=reason()), flows("s>f>z>y>e", "f>w>g"), user("w")),
        (),
        steps=("w",),
    ),
    "input of a sub-process": Case(
        5,
        1,
        (sub("g", start("a"), user("i"), end("b"), flows("a>i>b"), io=mapping({"n": "n + 1", "f": FUNCTION})), flows("s>g>z>e")),
        ("i",),
        variables=ONCE,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_incident_retry_and_mending(name):
    case = CASES[name]
    drawn = run(start(), *Z, *case.parts, definitions=case.definitions, bad=case.bad, **case.variables)
    drawn.complete(*case.steps)
    before, waiting, thrown = drawn.variables(), drawn.open(), drawn.outcome.thrown
    assert f"!{case.at}" in waiting
    drawn.retry(case.at)
    assert (drawn.variables(), drawn.open(), thrown, drawn.outcome.thrown) == (before, waiting, (), ())
    drawn.retry(case.at, bad=case.good)
    assert drawn.open() == sorted(case.then)
    assert len(drawn.outcome.thrown) == ("thrown" in name)
    if "n" in case.variables and "thrown" not in name:
        assert max(each.get("n", 0) for each in (drawn.variables(), *(drawn.variables(id) for id in drawn.waits))) == 1


def test_a_terminate_end_event_that_cannot_say_why_has_cancelled_nobody():
    case = CASES["reason of a terminate end event"]
    drawn = run(start(), *Z, *case.parts, bad=[1])
    drawn.complete("w")
    assert drawn.open() == ["!g", "z"]
    drawn.retry("g", bad="so")
    assert (drawn.outcome.status, drawn.outcome.end.reason) == ("completed", "so")


def test_an_incident_on_one_branch_lets_the_others_go_on():
    drawn = run(
        start(), gateway("parallel", "f"), gateway("parallel", "j"), script("x", FUNCTION, "v"), user("u"), *Z, flows("s>f>x>j>z>e", "f>u>j"), bad=5
    )
    drawn.complete("u")
    assert drawn.open() == ["!x"]
    drawn.step(SetVariables({"bad": 1}))
    drawn.retry("x")
    assert drawn.open() == ["z"]


def test_mending_reaches_the_variable_that_the_failed_expression_sees():
    body = [start("a"), gateway("exclusive", "g", default="f_g_b2"), user("v"), end("b"), end("b2"), flows("a>g", "g>v:own", "v>b", "g>b2")]
    drawn = run(start(), sub("S", *body, io=mapping({"own": "5"})), *Z, flows("s>S>z>e"), own=1)
    assert drawn.open() == ["!g"]
    drawn.retry("g", own=True, new=1)
    assert drawn.open() == ["v"]
    assert drawn.variables() == {"own": 1, "new": 1}


def test_the_item_of_an_instance_can_be_mended():
    inputs = mapping({"item": "item * 10"})
    drawn = run(
        start(),
        user("g", multiple(output=("out", "item")), io=inputs, more=zeebe("priorityDefinition", priority="=item")),
        *Z,
        flows("s>g>z>e"),
        items=[99],
    )
    for _ in range(3):
        drawn.retry("g")
    drawn.retry("g", item=2)
    drawn.complete("g")
    assert drawn.variables() == {"items": [99], "out": [20]}


def test_a_border_event_takes_an_incident_away():
    body = sub("S", start("a"), script("x", FUNCTION, "v"), end("b"), flows("a>x>b"))
    drawn = run(start(), body, boundary("t", "S", timer("PT1H")), end("e2"), *Z, flows("s>S>z>e", "t>e2"), bad=5)
    assert drawn.open() == ["!x", "t"]
    drawn.complete("t")
    assert (drawn.outcome.status, drawn.ended) == ("completed", "e2")


def test_a_step_that_reached_its_limit_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr(step_module, "STEP_LIMIT", 200)
    body = sub("m", start("a"), script("x", "1", "q"), end("b"), flows("a>x>b"), multiple())
    drawn = run(start(), body, *Z, flows("s>m>z>e"), items=list(range(100)))
    rounds = 0
    while drawn.open() != ["z"]:
        (incident,) = drawn.waits.values()
        assert isinstance(incident, IncidentWait)
        drawn.retry(incident.element_id)
        rounds += 1
    assert 1 <= rounds <= 4
    assert drawn.completed().count("x") == 100


def test_too_many_tokens_stop_before_the_first_is_made(monkeypatch):
    monkeypatch.setattr(step_module, "TOKEN_LIMIT", 50)
    drawn = run(start(), user("g", multiple()), boundary("t", "g", timer("PT1H")), end("e2"), *Z, flows("s>g>z>e", "t>e2"), items=list(range(60)))
    assert drawn.open() == ["!g"]
    drawn.retry("g", items=[1, 2])
    assert drawn.open() == ["g", "g", "t"]


def test_a_border_event_happens_even_when_there_are_too_many_tokens(monkeypatch):
    drawn = run(
        start(),
        user("g", multiple()),
        boundary("t", "g", timer("PT1H"), False),
        user("late"),
        end("e2"),
        *Z,
        flows("s>g>z>e", "t>late>e2"),
        items=[1, 2],
    )
    monkeypatch.setattr(step_module, "TOKEN_LIMIT", 2)
    drawn.complete("t")
    assert drawn.open() == ["g", "g", "late"]


def test_recursion_without_end_stops_as_an_incident():
    drawn = run(
        start(), user("u"), gateway("exclusive", "x", default="f_x_e"), call("c", "p"), end("e"), end("e2"), flows("s>u>x", "x>c:true", "x>e", "c>e2")
    )
    for _ in range(40):
        if not any(each == "u" for each in drawn.open()):
            break
        drawn.complete("u")
    assert drawn.open() == ["!c"]
    assert drawn.waiting("c").code == "calls_too_deep"
