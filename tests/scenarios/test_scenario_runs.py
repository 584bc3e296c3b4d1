"""Scenarios that do not go as they say: the words for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.store.scratch import ScratchDatabases
from engine.trial import ScenarioRunner, load_scenarios
from tests.commands.packs import PACK

HEAD = 'name = "x"\nprocess = "{process}"\nas = "sales"\nclock = 2026-11-23T09:00:00+08:00\nstart = {{ {start} }}\n'
PLAN = '[[step]]\ntask = "plan"\nas = "sales"\ndata = { aim = "见面" }\n'
REVIEW = '[[step]]\ntask = "review"\nas = "manager"\ndata = { ok = true, opinion = "可以" }\n'
# Timer start events: such a pack is deployed at each scenario's own time; without them it is prepared.
PREPARED = {name: content for name, content in PACK.items() if name != "tick.bpmn"}


@pytest.fixture(scope="module", params=["each deploys", "prepared"])
def problems(request, database_server: str) -> Iterator[object]:
    """What a scenario of the test pack says, run on a database of its own."""
    pack = PREPARED if request.param == "prepared" else PACK
    runner, databases = ScenarioRunner(pack), ScratchDatabases(database_server)

    def run(text: str) -> tuple[str, ...]:
        (scenario,) = load_scenarios({"scenarios/x.toml": text.encode()})
        with databases.database() as url:
            return runner.run(scenario, url).problems

    with databases.template() as template:
        runner.prepare(template)
        yield run


def visit(steps="", expect="", start='customer = "甲"', process="visit"):
    return HEAD.format(process=process, start=start) + steps + "[expect]\n" + expect


def test_as_it_says(problems):
    path = 'path = ["start", "plan", "review", "end"]\n'
    expect = path + 'end = "end"\noutcome = "完成"\nstatus = "completed"\nopen = []\n[expect.variables]\nok = true\naim = "见面"\n'
    assert problems(visit(PLAN + REVIEW, expect)) == ()


def test_every_difference_is_named(problems):
    expect = 'path = ["start", "review"]\nend = "end"\noutcome = "完成"\nopen = ["plan"]\nrecords = [{ type = "customer", count = 1 }]\n'
    expect += '[expect.variables]\naim = "别的"\nnothing = 1\n'
    path, end, outcome, open_tasks, count, aim, nothing = problems(visit(PLAN, expect))
    assert path == "路径第 2 处应为 review，实际为 plan；实际路径：start → plan"
    assert end == "结束事件应为 end，实际为 无；流程还在进行，待办：review"
    assert outcome.startswith("结果应为 完成，实际为 无")
    assert open_tasks == "待办应为 plan，实际为 review"
    assert count == "台账 customer 应有 1 条记录，实际有 0 条"
    assert aim == "变量 aim 应为 别的，实际为 见面"
    assert nothing == "变量 nothing 应为 1，实际没有这个变量"


STOPPED = {
    "another task is open": (visit(REVIEW, 'end = "end"'), "第 1 步：review 没有待办；现在待办的是：plan（制定计划，sales）"),
    "the form refuses": (visit('[[step]]\ntask = "plan"\nas = "sales"\n', 'end = "end"'), "第 1 步 plan：表单不接受：aim："),
    "the start form refuses": (visit("", 'end = "end"', start=""), "开始：表单不接受：customer："),
    "not their task": (visit('[[step]]\ntask = "plan"\nas = "manager"\ndata = { aim = "x" }\n', 'end = "end"'), "第 1 步 plan："),
    "no such role": (visit('[[step]]\ntask = "plan"\nas = "cook"\n', 'end = "end"'), "第 1 步：没有角色 cook；有 sales、manager"),
    "nobody waits": (visit('[[step]]\nmessage = "payment"\nkey = "A"\n', 'end = "end"'), "第 1 步 消息 payment："),
    "not theirs to start": (visit("", 'end = "end"').replace('as = "sales"', 'as = "manager"'), "开始："),
    "a process that is not there": (visit("", 'end = "end"', process="other"), "开始："),
    "a record that is refused": (
        HEAD.format(process="plain", start="") + '[[record]]\ntype = "customer"\nvalues = { code = "" }\n[expect]\nend = "end"\n',
        "准备台账记录：表单不接受：code：",
    ),
    "somebody else has it": (
        HEAD.format(process="mine", start="") + '[[step]]\ntask = "work"\nas = "sales:2"\n[expect]\nend = "end"\n',
        "第 1 步：work 由 sales 办理，不是 sales2",
    ),
}


@pytest.mark.parametrize("text, reason", STOPPED.values(), ids=list(STOPPED))
def test_where_a_scenario_stops_and_why(problems, text, reason):
    (problem,) = problems(text)
    assert problem.startswith(reason)


def test_time_moves_only_when_it_is_told_to(problems):
    waiting = visit('[[step]]\nadvance = "PT59M"\n', 'open = []\nstatus = "active"\npath = ["start"]', start="", process="later")
    assert problems(waiting) == ()
    fired = visit(
        '[[step]]\nadvance = "PT61M"\n[[step]]\ntask = "work"\nas = "sales:2"\n',
        'path = ["start", "pause", "work", "end"]',
        start="",
        process="later",
    )
    assert problems(fired) == ()


def test_messages_signals_and_connectors(problems):
    paid = visit('[[step]]\nmessage = "payment"\nkey = "A-1"\n', 'path = ["start", "paid", "end"]', start='order = "A-1"', process="order")
    assert problems(paid) == ()
    records = 'records = [{ type = "customer", count = 1, values = { label = "甲" } }]\n'
    enrolled = visit("", 'end = "end"\n' + records, start='code = "A", label = "甲"', process="enrol")
    assert problems(enrolled) == ()
    (other,) = problems(visit("", records.replace("甲", "乙"), start='code = "A", label = "甲"', process="enrol"))
    assert other == "台账 customer 里没有一条记录符合 label = 乙"
