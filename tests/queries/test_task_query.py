"""One task: what is shown to whom, before and after it is done."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine import (
    AssignTask,
    BackgroundOfTask,
    ClaimTask,
    CompleteTask,
    ContentChanged,
    CourseOfTask,
    NotFoundError,
    SaveDraft,
    StartInstance,
    TaskAlreadyClaimed,
    TaskForm,
    TaskNotOpen,
    TaskSaid,
    TerminateInstance,
    UnclaimTask,
    form_view,
)
from tests.commands.people import ADMIN, LI, NOBODY, SUN, WANG


@pytest.fixture
def begun(engine):
    return engine.run(StartInstance("visit", {"customer": "甲公司"}), WANG)


def rights(view):
    return view.can_complete, view.can_claim, view.can_unclaim


def test_candidates_may_take_or_do_it_others_do_not_know_it(engine, begun):
    view = engine.read(TaskForm(begun.next_task_id), SUN)
    assert (rights(view), view.is_open, view.form.id, view.instance_status) == ((True, True, False), True, "visit_plan", "active")
    assert view.scope["customer"] == "甲公司"
    for stranger in (LI, NOBODY):
        with pytest.raises(NotFoundError):
            engine.read(TaskForm(begun.next_task_id), stranger)


@pytest.mark.parametrize("task_id", ["", "x", "0" * 32, "0" * 32 + ".1", "0" * 32 + ".0", "Z" * 32 + ".1", "\x00", "0" * 32 + "." + "9" * 30, None])
def test_forged_ids_are_not_found(engine, task_id):
    with pytest.raises(NotFoundError):
        engine.read(TaskForm(task_id), ADMIN)


def test_what_one_may_do_follows_the_assignee(engine, begun):
    task_id = begun.next_task_id
    engine.run(ClaimTask(task_id), SUN)
    assert rights(engine.read(TaskForm(task_id), SUN)) == (True, False, True)
    assert rights(engine.read(TaskForm(task_id), WANG)) == (False, False, False)
    assert rights(engine.read(TaskForm(task_id), ADMIN)) == (False, False, True)
    engine.run(UnclaimTask(task_id), SUN)
    assert rights(engine.read(TaskForm(task_id), SUN)) == (True, True, False)
    engine.run(AssignTask(task_id, "liqiang"), ADMIN)
    assert rights(engine.read(TaskForm(task_id), LI)) == (True, False, True)
    with pytest.raises(NotFoundError):
        engine.read(TaskForm(task_id), NOBODY)


def test_candidates_who_come_too_late_are_told_who_was_faster_and_when(engine):
    task_id = engine.run(StartInstance("visit", {"customer": "甲公司"}), ADMIN).instance_id + ".2"
    claimed = engine.run(ClaimTask(task_id), SUN)
    with pytest.raises(TaskAlreadyClaimed) as late:
        engine.read(TaskForm(task_id), WANG)
    expected = {"task_id": task_id, "assignee": "sunlei", "assignee_name": SUN.name, "at": claimed.at.isoformat()}
    assert late.value.details == expected
    done = engine.run(CompleteTask(task_id, {"aim": "建立联系"}), SUN)
    with pytest.raises(TaskNotOpen) as late:
        engine.read(TaskForm(task_id), WANG)
    assert late.value.details == {"task_id": task_id, "state": "completed", "by": "sunlei", "by_name": SUN.name, "at": done.at.isoformat()}
    for stranger in (LI, NOBODY):
        with pytest.raises(NotFoundError):
            engine.read(TaskForm(task_id), stranger)


def test_a_task_without_candidates_cannot_be_given_back(engine):
    begun = engine.run(StartInstance("mine"), WANG)
    assert rights(engine.read(TaskForm(begun.next_task_id), WANG)) == (True, False, False)


def test_a_draft_is_ones_own(engine, begun):
    engine.run(SaveDraft(begun.next_task_id, {"aim": "先见", "cost": "12x"}), WANG)
    engine.run(SaveDraft(begun.next_task_id, {"aim": "先见面"}), WANG)
    draft = engine.read(TaskForm(begun.next_task_id), WANG).draft
    assert (dict(draft.values), draft.revision) == ({"aim": "先见面"}, 2)
    assert engine.read(TaskForm(begun.next_task_id), SUN).draft is None


def test_after_it_was_done_it_shows_what_was_submitted_and_seen(engine, begun):
    engine.run(CompleteTask(begun.next_task_id, {"aim": "见面", "cost": 1200}), SUN)
    view = engine.read(TaskForm(begun.next_task_id), WANG)
    assert (view.is_open, rights(view), view.closed_by, view.draft, view.seen_digest) == (False, (False, False, False), "孙磊", None, None)
    assert dict(view.submitted) == {"aim": "见面", "cost": Decimal(1200)}
    assert "aim" not in view.scope
    assert view.closed_at == view.row.completed_at
    assert engine.read(BackgroundOfTask(begun.next_task_id), WANG).past == ()
    shown = form_view(view.form, view.submitted, view.scope, view.rights, readonly=True)
    assert [item.words for item in shown.items] == ["见面", "1200"]


def test_a_task_that_was_cancelled_shows_nothing_submitted(engine, begun):
    engine.run(TerminateInstance(begun.instance_id, "不再需要"), ADMIN)
    view = engine.read(TaskForm(begun.next_task_id), WANG)
    assert (view.row.state, view.submitted, view.instance_status, rights(view)) == ("cancelled", None, "terminated", (False, False, False))


def test_earlier_decisions_carry_what_was_decided_with_what_in_view(engine, begun):
    engine.run(CompleteTask(begun.next_task_id, {"aim": "第一次"}), SUN)
    review = engine.read(TaskForm(next_task(engine, begun, LI)), LI)
    (step,) = engine.read(BackgroundOfTask(review.row.task_id), LI).past
    assert (step.element_name, step.actor_name, step.behalf_name, step.has_form) == ("制定计划", "孙磊", "", True)
    earlier = engine.read(TaskSaid(review.row.task_id, step.number), LI)
    assert (earlier.element_name, earlier.actor_name, earlier.form.id) == ("制定计划", "孙磊", "visit_plan")
    assert (dict(earlier.values)["aim"], earlier.scope["customer"], "aim" in earlier.scope) == ("第一次", "甲公司", False)
    engine.run(CompleteTask(review.row.task_id, {"ok": False, "opinion": "太贵"}), LI)
    again = next_task(engine, begun, SUN)
    page, course = engine.read(BackgroundOfTask(again), SUN), engine.read(CourseOfTask(again), SUN)
    assert [step.element_name for step in page.past] == ["审核计划", "制定计划"]
    assert [(remark.label, remark.text) for remark in page.past[0].remarks] == [("ok", "否"), ("opinion", "太贵")]
    progress = course.progress["visit"]
    assert progress.visits == {"start": 1, "plan": 2, "review": 1, "agreed": 1}
    assert progress.active == {"plan": 1}
    assert progress.done == {"start", "review", "agreed"}
    assert progress.flows == {"start_plan", "plan_review", "review_agreed", "agreed_plan"}
    assert [call.process_key for call in course.calls] == [call.process_key for call in page.calls] == ["visit"]
    assert page.others == ()


def test_the_first_round_still_shows_the_first_round(engine, begun):
    engine.run(CompleteTask(begun.next_task_id, {"aim": "第一次"}), SUN)
    engine.run(CompleteTask(next_task(engine, begun, LI), {"ok": False}), LI)
    second = next_task(engine, begun, SUN)
    engine.run(CompleteTask(second, {"aim": "第二次"}), SUN)
    assert engine.read(TaskForm(begun.next_task_id), SUN).submitted["aim"] == "第一次"
    later = engine.read(TaskForm(second), SUN)
    assert (later.submitted["aim"], later.scope["aim"]) == ("第二次", "第一次")
    assert [step.element_name for step in engine.read(BackgroundOfTask(second), SUN).past] == ["审核计划", "制定计划"]
    first = engine.read(BackgroundOfTask(begun.next_task_id), SUN)
    assert first.past == ()


def test_the_digest_of_what_was_seen_goes_back(engine, begun):
    digest = engine.read(TaskForm(begun.next_task_id), SUN).seen_digest
    with pytest.raises(ContentChanged):
        engine.run(CompleteTask(begun.next_task_id, {"aim": "见面"}, "0" * 64), SUN)
    assert engine.run(CompleteTask(begun.next_task_id, {"aim": "见面"}, digest), SUN).status == "active"


def test_a_task_page_takes_few_statements(engine, begun, statements):
    with statements() as seen:
        engine.read(TaskForm(begun.next_task_id), SUN)
    assert len(seen) <= 10


def next_task(engine, begun, actor):
    from engine import Worklist

    return next(row.task_id for row in engine.read(Worklist("groups"), actor).rows if row.instance_id == begun.instance_id)
