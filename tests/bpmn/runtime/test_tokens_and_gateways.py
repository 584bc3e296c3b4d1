"""Flows, gateways and joins."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.bpmn.elements import EventDefinition
from engine.model.errors import InputRejected, InstanceNotActive
from engine.model.stimuli import CompleteUserTask, RetryIncident, SetVariables, Terminate
from tests.bpmn.runtime.drawing import Drawing, Run


def test_a_line_of_tasks_ends_with_the_name_of_its_end_event():
    draw = Drawing("p")
    draw.chain(draw.start(), draw.user("a"), draw.script("s", "x + 1", "y"), draw.end("done", properties={"tuoke.reason": '="y is " + string(y)'}))
    run = Run(draw.model(title='"No. " + string(x)'), x=1)
    assert run.open() == ["a"]
    assert run.outcome.title == "No. 1"
    assert run.waiting("a").candidate_groups == ("staff",)
    run.complete("a", x=4)
    assert (run.outcome.status, run.outcome.end.outcome, run.outcome.end.reason) == ("completed", "done", "y is 5")
    assert run.variables() == {"x": Decimal(4), "y": Decimal(5)}
    assert run.completed() == ["start", "a", "s", "done"]


def test_elements_may_carry_the_names_that_the_library_reserves():
    draw = Drawing("p")
    draw.chain(draw.start("Start"), draw.user("Root"), draw.user("End"), draw.user("instance"), draw.end("p.EndJoin"))
    run = Run(draw.model())
    for element in ("Root", "End", "instance"):
        run.complete(element)
    assert run.outcome.status == "completed"


def exclusive(**variables) -> Run:
    draw = Drawing("p")
    draw.chain(draw.start(), draw.add("exclusive_gateway", "x"))
    for name in ("big", "small", "other"):
        draw.chain(draw.user(name), draw.end(f"end_{name}"))
    draw.flow("x", "big", "n > 100")
    draw.flow("x", "small", "n > 10")
    draw.flow("x", "other", default=True)
    return Run(draw.model(), **variables)


@pytest.mark.parametrize("n, expected", [(500, "big"), (50, "small"), (5, "other")])
def test_exclusive_gateway_takes_the_first_true_flow_in_document_order(n, expected):
    assert exclusive(n=n).open() == [expected]


def test_a_condition_that_is_no_boolean_is_an_incident_and_can_be_retried():
    run = exclusive(n=None)
    assert run.open() == ["!x"]
    assert run.waiting("x").code == "expression_not_boolean"
    assert run.waiting("x").message == "expression: n > 100；value: null；reason: 空值与数字不能比较大小"
    run.step(RetryIncident(run.id("x"), {"n": Decimal(50)}))
    assert run.open() == ["small"]


def test_no_flow_taken_is_an_incident():
    draw = Drawing("p")
    draw.chain(draw.start(), draw.add("exclusive_gateway", "x"))
    draw.end("end")
    draw.flow("x", "end", "n = 1")
    draw.flow("x", "end", "n = 2")
    run = Run(draw.model(), n=3)
    assert run.waiting("x").code == "no_flow_taken"


def parallel_loop() -> Drawing:
    """start -> merge -> fork -> a, b -> join -> again? -> merge"""
    draw = Drawing("p")
    draw.chain(draw.start(), draw.add("exclusive_gateway", "merge"), draw.add("parallel_gateway", "fork"))
    draw.chain("fork", draw.user("a"), draw.add("parallel_gateway", "join"))
    draw.chain("fork", draw.user("b"), "join")
    draw.chain("join", draw.add("exclusive_gateway", "again"))
    draw.flow("again", "merge", "more")
    draw.flow("again", draw.end("end"), default=True)
    return draw


def test_parallel_join_waits_for_every_branch_in_every_round_of_a_loop():
    run = Run(parallel_loop().model(), more=True)
    for round in range(5):
        first, second = ("a", "b") if round % 2 else ("b", "a")
        run.complete(first)
        assert run.open() == [second]
        run.complete(second, more=round < 4)
    assert run.outcome.status == "completed"


def test_branches_see_each_others_results():
    run = Run(parallel_loop().model(), status="new", more=False)
    run.complete("a", status="approved")
    run.complete("b", other=1)
    assert run.variables()["status"] == "approved"


def test_two_tokens_on_one_flow_make_two_rounds():
    draw = Drawing("p")
    draw.chain(draw.start(), draw.add("parallel_gateway", "fork"))
    draw.add("exclusive_gateway", "merge")
    draw.add("parallel_gateway", "join")
    for name in ("a1", "a2"):
        draw.chain("fork", draw.user(name), "merge")
    draw.chain("merge", "join")
    for name in ("b1", "b2"):
        draw.chain("fork", draw.user(name))
    draw.chain("b1", draw.add("exclusive_gateway", "merge_b"), "join")
    draw.chain("b2", "merge_b")
    draw.chain("join", draw.user("after"), draw.end("end"))
    run = Run(draw.model())
    run.complete("a1")
    run.complete("a2")
    assert "after" not in run.open()
    run.complete("b1")
    assert run.open().count("after") == 1
    run.complete("b2")
    assert run.open() == ["after", "after"]
    run.complete("after")
    run.complete("after")
    assert run.outcome.status == "completed"


def inclusive() -> Drawing:
    draw = Drawing("p")
    draw.chain(draw.start(), draw.add("inclusive_gateway", "split"))
    for name in ("a", "b", "c"):
        draw.user(name)
    draw.add("inclusive_gateway", "join")
    draw.flow("split", "a", "x > 0")
    draw.flow("split", "b", "x > 1")
    draw.flow("split", "c", default=True)
    for name in ("a", "b", "c"):
        draw.flow(name, "join")
    draw.chain("join", draw.user("after"), draw.end("end"))
    return draw


@pytest.mark.parametrize("x, branches", [(0, ["c"]), (1, ["a"]), (2, ["a", "b"])])
def test_inclusive_join_waits_for_exactly_the_branches_that_were_taken(x, branches):
    run = Run(inclusive().model(), x=x)
    assert run.open() == branches
    for index, name in enumerate(branches):
        run.complete(name)
        assert ("after" in run.open()) == (index == len(branches) - 1)


def test_inclusive_join_in_a_loop_waits_for_a_token_that_may_still_come():
    draw = Drawing("p")
    draw.chain(draw.start(), draw.add("parallel_gateway", "fork"))
    draw.chain("fork", draw.user("a"), draw.add("inclusive_gateway", "join"))
    draw.chain("fork", draw.user("b"), draw.add("exclusive_gateway", "back"))
    draw.flow("back", "b", "more")
    draw.flow("back", "join", default=True)
    draw.chain("join", draw.user("after"), draw.end("end"))
    run = Run(draw.model(), more=True)
    run.complete("a")
    run.complete("b")
    assert run.open() == ["b"]
    run.complete("b", more=False)
    assert run.open() == ["after"]


def test_an_activity_with_several_flows_takes_all_unconditional_and_all_true_ones():
    draw = Drawing("p")
    draw.chain(draw.start(), draw.user("a"))
    for name in ("always", "yes", "no", "fallback"):
        draw.user(name)
    draw.flow("a", "always")
    draw.flow("a", "yes", "n = 1")
    draw.flow("a", "no", "n = 2")
    draw.flow("a", "fallback", default=True)
    run = Run(draw.model(), n=1)
    run.complete("a")
    assert run.open() == ["always", "yes"]
    run = Run(draw.model(), n=3)
    run.complete("a")
    assert run.open() == ["always", "fallback"]


def test_a_path_without_end_event_ends_there():
    draw = Drawing("p")
    draw.chain(draw.start(), draw.user("a"))
    run = Run(draw.model())
    run.complete("a")
    assert run.outcome.status == "completed"


def test_terminate_ends_everything():
    draw = Drawing("p")
    draw.chain(draw.start(), draw.add("parallel_gateway", "fork"))

    draw.chain("fork", draw.user("a"), draw.end("stop", event=EventDefinition("terminate")))
    draw.chain("fork", draw.user("b"), draw.end("end"))
    run = Run(draw.model())
    run.complete("a")
    assert (run.outcome.status, run.outcome.end.outcome, run.open()) == ("completed", "stop", [])


def test_termination_from_outside_cancels_what_is_open_and_refuses_what_comes_after():
    run = Run(parallel_loop().model(), more=False)
    a = run.id("a")
    run.step(Terminate("not wanted any more"))
    assert (run.outcome.status, run.open()) == ("terminated", [])
    with pytest.raises(InstanceNotActive):
        run.step(CompleteUserTask(a, {}))


@pytest.mark.parametrize("identity", [0, 1, 99, -1])
def test_a_stimulus_that_fits_nothing_is_refused_and_changes_nothing(identity):
    run = Run(parallel_loop().model(), more=False)
    before = run.snapshot
    with pytest.raises(InputRejected):
        run.step(CompleteUserTask(identity, {}))
    assert run.snapshot == before


def test_a_completed_task_cannot_be_completed_again():
    run = Run(parallel_loop().model(), more=False)
    a = run.id("a")
    run.complete("a")
    with pytest.raises(InputRejected):
        run.step(CompleteUserTask(a, {}))


def test_variables_are_set_from_outside_and_only_changes_are_recorded():
    run = Run(parallel_loop().model(), more=False, n=1)
    run.step(SetVariables({"n": Decimal(1), "m": True}))
    assert [fact.data["changes"] for fact in run.outcome.facts] == [{"m": {"new": True}}]
    run.step(SetVariables({"m": Decimal(1)}))
    assert run.outcome.facts[0].data["changes"] == {"m": {"old": True, "new": 1}}


def test_a_loop_without_a_wait_stops_as_an_incident():
    draw = Drawing("p")
    draw.chain(draw.start(), draw.add("exclusive_gateway", "merge"), draw.script("s", "n + 1", "n"), "merge")
    run = Run(draw.model(), n=0)
    assert len(run.open()) == 1
    assert next(iter(run.waits.values())).code == "step_limit_reached"


def test_the_snapshot_does_not_grow_with_age():
    draw = Drawing("p")
    draw.chain(
        draw.start(), draw.add("exclusive_gateway", "merge"), draw.user("a"), draw.script("s", "n + 1", "n"), draw.add("exclusive_gateway", "x")
    )
    draw.flow("x", "merge", "n < 10000")
    draw.flow("x", draw.end("end"), default=True)
    run = Run(draw.model(), n=0)
    sizes = []
    for _ in range(60):
        run.complete("a")
        sizes.append(len(run.outcome.snapshot))
    assert max(sizes) - min(sizes) < 40
