"""Who gets a task: the starter's supervisor, the lane where nobody is named, substitutes, successors; and what nobody can do."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest

from engine import (
    SYSTEM,
    Actor,
    ClaimTask,
    CompleteTask,
    DeployPack,
    EndSubstitute,
    HandOverWork,
    History,
    HistoryInWords,
    InputRejected,
    NotAllowedError,
    NotFoundError,
    ProcessEngine,
    ReexecuteInstance,
    SaveUser,
    SetSubstitute,
    Standing,
    StartInstance,
    Substitutes,
    TaskForm,
    UnattendedTasks,
    Users,
    Worklist,
)
from engine.bpmn.pack import load_pack
from tests.commands.packs import END, START, flows, process, user_task

ADMIN = Actor("admin", "管理员", is_administrator=True)
WANG, SUN, LI, CHEN = (Actor(each, name, frozenset(groups)) for each, name, groups in (
    ("wangfang", "王芳", {"sales"}), ("sunlei", "孙磊", {"sales"}), ("liqiang", "李强", {"manager"}), ("chenjing", "陈静", set()),
))  # fmt: skip
TOML = """[pack]
key = "assigning"
name = "派工"
[[role]]
key = "sales"
name = "销售"
can_start = ["approval", "orphan", "laned"]
[[role]]
key = "manager"
name = "经理"
[[role]]
key = "empty"
name = "空岗"
""".encode()
LANE = '<laneSet id="lanes"><lane id="lane_m" name="经理"><flowNodeRef>{}</flowNodeRef></lane></laneSet>'
APPROVAL = process(
    "approval", "审批", START, user_task("sign", "主管签字", assignee="=starter.manager"), user_task("after", "复核", groups="manager"), END,
    flows("start>sign>after>end"),
)  # fmt: skip
HEAD_SIGNS = user_task("sign", "签字", assignee="=starter.departmentHead")
LANED = process("laned", "泳道", LANE.format("sign"), START, HEAD_SIGNS, END, flows("start>sign>end"))
ORPHAN = process("orphan", "没有人", START, user_task("lost", "没人办", groups="empty"), END, flows("start>lost>end"))


@pytest.fixture(scope="module")
def engine(database_url: str, clock):
    engine = ProcessEngine.open(database_url, clock)
    engine.run(DeployPack({"pack.toml": TOML, "a.bpmn": APPROVAL, "b.bpmn": LANED, "c.bpmn": ORPHAN}), SYSTEM)
    engine.run(SaveUser("liqiang", "李强", "secret-word-1", groups=("manager",)), SYSTEM)
    engine.run(SaveUser("chenjing", "陈静", "secret-word-1"), SYSTEM)
    for user in (WANG, SUN):
        engine.run(SaveUser(user.user_id, user.name, "secret-word-1", groups=("sales",), manager_id="liqiang"), SYSTEM)
    yield engine
    engine.close()


def opened(engine: ProcessEngine, key: str, starter: Actor = WANG) -> tuple[str, str]:
    """(instance id, the id of its open task)."""
    instance_id = engine.run(StartInstance(key), starter).instance_id
    [row] = [row for row in engine.read(Worklist("started"), starter).rows if row.instance_id == instance_id]
    return instance_id, row.task_id


def same_again(engine: ProcessEngine, instance_id: str) -> bool:
    return engine.read(ReexecuteInstance(instance_id), ADMIN).difference is None


def test_the_starters_supervisor_gets_the_task_and_it_comes_out_the_same_again(engine):
    instance_id, task_id = opened(engine, "approval")
    assert engine.read(TaskForm(task_id), LI).row.assignee == "liqiang"
    engine.run(SaveUser("wangfang", "王芳", groups=("sales",), manager_id="chenjing"), SYSTEM)
    # The organisation of then is part of the recorded input.
    assert same_again(engine, instance_id)
    assert engine.read(TaskForm(opened(engine, "approval")[1]), CHEN).row.assignee == "chenjing"
    engine.run(SaveUser("wangfang", "王芳", groups=("sales",), manager_id="liqiang"), SYSTEM)


def test_where_the_expression_names_nobody_the_lane_gets_the_task(engine):
    instance_id, task_id = opened(engine, "laned")
    row = engine.read(TaskForm(task_id), LI).row
    assert (row.assignee, [role.key for role in row.candidate_groups]) == (None, ["manager"])
    assert same_again(engine, instance_id)


def test_a_misspelt_field_of_a_person_is_told_before_deploying():
    files = {"pack.toml": TOML, "b.bpmn": LANED, "c.bpmn": ORPHAN}
    assert load_pack({**files, "a.bpmn": APPROVAL}).warnings == ()
    [warning] = load_pack({**files, "a.bpmn": APPROVAL.replace(b"starter.manager", b"starter.manger")}).warnings
    assert (warning.element_id, "manger" in warning.message) == ("sign", True)


def test_a_task_that_nobody_can_do_is_shown_to_administrators_until_somebody_can(engine):
    _, task_id = opened(engine, "orphan")
    assert task_id in [row.task_id for row in engine.read(UnattendedTasks(), ADMIN)]
    engine.run(SaveUser("chenjing", "陈静", groups=("empty",)), SYSTEM)
    assert task_id not in [row.task_id for row in engine.read(UnattendedTasks(), ADMIN)]
    engine.run(SaveUser("chenjing", "陈静", groups=()), SYSTEM)
    with pytest.raises(NotAllowedError):
        engine.read(UnattendedTasks(), LI)


def absent(engine, clock, user: str = "liqiang", substitute: str = "chenjing", actor: Actor = LI, **more):
    now = clock()
    return engine.run(SetSubstitute(user, substitute, now, now + timedelta(days=3), **more), actor)


def test_a_substitute_sees_and_does_the_work_and_both_names_are_kept(engine, clock):
    instance_id, task_id = opened(engine, "approval")
    with pytest.raises(NotFoundError):
        engine.read(TaskForm(task_id), SUN)
    number = absent(engine, clock, substitute="sunlei", reason="休假").substitution_id
    stand_in = Actor("sunlei", "孙磊", frozenset({"sales"}), acts_for=(Standing("liqiang", "李强", frozenset({"manager"})),))
    assert task_id in [row.task_id for row in engine.read(Worklist("mine", limit=200), stand_in).rows]
    assert engine.read(TaskForm(task_id), stand_in).can_complete
    engine.run(CompleteTask(task_id, {}), stand_in)
    [done] = [event for event in engine.read(History(instance_id), ADMIN) if event.kind == "task_completed"]
    assert (done.actor, done.on_behalf_of) == ("sunlei", "liqiang")
    assert any("孙磊（代 李强）" in line.text_zh for line in engine.read(HistoryInWords(instance_id), ADMIN))
    [group] = [row for row in engine.read(Worklist("groups", limit=200), stand_in).rows if row.instance_id == instance_id]
    engine.run(ClaimTask(group.task_id), stand_in)
    engine.run(EndSubstitute(number), LI)
    # Taken while it held: it stays the work of the absent one.
    engine.run(CompleteTask(group.task_id, {}), SUN)
    assert [event.on_behalf_of for event in engine.read(History(instance_id), ADMIN) if event.kind == "task_completed"] == ["liqiang", "liqiang"]
    assert same_again(engine, instance_id)


def test_a_substitute_for_one_process_does_nothing_in_another(engine):
    _, task_id = opened(engine, "approval")
    elsewhere = Actor("sunlei", "孙磊", acts_for=(Standing("liqiang", "李强", frozenset({"manager"}), frozenset({"laned"})),))
    assert task_id not in [row.task_id for row in engine.read(Worklist("mine", limit=200), elsewhere).rows]
    with pytest.raises(NotFoundError):
        engine.run(CompleteTask(task_id, {}), elsewhere)


def test_what_cannot_be_set_as_a_substitute(engine, clock):
    now = clock()
    for command, code in (
        (SetSubstitute("liqiang", "liqiang", now, now + timedelta(days=1)), "own_substitute"),
        (SetSubstitute("liqiang", "ghost", now, now + timedelta(days=1)), "unknown_user"),
        (SetSubstitute("liqiang", "sunlei", now, now), "wrong_period"),
        (SetSubstitute("liqiang", "sunlei", now, now + timedelta(days=400)), "wrong_period"),
        (SetSubstitute("liqiang", "sunlei", now, now + timedelta(days=1), ["none"]), "unknown_process"),
    ):
        with pytest.raises(InputRejected) as refused:
            engine.run(command, LI)
        assert refused.value.code == code
    with pytest.raises(NotAllowedError):
        engine.run(SetSubstitute("liqiang", "sunlei", now, now + timedelta(days=1)), SUN)
    # Supervisors may for their people.
    number = engine.run(SetSubstitute("wangfang", "sunlei", now, now + timedelta(days=1)), LI).substitution_id
    assert [row.substitute_name for row in engine.read(Substitutes("wangfang"), WANG)] == ["孙磊"]
    with pytest.raises(NotFoundError):
        engine.run(EndSubstitute(number), CHEN)
    engine.run(EndSubstitute(number), SUN)
    assert engine.read(Substitutes("wangfang"), WANG) == ()


def test_two_substitutes_for_the_same_time_one_is_told(engine, clock):
    results: list[object] = []

    def set_one(substitute: str) -> None:
        try:
            results.append(absent(engine, clock, substitute=substitute))
        except InputRejected as refused:
            results.append(refused.code)

    threads = [Thread(target=set_one, args=(each,)) for each in ("sunlei", "wangfang")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count("substitute_overlaps") == 1
    [row] = engine.read(Substitutes("liqiang"), LI)
    engine.run(EndSubstitute(row.substitution_id), LI)


def test_everything_open_is_handed_over_and_new_tasks_follow_while_the_person_is_gone(engine):
    instance_id, task_id = opened(engine, "approval")
    handed = engine.run(HandOverWork("liqiang", "chenjing", "离职"), ADMIN)
    assert task_id in handed.tasks
    assert engine.read(TaskForm(task_id), CHEN).can_complete
    [event] = [event for event in engine.read(History(instance_id), ADMIN) if event.kind == "task_assigned"]
    assert dict(event.data) == {"assignee": "chenjing", "previous": "liqiang", "reason": "离职"}
    # Still active: new tasks are the person's own.
    assert engine.read(TaskForm(opened(engine, "approval")[1]), LI).row.assignee == "liqiang"
    engine.run(SaveUser("liqiang", "李强", groups=("manager",), active=False), SYSTEM)
    later, task_id = opened(engine, "approval")
    assert engine.read(TaskForm(task_id), CHEN).row.assignee == "chenjing"
    assert same_again(engine, later)
    assert same_again(engine, instance_id)
    engine.run(SaveUser("liqiang", "李强", groups=("manager",), active=True), SYSTEM)
    assert engine.read(TaskForm(opened(engine, "approval")[1]), LI).row.assignee == "liqiang"


def test_who_may_not_hand_over_and_to_whom(engine):
    for command, actor, error, code in (
        (HandOverWork("liqiang", "chenjing", "x"), SUN, NotAllowedError, "not_your_people"),
        (HandOverWork("liqiang", "liqiang", "x"), LI, InputRejected, "own_successor"),
        (HandOverWork("liqiang", "ghost", "x"), LI, InputRejected, "unknown_user"),
        (HandOverWork("liqiang", "chenjing", ""), LI, InputRejected, "required"),
        (HandOverWork("ghost", "chenjing", "x"), ADMIN, NotFoundError, "no_such_user"),
    ):
        with pytest.raises(error) as refused:
            engine.run(command, actor)
        assert refused.value.code == code


def test_a_handover_and_a_completion_at_once_do_not_both_win(engine):
    tasks = [opened(engine, "approval")[1] for _ in range(6)]
    outcomes: dict[str, list[object]] = {"handed": [], "done": []}

    def complete() -> None:
        for task_id in reversed(tasks):
            try:
                outcomes["done"].append(engine.run(CompleteTask(task_id, {}), LI).task_id)
            except (NotAllowedError, NotFoundError):
                pass

    def hand_over() -> None:
        outcomes["handed"] += engine.run(HandOverWork("liqiang", "chenjing", "换岗", lasting=False), LI).tasks

    threads = [Thread(target=complete), Thread(target=hand_over)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ours = set(outcomes["handed"]) & set(tasks)
    assert ours.isdisjoint(outcomes["done"])
    assert ours | set(outcomes["done"]) == set(tasks)


def test_accounts_come_with_those_for_whom_they_stand(engine, clock):
    from engine import FindAccount

    number = absent(engine, clock, substitute="sunlei", process_keys=["approval"]).substitution_id
    [standing] = engine.read(FindAccount("sunlei"), SYSTEM).actor.acts_for
    assert (standing.user_id, standing.groups, standing.process_keys) == ("liqiang", {"manager"}, {"approval"})
    clock.move(days=4)
    assert engine.read(FindAccount("sunlei"), SYSTEM).actor.acts_for == ()
    assert len(engine.read(Users(), ADMIN)) == 4
    assert number
