"""Who is told of a task when the process opens it, when its time comes, and of an error; and that it is over when the task is."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from engine import (
    SYSTEM,
    AssignTask,
    ChooseNotifications,
    ClaimTask,
    CompleteTask,
    DeployPack,
    FindAccount,
    InputRejected,
    MarkNotificationsRead,
    MyNotificationChoices,
    NotAllowedError,
    Notifications,
    SaveUser,
    SetActive,
    SetSubstitute,
    StartInstance,
    TellOfDue,
    TerminateInstance,
    UnclaimTask,
    WithdrawCompletion,
)
from engine.store.addressees import LOOK_BACK
from tests.commands.packs import END, PACK, START, extensions, flows, process
from tests.commands.people import ADMIN, LI, NOBODY, SUN, WANG

PEOPLE = (WANG, SUN, LI, NOBODY, ADMIN)


def task(id: str, name: str, who: str, due: str = "") -> str:
    schedule = f'<zeebe:taskSchedule dueDate="{due}"/>' if due else ""
    return f'<userTask id="{id}" name="{name}">{extensions(f"<zeebe:userTask/><zeebe:assignmentDefinition {who}/>{schedule}")}</userTask>'


TIMED = process(
    "timed",
    "限时",
    START,
    task("work", "办理", 'assignee="=who"', "=due"),
    task("after", "收尾", 'candidateGroups="sales" candidateUsers="liqiang"'),
    END,
    flows("start>work>after>end"),
)
POOL = process("pool", "限时待领", START, task("work", "办理", 'candidateGroups="sales"', "=due"), END, flows("start>work>end"))
BROKEN = process("broken", "会出错", START, '<exclusiveGateway id="g" name="?"/>', END, flows("start>g", "g>end:=ok"))


@pytest.fixture(scope="module", autouse=True)
def _pack(engine):
    engine.run(DeployPack({**PACK, "timed.bpmn": TIMED, "pool.bpmn": POOL, "broken.bpmn": BROKEN}), SYSTEM)


@pytest.fixture(autouse=True)
def _people(engine, clock):
    clock.move(days=30)
    for person in PEOPLE:
        groups = person.groups & {"sales", "manager"}
        engine.run(SaveUser(person.user_id, person.name, None, groups, is_administrator=person.is_administrator), SYSTEM)
        engine.run(ChooseNotifications({each.kind for each in engine.read(MyNotificationChoices(), person).kinds} - {"offered"}), person)
        engine.run(MarkNotificationsRead(2**62), person)


def unread(engine, person) -> list[tuple[str, str]]:
    """(kind, name of the task), newest first."""
    return [(row.kind, row.task) for row in engine.read(Notifications(), person).rows if row.read_at is None]


def start(engine, key: str = "timed", by=WANG, **variables) -> str:
    return engine.run(StartInstance(key, {"who": LI.user_id, "due": "2030-01-01T00:00:00Z", **variables}), by).instance_id


def want_offers(engine, *people, **choices):
    for person in people:
        engine.run(ChooseNotifications([each.kind for each in engine.read(MyNotificationChoices(), person).kinds], **choices), person)


def test_the_assignee_is_told_and_the_task_done_is_over(engine):
    instance_id = start(engine, by=ADMIN)
    assert unread(engine, LI) == [("arrived", "办理")]
    row = engine.read(Notifications(), LI).rows[0]
    assert (row.by_name, row.about, row.due_at.year) == (ADMIN.name, "", 2030)
    assert [unread(engine, person) for person in (WANG, SUN, ADMIN)] == [[], [], []]
    engine.run(CompleteTask(f"{instance_id}.2", {}), LI)
    # Named as one of several: told; who did the step before knows.
    assert unread(engine, LI) == []
    assert unread(engine, WANG) == []


def test_who_gives_the_task_to_oneself_is_not_told(engine):
    start(engine, who=ADMIN.user_id, by=ADMIN)
    assert unread(engine, ADMIN) == []


def test_roles_are_told_by_those_who_want_it_until_somebody_takes_it(engine):
    want_offers(engine, WANG, SUN)
    instance_id = start(engine, who=ADMIN.user_id, by=ADMIN)
    engine.run(CompleteTask(f"{instance_id}.2", {}), ADMIN)
    assert unread(engine, LI) == [("arrived", "收尾")]
    assert (unread(engine, WANG), unread(engine, SUN)) == ([("offered", "收尾")], [("offered", "收尾")])
    engine.run(ClaimTask(f"{instance_id}.3"), SUN)
    assert [unread(engine, person) for person in (WANG, SUN, LI)] == [[], [], []]
    engine.run(UnclaimTask(f"{instance_id}.3"), SUN)
    assert [unread(engine, person) for person in (WANG, SUN, LI)] == [[("offered", "收尾")], [], [("arrived", "收尾")]]
    engine.run(TerminateInstance(instance_id, "不做了"), ADMIN)
    assert [unread(engine, person) for person in (WANG, SUN, LI)] == [[], [], []]


def test_given_to_somebody_else(engine):
    instance_id = start(engine, by=ADMIN)
    engine.run(AssignTask(f"{instance_id}.2", SUN.user_id), LI)
    assert (unread(engine, LI), unread(engine, SUN)) == ([], [("assigned", "办理")])


def test_a_withdrawn_step_takes_its_notice_along(engine):
    instance_id = start(engine, by=ADMIN, who=WANG.user_id)
    engine.run(CompleteTask(f"{instance_id}.2", {}), WANG)
    assert unread(engine, LI) == [("arrived", "收尾")]
    engine.run(WithdrawCompletion(f"{instance_id}.2"), WANG)
    assert unread(engine, LI) == []


def test_a_substitute_is_told_for_whom(engine):
    now = engine.now()
    engine.run(SetSubstitute(LI.user_id, NOBODY.user_id, now, now + timedelta(days=2), ["pool"]), ADMIN)
    engine.run(SetSubstitute(WANG.user_id, SUN.user_id, now, now + timedelta(days=2)), ADMIN)
    engine.run(MarkNotificationsRead(2**62), NOBODY)
    engine.run(MarkNotificationsRead(2**62), SUN)
    start(engine, by=ADMIN)
    assert unread(engine, NOBODY) == []
    start(engine, by=ADMIN, who=WANG.user_id)
    # As pages read it: the actor knows for whom.
    sun = engine.read(FindAccount(SUN.user_id), SYSTEM).actor
    assert [(row.kind, row.about) for row in engine.read(Notifications(), sun).rows if row.read_at is None] == [("arrived", WANG.name)]
    assert unread(engine, WANG) == [("arrived", "办理")]


def test_due_soon_and_overdue_each_once(engine, clock):
    due = clock() + timedelta(days=3)
    start(engine, by=ADMIN, due=due.isoformat())
    engine.run(MarkNotificationsRead(2**62), LI)
    assert engine.run(TellOfDue(), SYSTEM).due_soon == 0
    clock.move(days=2, minutes=1)
    assert engine.run(TellOfDue(), SYSTEM).due_soon == 1
    assert engine.run(TellOfDue(), SYSTEM).due_soon == 0
    assert unread(engine, LI) == [("due_soon", "办理")]
    clock.move(days=1)
    told = engine.run(TellOfDue(), SYSTEM)
    assert (told.due_soon, told.overdue) == (0, 1)
    assert engine.run(TellOfDue(), SYSTEM).overdue == 0
    assert unread(engine, LI) == [("overdue", "办理")]
    with pytest.raises(NotAllowedError):
        engine.run(TellOfDue(), ADMIN)


def test_as_long_before_as_the_person_has_chosen_and_not_at_once_when_it_comes_late(engine, clock):
    for person, hours in ((LI, 72), (SUN, 2)):
        engine.run(ChooseNotifications(["due_soon"], hours), person)
    soon = (clock() + timedelta(hours=3)).isoformat()
    start(engine, by=ADMIN, due=soon)
    start(engine, by=ADMIN, due=soon, who=SUN.user_id)
    clock.move(hours=2)
    engine.run(TellOfDue(), SYSTEM)
    assert (unread(engine, LI), unread(engine, SUN)) == ([], [("due_soon", "办理")])
    with pytest.raises(InputRejected) as refused:
        engine.run(ChooseNotifications([], 3), LI)
    assert refused.value.code == "unknown_due_hours"


def test_what_nobody_has_is_told_to_those_who_want_offers(engine, clock):
    want_offers(engine, WANG)
    start(engine, "pool", by=ADMIN, due=(clock() + timedelta(days=2)).isoformat())
    engine.run(MarkNotificationsRead(2**62), WANG)
    clock.move(days=1, minutes=1)
    engine.run(TellOfDue(), SYSTEM)
    assert (unread(engine, WANG), unread(engine, SUN)) == ([("due_soon", "办理")], [])


def test_old_ones_done_ones_and_unwanted_ones_are_not_told(engine, clock):
    engine.run(ChooseNotifications(["due_soon"]), SUN)
    done = start(engine, by=ADMIN, due=(clock() + timedelta(hours=1)).isoformat())
    start(engine, by=ADMIN, who=SUN.user_id, due=(clock() + timedelta(hours=1)).isoformat())
    engine.run(CompleteTask(f"{done}.2", {}), LI)
    start(engine, by=ADMIN, due=(clock() - LOOK_BACK).isoformat())
    clock.move(hours=2)
    assert engine.run(TellOfDue(), SYSTEM).overdue == 0


def test_two_that_look_at_once_tell_once(engine, clock):
    start(engine, by=ADMIN, due=(clock() + timedelta(hours=1)).isoformat())
    clock.move(hours=2)
    told: list[int] = []
    threads = [threading.Thread(target=lambda: told.append(engine.run(TellOfDue(), SYSTEM).overdue)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [0, 0, 0, 1]


def test_administrators_are_told_of_errors_until_they_are_mended(engine):
    instance_id = start(engine, "broken", by=ADMIN, ok=False)
    assert unread(engine, ADMIN) == []
    engine.run(TerminateInstance(instance_id, "错了"), ADMIN)
    engine.run(SaveUser("chief", "总管", None, is_administrator=True), SYSTEM)
    instance_id = start(engine, "broken", by=ADMIN, ok=False)
    chief = engine.read(FindAccount("chief"), SYSTEM).actor
    assert [kind for kind, _ in unread(engine, chief)] == ["incident"]
    assert "incident" not in [each.kind for each in engine.read(MyNotificationChoices(), WANG).kinds]
    engine.run(SetActive("chief", False), ADMIN)
