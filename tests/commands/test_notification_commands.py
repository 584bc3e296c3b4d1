"""Who is told of what: in the cause's own transaction, never oneself, only what one wants to know, and only one's own to read."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from engine import (
    AssignTask,
    ChooseNotifications,
    ClaimTask,
    CompleteTask,
    Copies,
    HandOverWork,
    InputRejected,
    MarkNotificationsRead,
    MyNotificationChoices,
    NotFoundError,
    Notifications,
    OpenNotification,
    SaveUser,
    SendCopy,
    SetActive,
    SetSubstitute,
    StartInstance,
    TerminateInstance,
    WriteComment,
)
from tests.commands.people import ADMIN, LI, NOBODY, WANG


@pytest.fixture(autouse=True)
def _people(engine):
    for person in (WANG, LI, NOBODY, ADMIN):
        engine.run(SaveUser(person.user_id, person.name, None, person.groups & {"sales", "manager"}), ADMIN)
        engine.run(SetActive(person.user_id, True), ADMIN)
        engine.run(ChooseNotifications({each.kind for each in engine.read(MyNotificationChoices(), person).kinds} - {"offered"}), person)
        engine.run(MarkNotificationsRead(2**62), person)


def visit(engine, customer="甲公司"):
    return engine.run(StartInstance("visit", {"customer": customer}), WANG)


def unread(engine, person) -> list[str]:
    """Kinds, newest first."""
    return [row.kind for row in engine.read(Notifications(), person).rows if row.read_at is None]


def newest(engine, person):
    return engine.read(Notifications(), person).rows[0]


def test_a_mention_tells_of_the_comment_and_not_of_its_copy(engine):
    instance_id = visit(engine).instance_id
    engine.run(SendCopy(instance_id, [LI.user_id]), WANG)
    engine.run(MarkNotificationsRead(2**62), LI)
    engine.run(WriteComment(instance_id, f"@{LI.user_id} 请看 {'长' * 200}", "once"), WANG)
    engine.run(WriteComment(instance_id, f"@{LI.user_id} 请看 {'长' * 200}", "once"), WANG)
    assert unread(engine, LI) == ["mentioned"]
    row = newest(engine, LI)
    assert (row.by_name, row.about, len(row.excerpt), row.excerpt[-1]) == (WANG.name, "1", 121, "…")
    assert unread(engine, WANG) == []
    opened = engine.run(OpenNotification(row.notification_id), LI)
    assert (opened.kind, opened.instance_id, opened.about) == ("mentioned", instance_id, "1")
    assert unread(engine, LI) == []
    assert [copy.read_at is None for copy in engine.read(Copies(), LI).rows if copy.instance_id == instance_id] == [False, False]


def test_a_refused_mention_tells_nobody(engine):
    instance_id = visit(engine).instance_id
    with pytest.raises(InputRejected):
        engine.run(WriteComment(instance_id, f"@{NOBODY.user_id} 看"), WANG)
    assert unread(engine, NOBODY) == []


def test_a_copy_is_told_to_others_and_not_to_oneself(engine):
    instance_id = visit(engine).instance_id
    engine.run(SendCopy(instance_id, [NOBODY.user_id, WANG.user_id]), WANG)
    assert (unread(engine, NOBODY), unread(engine, WANG)) == (["copied"], [])


def test_a_task_that_somebody_else_assigns(engine):
    started = visit(engine)
    engine.run(ClaimTask(started.next_task_id), WANG)
    assert unread(engine, WANG) == []
    engine.run(AssignTask(started.next_task_id, LI.user_id, "请办"), WANG)
    assert unread(engine, LI) == ["assigned"]
    opened = engine.run(OpenNotification(newest(engine, LI).notification_id), LI)
    assert f"{opened.instance_id}.{opened.activity_instance_id}" == started.next_task_id
    engine.run(AssignTask(started.next_task_id, LI.user_id, "还是你"), ADMIN)
    assert unread(engine, LI) == []


def test_a_handover_is_one_line_and_an_empty_one_is_none(engine):
    for customer in ("甲", "乙"):
        engine.run(ClaimTask(visit(engine, customer).next_task_id), WANG)
    done = engine.run(HandOverWork(WANG.user_id, LI.user_id, "调岗", lasting=False), ADMIN)
    assert unread(engine, LI) == ["assigned"]
    row = newest(engine, LI)
    assert (row.case, row.about) == ("", str(len(done.tasks)))
    engine.run(HandOverWork(WANG.user_id, NOBODY.user_id, "调岗", lasting=False), ADMIN)
    assert unread(engine, NOBODY) == []


def test_an_ended_case_is_told_to_who_started_it_unless_they_ended_it(engine):
    started = visit(engine)
    engine.run(CompleteTask(started.next_task_id, {"aim": "x"}), WANG)
    engine.run(CompleteTask(f"{started.instance_id}.3", {"ok": True}), LI)
    assert unread(engine, WANG) == ["ended"]
    row = newest(engine, WANG)
    assert row.outcome
    assert row.by_name == LI.name
    other = visit(engine)
    engine.run(TerminateInstance(other.instance_id, "错了"), ADMIN)
    assert unread(engine, WANG) == ["ended", "ended"]


def test_a_substitute_is_told_for_whom(engine):
    now = engine.now()
    engine.run(SetSubstitute(WANG.user_id, NOBODY.user_id, now + timedelta(days=40), now + timedelta(days=41)), ADMIN)
    assert unread(engine, NOBODY) == ["substitute"]
    assert newest(engine, NOBODY).about == WANG.name


def test_what_one_does_not_want_and_who_has_left_is_not_told(engine):
    instance_id = visit(engine).instance_id
    engine.run(ChooseNotifications(["mentioned"]), LI)
    assert [each.kind for each in engine.read(MyNotificationChoices(), LI).kinds if each.in_app] == ["mentioned"]
    engine.run(SendCopy(instance_id, [LI.user_id]), WANG)
    assert unread(engine, LI) == []
    engine.run(WriteComment(instance_id, f"@{LI.user_id} 看"), WANG)
    assert unread(engine, LI) == ["mentioned"]
    with pytest.raises(InputRejected) as refused:
        engine.run(ChooseNotifications(["gossip"]), LI)
    assert refused.value.code == "unknown_kind"
    other = visit(engine)
    engine.run(SetActive(WANG.user_id, False), ADMIN)
    engine.run(TerminateInstance(other.instance_id, "错了"), ADMIN)
    assert unread(engine, WANG) == []


def test_only_ones_own_and_all_up_to_what_was_seen(engine):
    instance_id = visit(engine).instance_id
    engine.run(SendCopy(instance_id, [LI.user_id]), WANG)
    page = engine.read(Notifications(), LI)
    with pytest.raises(NotFoundError):
        engine.run(OpenNotification(page.newest), NOBODY)
    engine.run(MarkNotificationsRead(page.newest), NOBODY)
    assert unread(engine, LI) == ["copied"]
    engine.run(SendCopy(instance_id, [LI.user_id], "再看"), WANG)
    assert engine.run(MarkNotificationsRead(page.newest), LI) == 1
    assert unread(engine, LI) == ["copied"]
    for number in (0, -1, 2**70):
        with pytest.raises(NotFoundError):
            engine.run(OpenNotification(number), LI)


def test_two_who_choose_at_once_leave_one_choice(engine):
    choices = (["mentioned"], ["copied", "ended"])
    failed: list[BaseException] = []

    def choose(kinds):
        try:
            engine.run(ChooseNotifications(kinds), LI)
        except BaseException as error:  # noqa: BLE001 - shown below
            failed.append(error)

    for _ in range(5):
        threads = [threading.Thread(target=choose, args=(kinds,)) for kinds in choices]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not failed
    assert [each.kind for each in engine.read(MyNotificationChoices(), LI).kinds if each.in_app] in (["mentioned"], ["copied", "ended"])
