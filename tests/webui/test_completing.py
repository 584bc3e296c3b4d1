"""Several of the same task completed with one answer: checked one by one, told one by one, what failed stays selected."""

from __future__ import annotations

import re
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from werkzeug.datastructures import MultiDict

from engine import SYSTEM, ClaimTask, CompleteTask, ConflictError, SaveDraft, SaveUser, TaskForm, TasksToComplete, Worklist
from engine.model.identity import Actor
from tests.webui.website import PASSWORD, Visitor, offered, start_of, steps, submitted

SCENARIO = "application_refused"
LI = Actor("liqiang", "李强", frozenset({"marketing_supervisor"}))
YES = next(step["data"] for step in steps(SCENARIO) if step["task"] == "confirm_target")
Visit = Callable[[str | None], Visitor]


@pytest.fixture(scope="module")
def visitor(visitor_of_module: Visit) -> Visit:
    return visitor_of_module


def asked(visitor: Visitor, ids: list[str]):
    return visitor.post("/tasks/together", MultiDict([("op", "complete"), ("tab", "groups"), *(("task", each) for each in ids)]))


def answered(engine, ids: list[str], ticked: list[str], data=None, op: str = "submit") -> MultiDict[str, str]:
    """What a browser posts that had the form before it."""
    seen = {task.row.task_id: task.seen_digest for group in engine.read(TasksToComplete(tuple(ids)), LI) for task in group.tasks}
    posted = submitted(YES if data is None else data)
    posted.setlist("_op", [op])
    posted.update(MultiDict([*(("_listed", each) for each in ids), *(("_task", each) for each in ticked)]))
    posted.update(MultiDict([(f"_seen.{name}", digest or "") for name, digest in seen.items()]))
    return posted


def test_one_answer_completes_several_and_each_is_told(engine, visitor: Visit):
    first, second, taken = offered(engine, visitor, "同办甲", "同办乙", "同办丙")
    li = visitor("liqiang")
    page = asked(li, [first, second, taken])
    assert page.status_code == 200
    assert all(name in page.text for name in ("同办甲", "同办乙", "同办丙", "一起办理"))
    posted = answered(engine, [first, second, taken], [first, second, taken])
    engine.run(SaveUser("tang", "唐云", PASSWORD, groups=("marketing_supervisor",)), SYSTEM)
    engine.run(ClaimTask(taken), Actor("tang", "唐云", LI.groups))
    refreshed = li.post("/tasks/together/complete", posted | {"_op": "refresh"})
    assert ("刚刚被别人认领或办理了" in refreshed.text, refreshed.text.count('name="_task"')) == (True, 3)
    result = li.post("/tasks/together/complete", posted)
    assert result.status_code == 200
    assert "2 项成功，1 项没有成功" in result.text, re.sub(r"<[^>]*>|\s+", " ", result.text[result.text.index("<main") :])
    assert "唐云 已经认领了这项待办" in result.text
    assert [engine.read(TaskForm(each), LI).row.state for each in (first, second)] == ["completed", "completed"]
    again = li.post("/tasks/together/complete", posted)
    assert "0 项成功，3 项没有成功" in again.text


def test_what_is_wrong_is_said_beside_the_fields_and_stays_selected(engine, visitor: Visit):
    ids = offered(engine, visitor, "空填甲", "空填乙")
    li = visitor("liqiang")
    page = li.post("/tasks/together/complete", answered(engine, ids, ids, data={}))
    assert page.status_code == 422
    assert "0 项成功，2 项没有成功" in page.text
    assert "data-form-problems" in page.text
    assert page.text.count(" checked") >= 2
    assert all(engine.read(TaskForm(each), LI).is_open for each in ids)
    nothing = li.post("/tasks/together/complete", answered(engine, ids, []))
    assert (nothing.status_code, "请至少选中一项。" in nothing.text) == (422, True)
    changed = li.post("/tasks/together/complete", answered(engine, ids, ids[:1], op="refresh"))
    assert changed.status_code == 200
    assert all(engine.read(TaskForm(each), LI).is_open for each in ids)


def test_one_that_was_begun_alone_is_not_ticked_and_values_of_each_stay(engine, visitor: Visit):
    ids = offered(engine, visitor, "草稿甲", "草稿乙")
    li = visitor("liqiang")
    engine.run(SaveDraft(ids[0], {}), LI)
    page = asked(li, ids)
    assert "你单独填写过这一项" in page.text
    assert page.text.count('name="_task"') == 2
    assert page.text.count(f'value="{ids[1]}" checked') == 1
    assert f'value="{ids[0]}" checked' not in page.text
    li.post("/tasks/together/complete", answered(engine, ids, ids))
    for each, name in zip(ids, ("草稿甲", "草稿乙"), strict=True):
        view = engine.read(TaskForm(each), LI)
        assert (view.row.state, view.scope["customer_name"]) == ("completed", name)


def test_different_tasks_and_forms_for_one_case_are_refused_with_the_way_on(engine, visitor: Visit):
    (one,) = offered(engine, visitor, "混选甲")
    wang, li = visitor("wangfang"), visitor("liqiang")
    assert wang.post("/start/customer_development", submitted({**start_of(SCENARIO), "customer_name": "混选乙"})).status_code == 303
    engine.run_due_jobs()
    wangs = Actor("wangfang", "王芳", frozenset({"marketing_specialist"}))
    other = engine.read(Worklist("mine", "混选乙"), wangs).rows or engine.read(Worklist("groups", "混选乙"), wangs).rows
    strange = asked(li, [other[0].task_id])
    assert (strange.status_code, "混选乙" in strange.text) == (422, False)
    alone = asked(wang, [one])
    assert (alone.status_code, "一起办理这" in alone.text) == (422, False)
    assert engine.read(TaskForm(one), LI).is_open


def test_two_who_complete_the_same_tasks_at_once_do_each_exactly_once(engine, visitor: Visit):
    ids = offered(engine, visitor, "争办甲", "争办乙", "争办丙")
    engine.run(SaveUser("tang", "唐云", PASSWORD, groups=("marketing_supervisor",)), SYSTEM)
    (same,) = engine.read(TasksToComplete(tuple(ids)), LI)
    answer, gate, done, refused = same.answer(YES), Barrier(2), [], []

    def complete(actor: Actor) -> None:
        gate.wait()
        for task in same.tasks:
            try:
                engine.run(CompleteTask(task.row.task_id, answer, task.seen_digest), actor)
                done.append(task.row.task_id)
            except ConflictError as error:
                refused.append(error.code)

    both = [Thread(target=complete, args=(actor,)) for actor in (LI, Actor("tang", "唐云", LI.groups))]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(done) == sorted(ids)
    assert refused == ["task_not_open"] * len(ids)
