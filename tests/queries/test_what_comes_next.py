"""What comes next and by whom, read from diagrams: through sub-processes, calls, loops and boundary events, and no more than is sure."""

from __future__ import annotations

from engine.queries.task_page.ahead import _Place, _Walk
from engine.queries.task_page.views import NextStep
from engine.queries.task_page.who_next import WhoNext
from tests.bpmn.diagrams import END, START, diagram, extensions, flows, load, user

LOOP = (
    '<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection="=people" inputElement="one"/>'
    "</extensionElements></multiInstanceLoopCharacteristics>"
)
TIMER = '<timerEventDefinition><timeDuration xsi:type="tFormalExpression">P1D</timeDuration></timerEventDefinition>'


def call(key: str) -> str:
    inner = f'<zeebe:calledElement processId="{key}" propagateAllChildVariables="false"/>'
    return f'<callActivity id="c" name="调用">{extensions(inner)}</callActivity>'


def sub(inner: str, more: str = "") -> str:
    return f'<subProcess id="sub" name="子流程">{more}{inner}</subProcess>'


def told(*parts: str, at: str = "u", process: str = "p", own: str = "p", **files: bytes) -> list[tuple[str, str, str, str | None]]:
    """(conditions, kind, name, who) of what follows the element `at`."""
    pack = load({"p.bpmn": diagram(START, *parts), **{f"{key}.bpmn": content for key, content in files.items()}})
    model = pack.processes[process]
    steps = _Walk(pack, process, own, WhoNext(pack, {}, "")).leave(model.elements[at], _Place(model))
    return [_line(step) for step in steps]


def _line(step: NextStep) -> tuple[str, str, str, str | None]:
    return "，".join(one.zh for one in step.when), step.kind, step.name.zh, step.who.zh if step.who else None


def test_into_a_sub_process_and_out_of_it():
    inner = f'<startEvent id="ss"/>{user("v")}<endEvent id="se" name="里面完"/>{flows("ss>v>se")}'
    parts = (user(), sub(inner), user("w"), END, flows("s>u>sub>w>e"))
    assert told(*parts) == [("", "task", "办理 v", "staff")]
    assert told(*parts, at="v") == [("", "task", "办理 w", "staff")]


def test_into_a_called_process_and_behind_it():
    called = diagram(START, user("v"), END, flows("s>v>e"), key="q")
    parts = (user(), call("q"), user("w"), END, flows("s>u>c>w>e"))
    assert told(*parts, q=called) == [("", "task", "办理 v", "staff")]
    # Who has called the process is not in its diagram: it is not said what comes behind it.
    assert told(*parts, at="v", process="q", own="p", q=called) == [("", "open", "完成", None)]


def test_a_called_process_that_is_only_passed_leads_on():
    nothing = diagram(START, END, flows("s>e"), key="q")
    assert told(user(), call("q"), user("w"), END, flows("s>u>c>w>e"), q=nothing) == [("", "task", "办理 w", "staff")]


def test_what_a_call_gives_out_decides_and_nothing_is_sure_then():
    nothing = diagram(START, END, flows("s>e"), key="q")
    gate, no = '<exclusiveGateway id="g" name="通过吗" default="g_no"/>', '<endEvent id="no" name="不行"/>'
    ways = flows("s>u>c>g", "g>e:=ok", "g>no")
    assert told(user(), call("q"), gate, END, no, ways, q=nothing) == [("", "open", "通过吗", None)]


def test_every_part_of_a_repeated_step_comes_first():
    assert told(user(children=LOOP), END, flows("s>u>e")) == [("这一步的各份都办完之后", "end", "完成", None)]
    inner = f'<startEvent id="ss"/>{user()}<endEvent id="se" name="里面完"/>{flows("ss>u>se")}'
    repeated = f'<subProcess id="sub" name="子流程">{inner}{LOOP}</subProcess>'
    assert told(repeated, END, flows("s>sub>e")) == [("这一步的各份都办完之后", "end", "完成", None)]


def test_parallel_parts_are_waited_for():
    split = '<parallelGateway id="a"/><parallelGateway id="b"/>'
    parts = (split, user(), user("v"), user("w"), END, flows("s>a>u>b>w>e", "a>v>b"))
    assert told(*parts) == [("其他并行的部分也办完之后", "task", "办理 w", "staff")]


def test_a_boundary_event_is_no_way_of_completing_but_is_told_beside_it():
    late = f'<boundaryEvent id="late" name="超时" attachedToRef="u" cancelActivity="false">{TIMER}</boundaryEvent>'
    parts = (user(), late, user("v"), END, flows("s>u>e", "late>v>e"))
    assert told(*parts) == [("", "end", "完成", None)]
    pack = load(diagram(START, *parts))
    model = pack.processes["p"]
    steps = _Walk(pack, "p", "p", WhoNext(pack, {}, "")).happen(model.elements["u"], model)
    assert [_line(step) for step in steps] == [("办理之前发生“超时”时", "task", "办理 v", "staff")]


def test_an_error_in_a_sub_process_is_left_to_the_diagram():
    definition = '<error id="err" name="坏" errorCode="bad"/>'
    inner = f'<startEvent id="ss"/>{user()}<endEvent id="se" name="报错"><errorEventDefinition errorRef="err"/></endEvent>{flows("ss>u>se")}'
    catch = '<boundaryEvent id="b" name="接住" attachedToRef="sub"><errorEventDefinition errorRef="err"/></boundaryEvent>'
    parts = (sub(inner), catch, user("v"), END, flows("s>sub>e", "b>v>e"))
    pack = load({"p.bpmn": diagram(START, *parts, definitions=definition)})
    model = pack.processes["p"]
    steps = _Walk(pack, "p", "p", WhoNext(pack, {}, "")).leave(model.elements["u"], _Place(model))
    assert [_line(step) for step in steps] == [("", "open", "报错", None)]


def test_a_way_back_ends_and_is_told_once():
    gate = '<exclusiveGateway id="g" name="行吗" default="g_u"/>'
    ways = told(user(), gate, END, flows("s>u>g", "g>e:=ok", "g>u"))
    assert ways == [("视“行吗”的条件而定", "end", "完成", None), ("其他情况", "task", "办理 u", "staff")]
