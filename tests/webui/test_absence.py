"""Substitutes on one's own account, handing over, and tasks that nobody can do, as pages."""

from __future__ import annotations

from collections.abc import Callable

from engine import SYSTEM, Actor, ProcessEngine, SaveUser, StartInstance
from tests.webui.website import Visitor

WANG = Actor("wangfang", "王芳", frozenset({"marketing_specialist"}))
CUSTOMER = {"customer_name": "宁波代理有限公司", "customer_kind": "企业", "channels": ["公司内部"]}


def test_a_substitute_is_set_sees_the_tasks_and_is_ended(visitor: Callable[[str | None], Visitor], engine: ProcessEngine):
    engine.run(StartInstance("customer_development", CUSTOMER), WANG)
    assert "宁波代理" not in visitor("liqiang").get("/tasks?tab=mine").text
    wang = visitor("wangfang")
    assert "/account/substitutes" in wang.get("/account").text
    wrong = wang.post("/account/substitutes", {"substitute_id": "liqiang", "from": "2026-11-23", "until": "2026-11-01", "reason": "出差"})
    assert (wrong.status_code, "时间不对" in wrong.text, 'value="出差"' in wrong.text) == (422, True, True)
    assert wang.post("/account/substitutes", {"substitute_id": "liqiang", "from": "x", "until": "y"}).status_code == 422
    assert wang.post("/account/substitutes", {"substitute_id": "liqiang", "from": "2026-11-23", "until": "2026-11-25"}).status_code == 303
    li = visitor("liqiang")
    assert "宁波代理" in li.get("/tasks?tab=mine").text
    answer = li.complete(_element(li), {"internal_sources": "销售记录", "internal_findings": "询过价"}, "宁波代理")
    assert answer.status_code == 303, answer.text[-3000:]
    [instance] = visitor("wangfang").page("/instances").xpath("//a[contains(., '宁波代理')]/@href")
    assert "李强（代 王芳）" in wang.get(str(instance)).text
    page = li.page("/account/substitutes")
    [address] = page.xpath("//form[contains(@action, '/end')]/@action")
    assert li.post(str(address), {}).status_code == 303
    assert "宁波代理" not in li.get("/tasks?tab=mine").text


def _element(browser: Visitor) -> str:
    [row] = browser.page("/tasks?tab=mine&q=宁波代理").xpath("//*[@data-element]")
    return str(row.get("data-element"))


def test_work_is_handed_over_and_what_nobody_can_do_is_assigned(visitor: Callable[[str | None], Visitor], engine: ProcessEngine):
    engine.run(StartInstance("customer_development", {**CUSTOMER, "customer_name": "绍兴移交有限公司"}), WANG)
    admin = visitor("admin")
    assert visitor("liqiang").get("/people/wangfang/hand-over").status_code == 403
    assert "全部移交" in admin.get("/people/wangfang").text
    refused = admin.post("/people/wangfang/hand-over", {"successor_id": "wangfang", "reason": "调岗"})
    assert (refused.status_code, "不能移交给本人" in refused.text) == (422, True)
    engine.run(SaveUser("wangfang", "王芳", groups=("marketing_specialist",), active=False), SYSTEM)
    stuck = admin.page("/incidents")
    [form] = [form for form in stuck.xpath("//ul[@class='unattended']//li") if "绍兴移交" in form.text_content()]
    [address] = form.xpath(".//form/@action")
    assert admin.post(str(address), {"assignee": "sunlei"}).status_code == 303
    assert "绍兴移交" in visitor("sunlei").get("/tasks?tab=mine").text
    assert "绍兴移交" not in admin.get("/incidents").text
    assert admin.post("/people/sunlei/hand-over", {"successor_id": "liqiang", "reason": "调岗", "lasting": "1"}).status_code == 303
    assert "绍兴移交" in visitor("liqiang").get("/tasks?tab=mine").text
    english = visitor("admin")
    english.post("/preferences", {"language": "en"})
    assert "Hand over the work of" in english.get("/people/sunlei/hand-over").text
    english.post("/preferences", {"language": "zh"})
