"""Where an instance stands, told from its events: calls, repeated activities, joins, cancelled branches."""

from __future__ import annotations

from collections import Counter

import pytest

from engine import SYSTEM, CompleteTask, CourseOfTask, DeployPack, History, InstanceView, ProcessEngine, StartInstance, TaskForm, Variables
from engine.bpmn.pack import load_pack
from engine.model.fold import fold
from engine.queries.cases.story import Story
from engine.queries.worklist.worklist import OpenTasks
from tests.commands.packs import END, START, extensions, flows, process, timer
from tests.commands.people import ADMIN, WANG
from tests.queries.conftest import HandClock

WORK = '<zeebe:userTask/><zeebe:assignmentDefinition candidateGroups="sales"/>'


def task(id, inner=""):
    return f'<userTask id="{id}" name="{id} 任务">{extensions(WORK)}{inner}</userTask>'


EACH = (
    '<multiInstanceLoopCharacteristics isSequential="{sequential}"><extensionElements>'
    '<zeebe:loopCharacteristics inputCollection="=items" inputElement="item"/></extensionElements></multiInstanceLoopCharacteristics>'
)
CALL = (
    '<callActivity id="call" name="调用"><extensionElements><zeebe:calledElement processId="inner" propagateAllChildVariables="false"'
    ' propagateAllParentVariables="false"/><zeebe:ioMapping><zeebe:input source="=count(items)" target="size"/></zeebe:ioMapping>'
    "</extensionElements></callActivity>"
)
DEEP = '<startEvent id="sub_start"/>' + task("deep") + '<endEvent id="sub_end" name="到头"/>' + flows("sub_start>deep>sub_end")
SUB = f'<subProcess id="sub" name="子流程">{DEEP}</subProcess>'
LATE = f'<boundaryEvent id="late" name="超时" attachedToRef="slow">{timer("Duration", "PT1H")}</boundaryEvent>'
OUTER = process(
    "outer",
    "外层",
    START,
    '<parallelGateway id="fork" name=""/>',
    task("all", EACH.format(sequential="false")),
    task("one", EACH.format(sequential="true")),
    CALL,
    SUB,
    task("slow"),
    LATE,
    '<parallelGateway id="join" name=""/>',
    END,
    '<endEvent id="missed" name="错过"/>',
    flows("start>fork>all>join>end", "fork>one>join", "fork>call>join", "fork>sub>join", "fork>slow>join", "late>missed"),
)
INNER_START, INNER_END = '<startEvent id="inner_start" name="始"/>', '<endEvent id="inner_end" name="完"/>'
INNER = process("inner", "内层", INNER_START, task("within"), INNER_END, flows("inner_start>within>inner_end"))
PACK = {"outer.bpmn": OUTER, "inner.bpmn": INNER}


@pytest.fixture
def course(fresh_database_url):
    """(engine, clock, instance id) of a running instance."""
    clock = HandClock()
    engine = ProcessEngine.open(fresh_database_url, clock)
    engine.run(DeployPack(PACK), SYSTEM)
    begun = engine.run(StartInstance("outer", {"items": ["甲", "乙", "丙"]}), ADMIN)
    yield engine, clock, begun.instance_id
    engine.close()


def progress(engine, instance_id):
    return engine.read(InstanceView(instance_id), ADMIN).progress


def complete(engine, instance_id, element_id):
    row = next(row for row in engine.read(OpenTasks(instance_id), ADMIN) if row.element_id == element_id)
    engine.run(CompleteTask(row.task_id, {}), WANG)
    return row.task_id


def test_a_repeated_activity_counts_what_people_see(course):
    engine, _, instance_id = course
    outer = progress(engine, instance_id)["outer"]
    assert dict(outer.active) == {"all": 3, "one": 1, "call": 1, "sub": 1, "deep": 1, "slow": 1}
    assert outer.visits["all"] == 3
    complete(engine, instance_id, "all")
    complete(engine, instance_id, "one")
    outer = progress(engine, instance_id)["outer"]
    assert (outer.active["all"], outer.active["one"], outer.visits["one"]) == (2, 1, 2)
    assert "all" not in outer.done


def test_a_called_process_has_its_own_progress_and_place(course):
    engine, _, instance_id = course
    view = engine.read(InstanceView(instance_id), ADMIN)
    assert [(call.process_key, call.parent_key, call.element_id, call.depth) for call in view.calls] == [
        ("outer", None, None, 0),
        ("inner", "outer", "call", 1),
    ]
    assert dict(view.progress["inner"].active) == {"within": 1}
    row = next(row for row in engine.read(OpenTasks(instance_id), ADMIN) if row.element_id == "within")
    course = engine.read(CourseOfTask(row.task_id), ADMIN)
    assert ([call.process_key for call in course.calls], set(course.progress)) == (["outer", "inner"], {"outer", "inner"})
    assert dict(engine.read(TaskForm(row.task_id), ADMIN).scope) == {"size": 3}
    done = complete(engine, instance_id, "within")
    assert dict(engine.read(TaskForm(done), ADMIN).scope) == {"size": 3}
    assert "call" in progress(engine, instance_id)["outer"].done


def test_joins_count_once_and_everything_is_done_at_the_end(course):
    engine, _, instance_id = course
    for element_id in ("all", "all", "all", "one", "one", "one", "within", "deep", "slow"):
        complete(engine, instance_id, element_id)
    view = engine.read(InstanceView(instance_id), ADMIN)
    outer = view.progress["outer"]
    assert (view.head.status, dict(outer.active), outer.cancelled) == ("completed", {}, frozenset())
    assert (outer.visits["join"], outer.visits["all"], outer.visits["one"]) == (1, 3, 3)
    assert outer.done == {"start", "fork", "all", "one", "call", "sub", "sub_start", "deep", "sub_end", "slow", "join", "end"}


def test_what_a_timer_cancelled_is_cancelled(course):
    engine, clock, instance_id = course
    clock.move(hours=2)
    engine.run_due_jobs()
    outer = progress(engine, instance_id)["outer"]
    assert outer.cancelled == {"slow"}
    assert {"late", "missed"} <= outer.done
    assert "slow" not in outer.active


def test_the_story_agrees_with_the_fold_after_every_event(course):
    engine, clock, instance_id = course
    for element_id in ("all", "within", "one", "deep", "all"):
        complete(engine, instance_id, element_id)
    clock.move(hours=2)
    engine.run_due_jobs()
    pack, story, events = load_pack(PACK), Story(load_pack(PACK)), engine.read(History(instance_id), ADMIN)
    for number, event in enumerate(events, 1):
        story.add(event)
        state = fold(events[:number])
        bodies = {token.scope for token in state.tokens.values() if is_inside_itself(state, token)}
        held = Counter((token.process_key, token.element_id) for id, token in state.tokens.items() if id not in bodies)
        told = Counter({(key, element): count for key, each in story.progress().items() for element, count in each.active.items()})
        # Between two single instances of a repeated activity its body stands alone for an event or two.
        assert {place: count for place, count in told.items() if pack.processes[place[0]].elements[place[1]].loop is None} == {
            place: count for place, count in held.items() if pack.processes[place[0]].elements[place[1]].loop is None
        }
    assert story.seen_by(0) == dict(engine.read(Variables(instance_id), ADMIN).json)


def is_inside_itself(state, token):
    host = state.tokens.get(token.scope)
    return host is not None and (host.process_key, host.element_id) == (token.process_key, token.element_id)
