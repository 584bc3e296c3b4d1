"""Tasks, sub-processes, call activities, repetition, and where variables live."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from engine.bpmn.elements import Assignment, Loop
from engine.model.stimuli import RetryIncident
from tests.bpmn.runtime.drawing import NOON, Drawing, Run, error, maps, timer


def test_user_task_assignment_is_computed():
    draw = Drawing("p")
    plan = Assignment(
        assignee="starter", groups='["a", "b"]', users='"x, y"', due='now() + duration("P3D")', follow_up='"P1D"', priority="80", form_id="f"
    )
    draw.chain(draw.start(), draw.add("user_task", "a", assignment=plan), draw.end())
    wait = Run(draw.model(), starter="wang").waiting("a")
    assert (wait.assignee, wait.candidate_groups, wait.candidate_users, wait.priority, wait.form_id) == ("wang", ("a", "b"), ("x", "y"), 80, "f")
    assert (wait.due_at, wait.follow_up_at) == (NOON + timedelta(days=3), NOON + timedelta(days=1))


def test_lane_is_the_group_of_a_task_that_names_none():
    draw = Drawing("p")
    draw.chain(draw.start(), draw.add("user_task", "a", lane="主管"), draw.add("manual_task", "m", lane="仓库"), draw.end())
    run = Run(draw.model())
    assert run.waiting("a").candidate_groups == ("主管",)
    run.complete("a")
    assert run.waiting("m").candidate_groups == ("仓库",)


@pytest.mark.parametrize("field, text", [("priority", '"high"'), ("priority", "101"), ("due", '"tomorrow"'), ("groups", "5"), ("assignee", "[1]")])
def test_an_assignment_that_gives_no_usable_value_is_an_incident(field, text):
    draw = Drawing("p")
    draw.chain(draw.start(), draw.add("user_task", "a", lane="x", assignment=Assignment(**{field: text})), draw.end())
    run = Run(draw.model())
    assert run.open() == ["!a"]
    assert not [fact for fact in run.facts if fact.kind == "task_opened"]


def test_input_mappings_make_locals_and_output_mappings_choose_what_leaves():
    draw = Drawing("p")
    mapped = draw.user(
        "a", inputs=maps(**{"customer.name": "name", "twice": "n * 2", "four": "twice * 2"}), outputs=maps(**{"result.ok": "decision = 1"})
    )
    draw.chain(draw.start(), mapped, draw.end())
    run = Run(draw.model(), name="Li", n=3)
    seen = run.variables(run.id("a"))
    assert (seen["customer"], seen["twice"], seen["four"]) == ({"name": "Li"}, Decimal(6), Decimal(12))
    run.complete("a", decision=1, noise="x")
    assert run.variables() == {"name": "Li", "n": Decimal(3), "result": {"ok": True}}


def test_a_failing_output_mapping_keeps_what_was_submitted():
    draw = Drawing("p")
    draw.chain(draw.start(), draw.user("a"), draw.add("exclusive_gateway", "x"))
    draw.flow("x", draw.end("end"), "n > 1")
    draw.flow("x", draw.user("b"), "n <= 1")
    run = Run(draw.model())
    run.complete("a", text="kept")
    assert (run.open(), run.variables()) == (["!x"], {"text": "kept"})
    run.step(RetryIncident(run.id("x"), {"n": Decimal(2)}))
    assert run.outcome.status == "completed"


def nested(**sub_fields) -> Drawing:
    draw = Drawing("p")
    draw.start()
    inner = draw.sub("sub", **sub_fields)
    inner.chain(inner.start("in"), inner.user("a"), inner.script("s", "local + 1", "local"), inner.end("out"))
    draw.chain("start", "sub", draw.user("after"), draw.end("end"))
    return draw


def test_sub_process_has_its_own_scope():
    run = Run(nested(inputs=maps(local="10"), outputs=maps(result="local")).model())
    run.complete("a", other="global")
    assert run.variables() == {"other": "global", "result": Decimal(11)}
    assert run.open() == ["after"]


def test_sub_process_ends_when_its_last_token_does_and_its_border_interrupts_all_of_it():
    draw = nested(inputs=maps(local="1"))
    draw.boundary("late", "sub", timer('"PT1H"'))
    draw.chain("late", draw.user("chase"), draw.end("chased"))
    run = Run(draw.model())
    assert run.open() == ["a", "late"]
    run.pass_time(timedelta(hours=1))
    assert run.open() == ["chase"]
    run.complete("chase")
    assert run.outcome.end.outcome == "chased"


def test_terminate_inside_a_sub_process_ends_only_that():
    from engine.bpmn.elements import EventDefinition

    draw = Drawing("p")
    draw.start()
    inner = draw.sub("sub")
    inner.chain(inner.start("in"), inner.add("parallel_gateway", "fork"), inner.user("a"), inner.end("stop", event=EventDefinition("terminate")))
    inner.chain("fork", inner.user("b"), inner.end("out"))
    draw.chain("start", "sub", draw.user("after"), draw.end("end"))
    run = Run(draw.model())
    run.complete("a")
    assert run.open() == ["after"]


def caller(**fields) -> Run:
    child = Drawing("child")
    child.chain(child.start(), child.user("a"), child.script("s", "n + 1", "m"), child.end())
    draw = Drawing("p")
    draw.chain(
        draw.start(),
        draw.add("parallel_gateway", "fork"),
        draw.call("call", "child", **fields),
        draw.add("parallel_gateway", "join"),
        draw.end("end"),
    )
    draw.chain("fork", draw.user("beside"), "join")
    return Run(draw.model(), child.model(), n=1, shared="old")


def test_a_called_process_sees_a_copy_and_returns_what_it_changed():
    run = caller()
    run.complete("beside", shared="new")
    assert run.variables(run.id("a"))["shared"] == "old"
    run.complete("a", extra=True)
    assert run.variables() == {"n": Decimal(1), "m": Decimal(2), "shared": "new", "extra": True}
    assert run.outcome.status == "completed"


def test_a_called_process_gets_only_its_inputs_and_returns_only_its_outputs():
    run = caller(all_in=False, inputs=maps(n="n + 10"), outputs=maps(answer="m"))
    assert set(run.variables(run.id("a"))) == {"n"}
    run.complete("a")
    run.complete("beside")
    assert run.variables() == {"n": Decimal(1), "shared": "old", "answer": Decimal(12)}


def test_nothing_comes_out_of_a_call_that_lets_nothing_out():
    run = caller(all_in=False, all_out=False, inputs=maps(n="n"))
    run.complete("a")
    assert "m" not in run.variables()


def test_endless_recursion_stops_as_an_incident():
    draw = Drawing("p")
    draw.chain(draw.start(), draw.call("again", "p"), draw.end())
    run = Run(draw.model())
    assert next(iter(run.waits.values())).code == "calls_too_deep"


def multi(kind: str, inner: str = "user", **fields) -> Drawing:
    draw = Drawing("p")
    loop = Loop(kind, collection="people", item="person", output_collection="answers", output_item="answer", **fields)
    draw.chain(draw.start(), draw.user("ask", groups=None, loop=loop) if inner == "user" else draw.script("ask", "person * 2", "answer", loop=loop))
    draw.chain("ask", draw.user("after"), draw.end())
    return draw


def test_parallel_multi_instance_collects_in_the_order_of_the_collection():
    run = Run(multi("parallel").model(), people=["x", "y", "z"])
    assert run.open() == ["ask", "ask", "ask"]
    ids = [wait.activity_instance_id for wait in run.waits.values()]
    assert [run.variables(id)["person"] for id in ids] == ["x", "y", "z"]
    assert [run.variables(id)["loopCounter"] for id in ids] == [Decimal(1), Decimal(2), Decimal(3)]
    run.complete("ask", 2, answer="Z")
    run.complete("ask", 0, answer="X")
    run.complete("ask", 0, answer="Y")
    assert run.open() == ["after"]
    assert run.variables() == {"people": ["x", "y", "z"], "answers": ["X", "Y", "Z"]}


def test_sequential_multi_instance_asks_one_after_the_other():
    run = Run(multi("sequential").model(), people=["x", "y"])
    assert run.open() == ["ask"]
    run.complete("ask", answer=1)
    assert run.variables(run.id("ask"))["person"] == "y"
    run.complete("ask", answer=2)
    assert (run.open(), run.variables()["answers"]) == (["after"], [Decimal(1), Decimal(2)])


@pytest.mark.parametrize("kind", ["parallel", "sequential"])
def test_completion_condition_ends_early_and_cancels_the_rest(kind):
    run = Run(multi(kind, completion="numberOfCompletedInstances / numberOfInstances >= 0.5").model(), people=["x", "y", "z", "u"])
    run.complete("ask", answer=1)
    run.complete("ask", answer=2)
    assert run.open() == ["after"]
    assert run.variables()["answers"] == [Decimal(1), Decimal(2), None, None]


@pytest.mark.parametrize("kind", ["parallel", "sequential"])
@pytest.mark.parametrize("people", [[], [1], list(range(300))])
def test_multi_instance_of_scripts(kind, people):
    run = Run(multi(kind, inner="script").model(), people=people)
    assert run.open() == ["after"]
    assert run.variables()["answers"] == [Decimal(2 * each) for each in people]


def test_a_collection_that_is_none_is_an_incident():
    assert Run(multi("parallel").model(), people=5).open() == ["!ask"]


def test_a_border_event_of_a_repeated_activity_interrupts_all_instances_once():
    draw = multi("parallel")
    draw.boundary("late", "ask", timer('"PT1H"'))
    draw.chain("late", draw.user("chase"), draw.end("chased"))
    run = Run(draw.model(), people=["x", "y"])
    assert run.open() == ["ask", "ask", "late"]
    run.pass_time(timedelta(hours=1))
    assert run.open() == ["chase"]


def test_an_error_in_one_instance_is_caught_on_the_border_of_all():
    draw = Drawing("p")
    draw.start()
    inner = draw.sub("sub", loop=Loop("parallel", collection="[1, 2]", item="i"))
    inner.chain(inner.start("in"), inner.user("a"), inner.add("end_event", "bad", event=error("E")))
    draw.chain("start", "sub", draw.end("end"))
    draw.boundary("caught", "sub", error("E"))
    draw.chain("caught", draw.user("mend"), draw.end("mended"))
    run = Run(draw.model())
    run.complete("a")
    assert run.open() == ["mend"]


@pytest.mark.parametrize(
    "test_before, maximum, start, rounds", [(False, None, 3, 1), (True, None, 3, 0), (False, None, 0, 3), (False, 2, 0, 2), (True, 5, 1, 2)]
)
def test_standard_loop(test_before, maximum, start, rounds):
    draw = Drawing("p")
    loop = Loop("standard", condition="n < 3", test_before=test_before, maximum=maximum)
    draw.chain(draw.start(), draw.script("s", "n + 1", "n", loop=loop), draw.user("after"), draw.end())
    run = Run(draw.model(), n=start)
    assert run.variables()["n"] == Decimal(start + rounds)
    assert run.open() == ["after"]


def test_repeated_sub_process_and_call():
    child = Drawing("child")
    child.chain(child.start(), child.user("c"), child.end())
    draw = Drawing("p")
    draw.start()
    inner = draw.sub("sub", loop=Loop("sequential", collection="[1, 2]", item="i"))
    inner.chain(inner.start("in"), inner.call("call", "child", loop=Loop("parallel", collection="[1, 2]", item="j")), inner.end("out"))
    draw.chain("start", "sub", draw.end("end"))
    run = Run(draw.model(), child.model())
    for _ in range(2):
        assert run.open() == ["c", "c"]
        run.complete("c")
        run.complete("c")
    assert run.outcome.status == "completed"
