"""Every sort of task, and what mappings and results do with variables (Zeebe: "Variables", "Input/output variable mappings")."""

from __future__ import annotations

from engine.model.stimuli import FailJob
from tests.bpmn.execution.driver import Run, run
from tests.bpmn.execution.modeler import (
    boundary,
    call,
    diagram,
    end,
    flows,
    mapping,
    message,
    node,
    process,
    refers,
    script,
    service,
    start,
    sub,
    user,
    zeebe,
)


def test_every_sort_of_task_in_one_row():
    sends = node("sendTask", "send", messageRef="m_x", extensions=mapping({"payload": "two"}))
    receives = node("receiveTask", "receive", messageRef="m_x")
    tasks = [node("task", "plain"), node("manualTask", "hand"), script("calc", "1 + 1", "two"), service("job", outputs={"found": "records"}), sends]
    row = ["s", "plain", "hand", "calc", "job", "send", "receive", "u", "e"]
    parts = [start(), *tasks, receives, user("u"), end(), flows(">".join(row))]
    drawn = Run(diagram(process(*parts, lanes={"员工": row}), definitions=message("x", '="k1"')))
    assert drawn.waiting("hand").candidate_groups == ("员工",)
    drawn.complete("hand")
    drawn.complete("job", records=[{"name": "A"}])
    assert [(each.name, each.correlation_key, dict(each.values)) for each in drawn.outcome.thrown] == [("x", "k1", {"payload": 2})]
    assert drawn.waiting("receive").correlation_key == "k1"
    drawn.complete("receive", reply="yes")
    drawn.complete("u")
    assert drawn.completed() == row
    assert drawn.variables() == {"two": 2, "found": [{"name": "A"}], "reply": "yes"}


def test_a_decision_and_its_result():
    io = mapping({"score": "points"}, {"answer": "result"})
    rule = node("businessRuleTask", "g", extensions=zeebe("calledDecision", decisionId="grade", resultVariable="result") + io)
    drawn = run(start(), rule, user("z"), end(), flows("s>g>z>e"), points=5, low=1, high=9)
    assert drawn.variables() == {"points": 5, "low": 1, "high": 9, "answer": "pass"}
    (made,) = [fact for fact in drawn.facts if fact.kind == "decision_evaluated"]
    assert made.data["evaluations"][0]["matched_rules"] == [1]


def test_a_decision_that_gives_null_says_why():
    called = zeebe("calledDecision", decisionId="grade", resultVariable="result")
    rule = node("businessRuleTask", "g", extensions=called + mapping({"score": "points"}))
    drawn = run(start(), rule, user("z"), end(), flows("s>g>z>e"), points=0, low=1, high=9)
    (made,) = [fact for fact in drawn.facts if fact.kind == "decision_evaluated"]
    assert made.data["reasons"] == ["决策表“grade”没有命中任何规则"]
    drawn = run(start(), rule, user("z"), end(), flows("s>g>z>e"), points="many", low=1, high=9)
    (made,) = [fact for fact in drawn.facts if fact.kind == "decision_evaluated"]
    assert "“score”:值是文本,不属于类型 number" in made.data["reasons"]


def test_ids_with_dots_hyphens_chinese_and_the_names_that_the_library_reserves():
    drawn = run(start("开始.-1"), user("任-务.2"), user("Root"), end("End"), flows("开始.-1>任-务.2>Root>End"))
    drawn.complete("任-务.2", "Root")
    assert drawn.ended == "End"


def test_the_same_ids_in_two_processes_do_not_meet():
    child = process(start(), user("u"), end(), flows("s>u>e"), key="q")
    drawn = Run(diagram(process(start(), call("u", "q"), end(), flows("s>u>e"))), diagram(child))
    assert drawn.waiting("u").process_key == "q"
    drawn.complete("u")
    assert (drawn.outcome.status, drawn.completed()) == ("completed", ["s", "s", "u", "e", "u", "e"])


def test_a_dotted_input_makes_a_new_local_context_and_a_dotted_output_goes_into_the_old_one():
    drawn = run(start(), user("u", io=mapping({"a.b": "1"}, {"o.x": "5"})), user("z"), end(), flows("s>u>z>e"), a={"c": 2}, o={"y": 1})
    assert drawn.variables(drawn.id("u"))["a"] == {"b": 1}
    drawn.complete("u")
    assert drawn.variables() == {"a": {"c": 2}, "o": {"y": 1, "x": 5}}


def test_later_mappings_see_the_earlier_ones():
    drawn = run(start(), user("u", io=mapping({"a": "1", "b": "a + 1"}, {"c": "b + n", "d": "c * 2"})), user("z"), end(), flows("s>u>z>e"))
    drawn.complete("u", n=10)
    assert drawn.variables() == {"c": 12, "d": 24}


def test_a_result_named_like_an_input_stays_inside():
    drawn = run(start(), service("j", inputs={"x": "1"}), user("z"), end(), flows("s>j>z>e"), x=0)
    drawn.complete("j", x=7, y=8)
    assert drawn.variables() == {"x": 0, "y": 8}


def test_results_go_to_the_scope_that_has_the_name():
    inside = [start("a"), user("u"), user("v"), end("b"), flows("a>u>v>b")]
    drawn = run(start(), sub("S", *inside, io=mapping({"own": "1"})), user("z"), end(), flows("s>S>z>e"), outer=1)
    drawn.complete("u", own=2, outer=2, new=2)
    assert drawn.variables() == {"outer": 2, "new": 2}
    assert drawn.variables(drawn.id("v"))["own"] == 2
    drawn.complete("v")
    assert drawn.variables() == {"outer": 2, "new": 2}


def test_border_events_of_a_job_see_its_inputs():
    late = boundary("b", "j", refers("message", "m_x"))
    drawn = run(
        start(), service("j", inputs={"key": '"A"'}), late, end(), end("e1"), flows("s>j>e", "b>e1"), definitions=message("x")
    )  # fmt: skip
    assert drawn.waiting("b").correlation_key == "A"


def test_a_job_that_is_tried_again_takes_its_inputs_once():
    drawn = run(start(), service("j", inputs={"n": "n + 1"}), end(), flows("s>j>e"), n=1)
    for _ in range(3):
        drawn.step(FailJob(drawn.id("j"), "unreachable", "down", 0))
        drawn.retry("j")
        assert drawn.waiting("j").values["n"] == 2
    drawn.step(FailJob(drawn.id("j"), "unreachable", "down", 0))
    drawn.retry("j", n=5)
    assert drawn.waiting("j").values["n"] == 6
    drawn.complete("j")
    assert drawn.variables() == {"n": 5}
