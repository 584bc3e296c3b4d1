"""Drafts: two pages of one person do not overwrite each other, a page never stands in its own way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine import (
    SYSTEM,
    ClaimTask,
    CompleteTask,
    ConflictError,
    FormRejected,
    InputRejected,
    NotAllowedError,
    NotFoundError,
    RemoveLeftDrafts,
    SaveDraft,
    SeenDraft,
    StartInstance,
    TaskForm,
    TaskNotOpen,
    TerminateInstance,
    WhatWasTyped,
)
from tests.commands.people import ADMIN, LI, NOBODY, SUN, WANG


@pytest.fixture
def plan(engine):
    """An open task of the sales group: 制定计划."""
    return engine.run(StartInstance("visit", {"customer": "甲公司"}), WANG).next_task_id


def drafts_of(rows, task_id):
    return [tuple(row) for row in rows("SELECT user_id, data, page FROM drafts WHERE instance_id = :id ORDER BY user_id", id=task_id.split(".")[0])]


def test_what_another_page_has_saved_since_is_not_overwritten(engine, rows, plan):
    assert engine.run(SaveDraft(plan, {"aim": "first"}, SeenDraft(0, "here")), WANG).revision == 1
    for stale in (SeenDraft(0, "there"), SeenDraft(2, "there"), SeenDraft(10**8, "there"), SeenDraft(0, "")):
        with pytest.raises(ConflictError) as refusal:
            engine.run(SaveDraft(plan, {"aim": "other page"}, stale), WANG)
        assert (refusal.value.code, refusal.value.details["revision"]) == ("draft_changed", 1)
        assert refusal.value.details["at"] is not None
    assert drafts_of(rows, plan) == [("wangfang", {"aim": "first"}, "here")]
    assert engine.run(SaveDraft(plan, {"aim": "second"}, SeenDraft(1, "there")), WANG).revision == 2
    assert drafts_of(rows, plan) == [("wangfang", {"aim": "second"}, "there")]


def test_a_page_goes_on_from_its_own_savings_whatever_revision_it_knows(engine, rows, plan):
    for number in range(1, 4):
        assert engine.run(SaveDraft(plan, {"aim": str(number)}, SeenDraft(0, "here")), WANG).revision == number
    engine.run(SaveDraft(plan, {"aim": "taken over"}, SeenDraft(3, "there")), WANG)
    with pytest.raises(ConflictError):
        engine.run(SaveDraft(plan, {"aim": "late"}, SeenDraft(3, "here")), WANG)
    assert drafts_of(rows, plan) == [("wangfang", {"aim": "taken over"}, "there")]


def test_pages_without_a_token_are_not_taken_for_one_page(engine, plan):
    engine.run(SaveDraft(plan, {"aim": "first"}, SeenDraft(0, "")), WANG)
    with pytest.raises(ConflictError):
        engine.run(SaveDraft(plan, {"aim": "second"}, SeenDraft(0, "")), WANG)
    assert engine.run(SaveDraft(plan, {"aim": "third"}), WANG).revision == 2


def test_the_same_once_more_is_no_conflict(engine, rows, plan):
    engine.run(SaveDraft(plan, {"aim": "first"}, SeenDraft(0, "here")), WANG)
    assert engine.run(SaveDraft(plan, {"aim": "first"}, SeenDraft(0, "there")), WANG).revision == 1
    assert drafts_of(rows, plan) == [("wangfang", {"aim": "first"}, "here")]


def test_drafts_of_two_people_do_not_meet(engine, rows, plan):
    engine.run(SaveDraft(plan, {"aim": "王"}, SeenDraft(0, "here")), WANG)
    engine.run(SaveDraft(plan, {"aim": "孙"}, SeenDraft(0, "there")), SUN)
    assert drafts_of(rows, plan) == [("sunlei", {"aim": "孙"}, "there"), ("wangfang", {"aim": "王"}, "here")]


def test_completing_from_a_page_whose_draft_moved_on_is_told(engine, rows, plan):
    engine.run(SaveDraft(plan, {"aim": "new", "cost": "5"}, SeenDraft(0, "here")), WANG)
    with pytest.raises(FormRejected):
        engine.run(CompleteTask(plan, {"cost": "much"}, draft=SeenDraft(0, "there")), WANG)
    with pytest.raises(ConflictError) as refusal:
        engine.run(CompleteTask(plan, {"aim": "old", "cost": "1"}, draft=SeenDraft(0, "there")), WANG)
    assert (refusal.value.code, refusal.value.details["revision"]) == ("draft_changed", 1)
    done = engine.run(CompleteTask(plan, {"aim": "old", "cost": "1"}, draft=SeenDraft(0, "here")), WANG)
    assert done.status == "active"
    commands = rows("SELECT data FROM events WHERE instance_id = :id AND kind = 'command' ORDER BY sequence", id=plan.split(".")[0])
    assert commands[-1].data == {
        "type": "CompleteTask",
        "arguments": {"task_id": plan, "variables": {"aim": "old", "cost": "1"}, "seen_digest": None},
    }


@pytest.mark.parametrize("seen", [SeenDraft(-1, "x"), SeenDraft(2**31, "x"), SeenDraft(0, "x" * 201), SeenDraft(0, "\x00"), SeenDraft("1", "x")])
def test_what_no_page_can_have_seen_is_refused(engine, rows, plan, seen):
    for command in (SaveDraft(plan, {"aim": "x"}, seen), CompleteTask(plan, {"aim": "x"}, draft=seen)):
        with pytest.raises(InputRejected):
            engine.run(command, WANG)
    assert drafts_of(rows, plan) == []


@pytest.mark.parametrize("round_number", range(5))
def test_of_two_pages_that_save_at_once_one_is_told(engine, rows, plan, round_number):
    def save(page: str) -> str:
        try:
            engine.run(SaveDraft(plan, {"aim": page}, SeenDraft(0, page)), WANG)
        except ConflictError as error:
            return error.code
        return "saved"

    with ThreadPoolExecutor(2) as pool:
        answers = dict(zip(("here", "there"), pool.map(save, ("here", "there")), strict=True))
    assert sorted(answers.values()) == ["draft_changed", "saved"]
    kept = next(page for page, answer in answers.items() if answer == "saved")
    assert drafts_of(rows, plan) == [("wangfang", {"aim": kept}, kept)]


def test_ten_savings_of_one_page_at_once_all_go_through(engine, rows, plan):
    with ThreadPoolExecutor(5) as pool:
        saved = list(pool.map(lambda number: engine.run(SaveDraft(plan, {"aim": str(number)}, SeenDraft(0, "here")), WANG).revision, range(10)))
    assert sorted(saved) == list(range(1, 11))


@pytest.mark.parametrize("round_number", range(5))
def test_saving_in_one_page_while_another_submits(engine, rows, plan, round_number):
    """Either the completion is told of the newer draft, or the saving that the task is done: never both through."""

    def attempt(command) -> str:
        try:
            engine.run(command, WANG)
        except ConflictError as error:
            return error.code
        return "done"

    commands = (SaveDraft(plan, {"aim": "kept"}, SeenDraft(0, "here")), CompleteTask(plan, {"aim": "sent"}, draft=SeenDraft(0, "there")))
    with ThreadPoolExecutor(2) as pool:
        answers = tuple(pool.map(attempt, commands))
    assert answers in (("done", "draft_changed"), ("task_not_open", "done"))


def test_what_a_colleague_typed_stays_readable_to_that_colleague_alone(engine, rows, plan):
    engine.run(SaveDraft(plan, {"aim": "孙写的", "cost": "abc"}), SUN)
    engine.run(SaveDraft(plan, {"aim": "王写的"}), WANG)
    engine.run(CompleteTask(plan, {"aim": "王交的"}), WANG)
    assert [person for person, *_ in drafts_of(rows, plan)] == ["sunlei"]
    with pytest.raises(TaskNotOpen):
        engine.read(TaskForm(plan), SUN)
    left = engine.read(WhatWasTyped(plan), SUN)
    assert (left.element_name, left.form.id, dict(left.draft.values)) == ("制定计划", "visit_plan", {"aim": "孙写的", "cost": "abc"})
    assert "王交的" not in str(left.scope)
    assert engine.read(WhatWasTyped(plan), WANG).draft is None
    for stranger in (LI, NOBODY):
        with pytest.raises(NotFoundError):
            engine.read(WhatWasTyped(plan), stranger)
    for forged in ("", "x", "0" * 32 + ".1"):
        with pytest.raises(NotFoundError):
            engine.read(WhatWasTyped(forged), SUN)


def test_what_was_typed_stays_when_a_task_is_claimed_or_cancelled(engine, rows, plan):
    engine.run(SaveDraft(plan, {"aim": "孙写的"}), SUN)
    engine.run(ClaimTask(plan), WANG)
    assert dict(engine.read(WhatWasTyped(plan), SUN).draft.values) == {"aim": "孙写的"}
    engine.run(TerminateInstance(plan.split(".")[0], "停"), ADMIN)
    assert dict(engine.read(WhatWasTyped(plan), SUN).draft.values) == {"aim": "孙写的"}


def test_what_was_left_goes_after_thirty_days(engine, rows, clock, plan):
    open_one = engine.run(StartInstance("visit", {"customer": "乙公司"}), WANG).next_task_id
    for task_id in (plan, open_one):
        engine.run(SaveDraft(task_id, {"aim": "孙写的"}), SUN)
    engine.run(CompleteTask(plan, {"aim": "王交的"}), WANG)
    with pytest.raises(NotAllowedError):
        engine.run(RemoveLeftDrafts(), ADMIN)
    clock.move(days=29)
    engine.run(RemoveLeftDrafts(), SYSTEM)
    assert len(drafts_of(rows, plan)) == 1
    clock.move(days=2)
    assert engine.run(RemoveLeftDrafts(), SYSTEM) >= 1
    assert (len(drafts_of(rows, plan)), len(drafts_of(rows, open_one))) == (0, 1)
