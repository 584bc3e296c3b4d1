"""Gateways, joins, scopes and calls (BPMN 2.0.2, 13.4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.bpmn.execution.driver import Run, run
from tests.bpmn.execution.modeler import (
    TERMINATE,
    boundary,
    call,
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
    start,
    sub,
    timer,
    user,
)

HOUR = timedelta(hours=1)


def test_an_event_based_gateway_in_a_loop():
    gates = [gateway("exclusive", "m"), gateway("eventBased", "g"), catch("t", timer("PT1H")), catch("c", refers("message", "m_x"))]
    drawn = run(start(), *gates, script("inc", "n + 1", "n"), end(), flows("s>m>g>t>inc>m", "g>c>e"), definitions=message("x"), n=0, key="K")
    drawn.pass_time(5.5 * HOUR)
    assert drawn.variables()["n"] == 5
    assert drawn.open() == ["c", "t"]
    drawn.complete("c")
    assert drawn.ended == "e"


def test_an_inclusive_join_in_a_loop():
    gates = [
        gateway("exclusive", "m"),
        gateway("inclusive", "f", default="f_f_c"),
        gateway("inclusive", "j"),
        gateway("exclusive", "x", default="f_x_e"),
    ]
    ways = flows("s>m>f", "f>a:x1", "f>b:x2", "f>c", "a>j", "b>j", "c>j", "j>x", "x>e", "x>m:again")
    drawn = run(start(), *gates, user("a"), user("b"), user("c"), end(), ways, x1=True, x2=True, again=True)
    drawn.complete("a")
    assert drawn.open() == ["b"]
    drawn.complete("b")
    assert drawn.open() == ["a", "b"]
    drawn.complete("a", x1=False, x2=False)
    drawn.complete("b")
    assert drawn.open() == ["c"]
    drawn.complete("c", again=False)
    assert drawn.ended == "e"


def test_an_inclusive_join_goes_on_when_a_border_event_took_the_last_branch_away():
    gates = [gateway("inclusive", "f"), gateway("inclusive", "j"), boundary("t", "a", timer("PT1H"))]
    ways = flows("s>f", "f>a:true", "f>b:true", "a>j", "b>j", "j>z>e", "t>esc>e2")
    drawn = run(start(), *gates, user("a"), user("b"), user("z"), user("esc"), end(), end("e2"), ways)
    drawn.complete("b")
    assert drawn.open() == ["a", "t"]
    drawn.pass_time(2 * HOUR)
    assert drawn.open() == ["esc", "z"]


def test_an_inclusive_join_waits_for_a_token_that_may_come_over_a_border_event():
    gates = [gateway("inclusive", "f"), gateway("inclusive", "j"), boundary("t", "a", timer("PT1H"), False)]
    ways = flows("s>f", "f>a:true", "f>b:true", "a>e2", "b>j", "j>z>e", "t>esc>j")
    drawn = run(start(), *gates, user("a"), user("b"), user("z"), user("esc"), end(), end("e2"), ways)
    drawn.complete("b")
    assert drawn.open() == ["a", "t"]
    drawn.pass_time(HOUR)
    assert drawn.open() == ["a", "esc"]
    drawn.complete("a")
    assert drawn.open() == ["esc"]
    drawn.complete("esc")
    assert drawn.open() == ["z"]


def test_an_inclusive_join_does_not_wait_for_a_branch_that_turned_away():
    gates = [gateway("inclusive", "f"), gateway("exclusive", "x", default="f_x_e2"), gateway("inclusive", "j")]
    ways = flows("s>f", "f>a:true", "f>b:true", "a>x", "x>j:go", "x>e2", "b>j", "j>z>e")
    drawn = run(start(), *gates, user("a"), user("b"), user("z"), end(), end("e2"), ways, go=False)
    drawn.complete("b")
    assert drawn.open() == ["a"]
    drawn.complete("a")
    assert drawn.open() == ["z"]


def test_inclusive_joins_inside_inclusive_splits():
    gates = [gateway("inclusive", "f"), gateway("inclusive", "g"), gateway("inclusive", "k"), gateway("inclusive", "j")]
    ways = flows("s>f", "f>a:true", "f>g:true", "g>b:true", "g>c:true", "b>k", "c>k", "k>d>j", "a>j", "j>z>e")
    drawn = run(start(), *gates, *(user(name) for name in "abcdz"), end(), ways)
    drawn.complete("a", "b")
    assert drawn.open() == ["c"]
    drawn.complete("c")
    assert drawn.open() == ["d"]
    drawn.complete("d")
    assert drawn.open() == ["z"]


def test_a_parallel_join_in_a_loop_with_arrivals_in_any_order():
    gates = [gateway("exclusive", "m"), gateway("parallel", "f"), gateway("parallel", "j"), gateway("exclusive", "x", default="f_x_e")]
    drawn = run(start(), *gates, user("a"), user("b"), end(), flows("s>m>f>a>j>x", "f>b>j", "x>e", "x>m:again"))
    for round_number, order in enumerate(("ba", "ab", "ba")):
        drawn.complete(order[0])
        assert drawn.open() == [order[1]]
        drawn.complete(order[1], again=round_number < 2)
        assert drawn.open() == (["a", "b"] if round_number < 2 else [])
    assert drawn.ended == "e"


def test_a_join_that_can_never_go_on_is_an_incident_and_not_silence():
    gates = [gateway("parallel", "f"), gateway("parallel", "j"), boundary("t", "a", timer("PT1H"))]
    ways = flows("s>f>a>j>e", "f>b>j", "t>e2")
    drawn = run(start(), *gates, user("a"), user("b"), end(), end("e2"), ways)
    drawn.complete("b")
    assert drawn.open() == ["a", "t"]
    drawn.complete("t")
    assert (drawn.open(), drawn.waiting("j").code) == (["!j"], "join_waits_for_ever")
    drawn.retry("j")
    assert drawn.open() == ["!j"]


def test_terminate_ends_its_own_sub_process_and_nothing_around_it():
    deep = sub("T", start("ta"), user("ti"), end("te", TERMINATE), flows("ta>ti>te"))
    inside = [gateway("parallel", "g"), user("i"), user("k"), deep, end("b", TERMINATE), end("b2"), flows("a>g>i>b", "g>k>b2", "g>T>b2")]
    outside = [gateway("parallel", "f"), user("o"), user("after"), end(), end("e2"), flows("s>f>o>e", "f>S>after>e2")]
    drawn = run(start(), sub("S", start("a"), *inside), *outside)
    drawn.complete("ti")
    assert drawn.open() == ["i", "k", "o"]
    drawn.complete("i")
    assert drawn.open() == ["after", "o"]


def test_terminate_in_a_called_process_ends_only_that():
    called = [gateway("parallel", "qf"), user("q1"), user("q2"), end("qe", TERMINATE), end("qe2"), flows("qs>qf>q1>qe", "qf>q2>qe2")]
    around = [gateway("parallel", "f"), user("o"), call("c", "q"), user("after"), end(), end("e2"), flows("s>f>o>e", "f>c>after>e2")]
    drawn = Run(diagram(process(start(), *around), process(start("qs"), *called, key="q")))
    drawn.complete("q1")
    assert drawn.open() == ["after", "o"]


def three_deep(*last: str, around: str = "", definitions: str = "", **variables: object) -> Run:
    """p calls p2 calls p3, whose parts are `last`."""
    top = process(start(), call("c1", "p2", io=mapping({"a": "1"})), user("z"), end(), flows("s>c1>z>e"), around)
    middle = process(start("s2"), call("c2", "p3"), end("e2"), flows("s2>c2>e2"), key="p2")
    return Run(diagram(top, middle, process(*last, key="p3"), definitions=definitions), **variables)


def test_calls_three_deep_hand_variables_in_and_out_but_keep_their_own_inputs():
    drawn = three_deep(start("s3"), user("u3"), end("e3"), flows("s3>u3>e3"), q=1)
    assert drawn.variables(drawn.id("u3")) == {"a": 1, "q": 1}
    drawn.complete("u3", new=7, q=2, a=99)
    assert drawn.variables() == {"q": 2, "new": 7}


def test_an_error_three_calls_deep_reaches_the_outermost_border():
    around = boundary("b", "c1", refers("error")) + user("mend") + end("e9") + flows("b>mend>e9")
    last = [start("s3"), user("u3"), end("e3", refers("error", "e_X")), flows("s3>u3>e3")]
    drawn = three_deep(*last, around=around, definitions=error("X"))
    drawn.complete("u3")
    assert drawn.open() == ["mend"]


def test_an_unchanged_copy_does_not_overwrite_what_others_did_meanwhile():
    called = process(start("qs"), user("q"), end("qe"), flows("qs>q>qe"), key="k")
    around = [gateway("parallel", "f"), gateway("parallel", "j"), user("o"), call("c", "k"), user("z"), end(), flows("s>f>o>j>z>e", "f>c>j")]
    drawn = Run(diagram(process(start(), *around), called), x=1)
    drawn.complete("o", x=2)
    drawn.complete("q", y=3)
    assert drawn.variables() == {"x": 2, "y": 3}


def test_a_process_may_call_itself():
    parts = [gateway("exclusive", "g", default="f_g_e"), call("c", "p", io=mapping({"n": "n - 1"})), end(), end("e2")]
    drawn = run(start(), user("u"), *parts, flows("s>u>g>e", "c>e2", "g>c:n > 0"), n=3)
    drawn.complete("u", "u", "u", "u")
    assert (drawn.ended, drawn.variables()) == ("e2", {"n": 3})
    assert drawn.completed().count("u") == 4


@pytest.mark.parametrize("x, opened", [(0, ["c"]), (2, ["a"]), (3, ["a", "b"])])
def test_conditions_on_the_flows_of_an_activity(x, opened):
    ways = flows("s>u", "u>a:x > 1", "u>b:x > 2", "u>c", "a>e", "b>e", "c>e")
    drawn = run(start(), user("u", default="f_u_c"), user("a"), user("b"), user("c"), end(), ways)
    drawn.complete("u", x=x)
    assert drawn.open() == opened


def test_sub_processes_thirty_deep():
    body, inner = user("u"), "u"
    for level in range(30):
        body = sub(
            f"S{level}", start(f"a{level}"), body, end(f"b{level}"), flows(f"a{level}>{inner}>b{level}"), io=mapping({f"v{level}": str(level)})
        )
        inner = f"S{level}"
    drawn = run(start(), body, end(), flows(f"s>{inner}>e"))
    assert sum(drawn.variables(drawn.id("u")).values()) == sum(range(30))
    drawn.complete("u")
    assert (drawn.ended, drawn.variables()) == ("e", {})


@pytest.mark.parametrize("kind", ["parallel", "inclusive"])
def test_three_hundred_branches(kind):
    names = [f"u{number}" for number in range(300)]
    condition = ":true" if kind == "inclusive" else ""
    ways = flows("s>f", *(f"f>{name}{condition}" for name in names), *(f"{name}>j" for name in names), "j>z>e")
    drawn = run(start(), gateway(kind, "f"), *(user(name) for name in names), gateway(kind, "j"), user("z"), end(), ways, check=False)
    for name in reversed(names):
        assert "z" not in drawn.open()
        drawn.complete(name)
    assert drawn.open() == ["z"]


def test_five_hundred_elements_in_a_row():
    names = [f"x{number}" for number in range(500)]
    drawn = run(
        start(), user("w"), *(script(name, "n + 1", "n") for name in names), user("z"), end(), flows(">".join(["s", "w", *names, "z", "e"])), n=0
    )
    drawn.complete("w")
    assert (drawn.open(), drawn.variables()) == (["z"], {"n": 500})


def test_two_thousand_rounds_of_a_loop_leave_nothing_behind():
    gates = [gateway("exclusive", "m"), gateway("exclusive", "x", default="f_x_m")]
    drawn = run(start(), *gates, user("u"), end(), flows("s>m>u>x>m", "x>e:done"), done=False, check=False, n=1000)
    sizes = []
    for number in range(2000):
        drawn.complete("u", n=1000 + number)
        sizes.append(len(drawn.snapshot or b""))
    assert max(sizes) - min(sizes) < 16
    drawn.complete("u", done=True)
    assert drawn.ended == "e"
