"""The way of a task through the pages: list, claim, give back, draft, errors, submit, and everything that can come between."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import html

from tests.webui.website import PEOPLE, Visitor, start_of, submitted, walk

Visit = Callable[[str | None], Visitor]
SCENARIO = "application_refused"
HTMX = {"HX-Request": "true"}
INTERNAL = {"internal_sources": ["现有客户档案"], "internal_findings": "未发现相关信息"}


@pytest.fixture
def wang(visitor: Visit) -> Visitor:
    return visitor("wangfang")


def start(browser: Visitor, **changes: object) -> str:
    """A new instance; answers where the browser was led."""
    response = browser.post("/start/customer_development", submitted(start_of(SCENARIO) | changes))
    assert response.status_code == 303, re.sub(r".*<main", "", response.text, flags=re.S)[:3000]
    return str(response.location)


def text_of(page) -> str:
    return re.sub(r"\s+", " ", page.text_content())


def test_the_start_page_shows_what_one_may_start(wang: Visitor, visitor: Visit):
    assert wang.page("/start").xpath("//a[@href='/start/customer_development']")
    production = visitor("wuhao")
    assert "没有你可以发起的流程" in text_of(production.page("/start"))
    refused = production.get("/start/customer_development")
    assert (refused.status_code, "你不能发起这个流程" in refused.text) == (403, True)
    assert production.post("/start/customer_development", submitted(start_of(SCENARIO))).status_code == 403


def test_starting_leads_to_the_first_task_and_says_what_comes_next(wang: Visitor):
    page = wang.page(start(wang, customer_name="起始机械"))
    assert "已发起“客户开发”" in text_of(page)
    assert page.xpath("//section[@id='task']//h1")
    again = wang.page(wang.task_address("collect_internal", "起始机械"))
    assert "已发起" not in text_of(again)


def test_a_start_form_with_mistakes_comes_back_with_words_beside_the_fields(wang: Visitor):
    response = wang.post("/start/customer_development", {"customer_name": "", "_op": "submit"})
    assert response.status_code == 422
    assert "fm-problem" in response.text
    fragment = wang.post("/start/customer_development", {"customer_name": "", "_op": "submit"}, **HTMX)
    assert (fragment.status_code, "<!doctype" in fragment.text) == (422, False)
    assert fragment.text.lstrip().startswith("<form")


def test_every_role_sees_its_own_tasks_only(wang: Visitor, visitor: Visit):
    start(wang, customer_name="专属机械")
    address = wang.task_address("collect_internal", "专属机械")
    assert wang.get(address).status_code == 200
    for user_id in PEOPLE.keys() - {"wangfang", "sunlei"}:
        other = visitor(user_id)
        assert other.get(address).status_code == 404, user_id
        assert other.post(address, submitted(INTERNAL)).status_code == 404, user_id
        assert other.post(address + "/claim", {}).status_code == 404, user_id
        assert "专属机械" not in text_of(other.page("/tasks?tab=groups"))


def test_mistakes_stand_beside_their_fields_and_nothing_typed_is_lost(wang: Visitor):
    start(wang, customer_name="出错机械")
    address = wang.task_address("collect_internal", "出错机械")
    response = wang.post(address, {"internal_findings": "只写了这些", "_op": "submit"})
    assert response.status_code == 422
    assert "只写了这些" in response.text
    assert 'aria-invalid="true"' in response.text or "fm-problem" in response.text
    assert wang.get(address).status_code == 200


def test_forged_fields_are_refused(wang: Visitor):
    start(wang, customer_name="伪造机械")
    address = wang.task_address("collect_internal", "伪造机械")
    response = wang.post(address, submitted(INTERNAL | {"customer_level": "核心客户"}))
    assert response.status_code == 422


def test_a_change_keeps_a_draft_that_is_there_the_next_time(wang: Visitor):
    start(wang, customer_name="草稿机械")
    address = wang.task_address("collect_internal", "草稿机械")
    saved = wang.post(address, {"internal_findings": "写到一半", "_op": "refresh"}, **HTMX)
    assert (saved.status_code, "草稿已存" in saved.text) == (200, True)
    assert saved.text.lstrip().startswith("<form")
    page = wang.get(address).text
    assert "写到一半" in page
    assert "草稿已存" in page


def test_without_scripts_saving_gives_the_whole_page(wang: Visitor):
    start(wang, customer_name="无脚本机械")
    address = wang.task_address("collect_internal", "无脚本机械")
    saved = wang.post(address, {"internal_findings": "按了暂存", "_op": "save"})
    assert (saved.status_code, "<!doctype html>" in saved.text, "按了暂存" in saved.text) == (200, True, True)


def test_claiming_and_giving_back(engine, visitor: Visit):
    wang, sun = visitor("wangfang"), visitor("sunlei")
    start(wang, customer_name="认领机械")
    walk(engine, {"marketing_specialist": wang}, SCENARIO, "认领机械", until="confirm_target")
    li = visitor("liqiang")
    address = li.task_address("confirm_target", "认领机械", ("groups",))
    assert "认领" in text_of(li.page(address))
    assert li.post(address + "/claim", {}).status_code == 303
    assert li.task_address("confirm_target", "认领机械", ("mine",)) == address
    page = li.page(address)
    assert "由 李强 办理" in text_of(page)
    assert li.post(address + "/unclaim", {}).status_code == 303
    assert li.task_address("confirm_target", "认领机械", ("groups",)) == address
    assert sun.get(address).status_code == 404


def test_the_second_to_claim_is_told_who_and_when(engine, visitor: Visit):
    from engine import SYSTEM, SaveUser

    engine.run(SaveUser("tangyun", "唐云", "secret-word-1", groups=("marketing_supervisor",)), SYSTEM)
    wang, li, tang = visitor("wangfang"), visitor("liqiang"), visitor("tangyun")
    start(wang, customer_name="抢领机械")
    walk(engine, {"marketing_specialist": wang}, SCENARIO, "抢领机械", until="confirm_target")
    address = li.task_address("confirm_target", "抢领机械", ("groups",))
    assert li.post(address + "/claim", {}).status_code == 303
    late = tang.post(address + "/claim", {})
    assert late.status_code in (404, 409)
    if late.status_code == 409:
        assert "李强 已经认领了这项待办" in late.text


def test_eight_people_on_one_task_one_wins_and_the_others_are_told(app, engine, visitor: Visit):
    from engine import SYSTEM, SaveUser

    names = [f"rival{number}" for number in range(8)]
    for name in names:
        engine.run(SaveUser(name, f"同事{name[-1]}", "secret-word-1", groups=("marketing_supervisor",)), SYSTEM)
    wang = visitor("wangfang")
    start(wang, customer_name="八人机械")
    walk(engine, {"marketing_specialist": wang}, SCENARIO, "八人机械", until="confirm_target")
    rivals = [visitor(name) for name in names]
    address = rivals[0].task_address("confirm_target", "八人机械", ("groups",))
    tokens = [rival.token(address) for rival in rivals]

    def submit(number: int):
        data = {"level_decision": "确认", "_op": "submit", "csrf_token": tokens[number]}
        return rivals[number].client.post(address, data=data)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(submit, range(8)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses.count(303) == 1, [answer.text[:300] for answer in answers if answer.status_code not in (303, 404, 409)]
    assert set(statuses) <= {303, 404, 409}
    winner = next(number for number, answer in enumerate(answers) if answer.status_code == 303)
    for answer in answers:
        if answer.status_code == 409:
            assert f"同事{winner} 已经办理了这项待办" in answer.text
            assert "你填写的内容没有提交" in answer.text


def test_a_task_done_by_another_keeps_what_was_typed_in_sight(visitor: Visit):
    wang, sun = visitor("wangfang"), visitor("sunlei")
    start(wang, customer_name="晚到机械")
    address = wang.task_address("collect_internal", "晚到机械")
    token = wang.token(address)
    assert wang.complete("collect_internal", INTERNAL, "晚到机械").status_code == 303
    late = wang.client.post(address, data={"internal_findings": "晚了一步的内容", "_op": "submit", "csrf_token": token})
    assert late.status_code == 409
    assert "已经办理了这项待办" in late.text
    assert "晚了一步的内容" in late.text
    fragment = wang.client.post(address, data={"internal_findings": "晚了", "_op": "submit", "csrf_token": token}, headers=HTMX)
    assert (fragment.status_code, fragment.headers["HX-Retarget"]) == (409, "#task")
    assert sun.get("/tasks").status_code == 200


def test_the_list_finds_and_says_when_there_is_nothing(wang: Visitor, visitor: Visit):
    start(wang, customer_name="可寻机械")
    assert "可寻机械" in text_of(wang.page("/tasks?q=可寻"))
    nothing = text_of(wang.page("/tasks?q=查无此人"))
    assert "没有找到“查无此人”" in nothing
    assert "清除搜索" in nothing
    assert "没有待办，都办完了" in text_of(visitor("zhouwei").page("/tasks"))
    for tab in ("groups", "done", "started", "no-such-tab"):
        assert visitor("zhouwei").get(f"/tasks?tab={tab}&page=-3&q=%00").status_code == 200


def test_names_are_escaped_everywhere(wang: Visitor):
    evil = "<script>alert(1)</script>公司"
    start(wang, customer_name=evil)
    task = wang.task_address("collect_internal")
    for address in ("/tasks", "/instances", task, "/tasks?q=<script>alert(1)</script>"):
        assert "<script>alert" not in wang.get(address).text, address


def test_two_refusals_in_words(engine, visitor: Visit):
    """The whole way to 申请未批准, read where the people read it."""
    browsers = {role: visitor(user_id) for role, user_id in {"marketing_specialist": "sunlei", "marketing_supervisor": "liqiang"}.items()}
    sun, li = browsers.values()
    start(sun, customer_name="未批机械")
    response = walk(engine, browsers, SCENARIO, "未批机械")
    assert response
    page = text_of(li.page(response.location))
    assert "流程结束，结果：申请未批准" in page
    instance = text_of(sun.page("/instances?status=completed&q=未批"))
    assert "申请未批准" in instance
    link = sun.page("/instances?q=未批").xpath("//a[@data-row]/@href")[0]
    whole = text_of(sun.page(link))
    assert "年交易额过低" in whole
    assert "SC-KH-001" in whole
    assert "流程走到哪里" in whole
    assert "<svg" in sun.get(link).text


def test_what_a_page_fetches_by_itself_takes_no_result_away(wang: Visitor):
    start(wang, customer_name="并行机械")
    address = wang.task_address("collect_internal", "并行机械")
    fetched = wang.get(f"{address}/course", **HTMX)
    assert (fetched.status_code, "Set-Cookie" in fetched.headers, "<!doctype" in fetched.text) == (200, False, False)
    assert "王芳 发起了“客户开发”" in text_of(html.document_fromstring(fetched.text))
    assert wang.get(f"{address}/course").location.startswith("/instances/")
    assert wang.get(f"{address}/said/999").status_code == 404
