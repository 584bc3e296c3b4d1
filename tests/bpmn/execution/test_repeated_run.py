"""Multi-instance activities (Zeebe: "Multi-instance") and standard loops."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.bpmn.execution.driver import Run, run
from tests.bpmn.execution.modeler import (
    TERMINATE,
    boundary,
    call,
    diagram,
    end,
    error,
    flows,
    gateway,
    mapping,
    multiple,
    process,
    refers,
    repeated,
    script,
    start,
    sub,
    timer,
    user,
)

THEN = (user("z"), end(), flows("s>m>z>e"))


@pytest.mark.parametrize("sequential", [False, True])
def test_output_mappings_may_set_the_output_element(sequential):
    drawn = run(start(), user("m", multiple(output=("all", "r"), sequential=sequential), io=mapping({}, {"r": "amount * 2"})), *THEN, items=[1, 2])
    drawn.complete("m", amount=1)
    drawn.complete("m", amount=2)
    assert drawn.variables() == {"items": [1, 2], "all": [2, 4]}


@pytest.mark.parametrize("sequential", [False, True])
def test_the_completion_condition_sees_what_the_instance_brought(sequential):
    loop = multiple(output=("all", "approved"), until="approved = false", sequential=sequential)
    drawn = run(start(), user("m", loop), *THEN, items=[1, 2, 3])
    drawn.complete("m", approved=True)
    drawn.complete("m", approved=False)
    assert drawn.open() == ["z"]
    assert drawn.variables() == {"items": [1, 2, 3], "all": [True, False, None]}


def test_the_completion_condition_sees_counts_and_the_outputs_so_far():
    until = "numberOfInstances = 4 and numberOfActiveInstances = 2 and numberOfCompletedInstances = 2 and count(all[item = true]) = 2"
    drawn = run(start(), user("m", multiple(output=("all", "vote"), until=until)), *THEN, items=[1, 2, 3, 4])
    drawn.complete("m", nth=3, vote=True)
    assert drawn.open() == ["m"] * 3
    drawn.complete("m", nth=1, vote=True)
    assert drawn.open() == ["z"]
    assert drawn.variables()["all"] == [None, True, None, True]


def test_when_it_is_enough_the_others_do_not_run_on():
    row = [start("a"), script("x", "n + 1", "n"), script("y", "1", "w"), end("b"), flows("a>x>y>b")]
    loop = multiple(until="true", output=("all", "n"))
    drawn = run(start(), sub("m", *row, loop), *THEN, items=list(range(100)), n=0)
    ends = [name for name in drawn.completed() if name == "m"]
    assert len(ends) == 2  # the first instance, and the body
    assert drawn.open() == ["z"]


@pytest.mark.parametrize("sequential", [False, True])
def test_an_empty_collection_is_passed(sequential):
    drawn = run(start(), user("m", multiple(output=("all", "x"), sequential=sequential)), *THEN, items=[])
    assert (drawn.open(), drawn.variables()) == (["z"], {"items": [], "all": []})


def test_repeated_inside_repeated_keeps_every_place():
    inner = user("u", multiple("inner", "y", ("ys", "y * x")))
    outer = multiple("items", "x", ("all", "ys"))
    drawn = run(
        start(), sub("m", start("a"), inner, end("b"), flows("a>u>b"), outer, io=mapping({"inner": "[1, 2]", "ys": "null"})), *THEN, items=[10, 20]
    )
    for left in (3, 2, 1, 0):
        drawn.complete("u", nth=left)
    assert drawn.variables() == {"items": [10, 20], "all": [[10, 20], [20, 40]]}


def test_joins_inside_an_instance_wait_for_their_own_branches():
    body = [start("a"), gateway("parallel", "f"), user("u1"), user("u2"), gateway("parallel", "j"), end("b"), flows("a>f>u1>j>b", "f>u2>j")]
    drawn = run(start(), sub("m", *body, multiple()), *THEN, items=[1, 2])
    drawn.complete("u1", nth=0)
    drawn.complete("u2", nth=1)
    assert drawn.open() == ["u1", "u2"]
    drawn.complete("u1", "u2")
    assert drawn.open() == ["z"]


def child() -> str:
    return process(start("cs"), user("cu"), end("ce"), flows("cs>cu>ce"), key="child")


def test_repeated_calls_with_chosen_variables():
    settings = {"propagateAllChildVariables": "false", "propagateAllParentVariables": "false"}
    repeated_call = call("m", "child", multiple("items", "x", ("all", "res")), io=mapping({"n": "x"}, {"res": "got"}), **settings)
    drawn = Run(diagram(process(start(), repeated_call, *THEN), child()), items=[1, 2, 3], secret=1)
    assert "secret" not in drawn.variables(drawn.id("cu"))
    for nth, got in ((2, "c"), (0, "a"), (0, "b")):
        drawn.complete("cu", nth=nth, got=got)
    assert drawn.variables() == {"items": [1, 2, 3], "secret": 1, "all": ["a", "b", "c"]}


def test_repeated_calls_that_let_everything_out_keep_the_output_element_inside():
    drawn = Run(diagram(process(start(), call("m", "child", multiple("items", "x", ("all", "got"))), *THEN), child()), items=[1, 2])
    drawn.complete("cu", nth=1, got="b", more=1)
    drawn.complete("cu", nth=0, got="a")
    assert drawn.variables() == {"items": [1, 2], "more": 1, "all": ["a", "b"]}


def test_a_border_event_belongs_to_all_instances_together():
    late = [boundary("b", "m", timer("PT1H"), False), user("late"), end("e2"), flows("b>late>e2")]
    drawn = run(start(), user("m", multiple()), *late, *THEN, items=[1, 2, 3])
    drawn.pass_time(timedelta(hours=5))
    assert drawn.open() == ["late", "m", "m", "m"]


def test_an_error_in_one_instance_ends_all():
    body = [start("a"), user("u"), end("b", refers("error", "e_X")), flows("a>u>b"), multiple()]
    caught = [boundary("be", "m", refers("error", "e_X")), user("h"), end("e2"), flows("be>h>e2")]
    drawn = run(start(), sub("m", *body), *caught, *THEN, items=[1, 2, 3], definitions=error("X"))
    drawn.complete("u", nth=1)
    assert drawn.open() == ["h"]


def test_terminate_ends_only_its_instance():
    body = [start("a"), gateway("parallel", "g"), user("i"), user("k"), end("b", TERMINATE), end("b2"), flows("a>g>i>b", "g>k>b2"), multiple()]
    drawn = run(start(), sub("m", *body), *THEN, items=[1, 2])
    drawn.complete("i")
    assert drawn.open() == ["i", "k"]
    drawn.complete("i")
    assert drawn.open() == ["z"]


@pytest.mark.parametrize(
    "condition, maximum, before, rounds",
    [
        ("n < 3", None, False, 3),
        ("n < 3", None, True, 3),
        ("n < 0", None, True, 0),
        ("n < 0", None, False, 1),
        ("", 4, False, 4),
        ("n < 9", 2, True, 2),
    ],
)
def test_standard_loops(condition, maximum, before, rounds):
    drawn = run(start(), script("m", "n + 1", "n", repeated(condition, maximum, before)), *THEN, n=0)
    assert drawn.variables() == {"n": rounds}


def test_a_loop_over_people_asks_until_its_outputs_say_so():
    drawn = run(start(), user("m", repeated("not(ok)"), io=mapping({"ok": "false"}, {"ok": "good"})), *THEN, ok=False)
    drawn.complete("m", good=False)
    assert drawn.open() == ["m"]
    drawn.complete("m", good=True)
    assert (drawn.open(), drawn.variables()) == (["z"], {"ok": True})
