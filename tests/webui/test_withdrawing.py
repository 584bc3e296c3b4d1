"""Taking a completion back from its page: the task opens again as it was filled in, and too late is told in words."""

from __future__ import annotations

from collections.abc import Callable

from engine import Actor, ClaimTask, ProcessEngine, StartInstance, Worklist
from tests.webui.website import Visitor, submitted

WANG = Actor("wangfang", "王芳", frozenset({"marketing_specialist"}))
CUSTOMER = {"customer_name": "台州撤回有限公司", "customer_kind": "企业", "channels": ["公司内部"]}
FINDINGS = {"internal_sources": "销售记录", "internal_findings": "前年询过价"}


def first_task(engine: ProcessEngine) -> str:
    instance_id = engine.run(StartInstance("customer_development", CUSTOMER), WANG).instance_id
    return next(row.task_id for row in engine.read(Worklist("mine"), WANG).rows if row.instance_id == instance_id)


def test_a_completion_is_taken_back_from_its_result(visitor: Callable[[str | None], Visitor], engine: ProcessEngine):
    task_id = first_task(engine)
    wang = visitor("wangfang")
    answer = wang.post(f"/tasks/{task_id}", submitted(FINDINGS))
    assert answer.status_code == 303, answer.text[-3000:]
    [undo] = wang.page(str(answer.location)).xpath("//form[@class='result-undo']/@action")
    # A colleague who could have done it knows of it; others do not.
    assert [visitor(each).post(str(undo), {}).status_code for each in ("sunlei", "wuhao")] == [403, 404]
    reopened = wang.post(str(undo), {})
    assert reopened.status_code == 303
    page = wang.page(str(reopened.location))
    assert "前年询过价" in "".join(page.xpath("//textarea/text()"))
    assert "撤回了" in wang.get(f"/tasks/{task_id}").text
    again = wang.post(str(undo), {})
    assert (again.status_code, "已经不能撤回" in again.text) == (409, True)
    assert wang.post(str(reopened.location).partition("?")[0], submitted(FINDINGS)).status_code == 303


def test_what_somebody_has_begun_is_not_taken_from_them(visitor: Callable[[str | None], Visitor], engine: ProcessEngine):
    task_id = first_task(engine)
    wang = visitor("wangfang")
    assert wang.post(f"/tasks/{task_id}", submitted(FINDINGS)).status_code == 303
    instance_id = task_id.partition(".")[0]
    [following] = [row for row in engine.read(Worklist("mine"), WANG).rows if row.instance_id == instance_id]
    assert wang.post(f"/tasks/{following.task_id}", {"_op": "save"}).status_code == 200
    refused = wang.post(f"/tasks/{task_id}/withdraw", {})
    assert (refused.status_code, "已经不能撤回" in refused.text) == (409, True)
    assert engine.run(ClaimTask(following.task_id), WANG).assignee == "wangfang"
