"""Instances, registers, incidents, diagrams and a task without a form, as staff and as administrator."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from engine import SYSTEM, DeployPack, ProcessEngine
from tests.commands.packs import END, START, flows, process, user_task
from tests.webui.website import PERSON_OF, Visitor, start_of, submitted, walk

Visit = Callable[[str | None], Visitor]
SUCCESS = "core_enterprise_success"
CUSTOMER = "宁波海川机械有限公司"
OWN = process("own", "自己办", START, user_task("work", "办理", assignee="=starter"), END, flows("start>work>end"))
STUCK = process(
    "stuck",
    "卡住",
    START,
    user_task("ask", "提问", assignee="=starter"),
    '<exclusiveGateway id="choose" name="选择"/>',
    END,
    '<endEvent id="other" name="另一种"/>',
    flows("start>ask>choose", "choose>end:=answer = 1", "choose>other:=answer = 2"),
)


@pytest.fixture(scope="module")
def small_packs(engine: ProcessEngine) -> None:
    engine.run(DeployPack({"own.bpmn": OWN}), SYSTEM)
    engine.run(DeployPack({"stuck.bpmn": STUCK}), SYSTEM)


def text_of(page) -> str:
    return re.sub(r"\s+", " ", page.text_content())


def started(browser: Visitor, key: str) -> str:
    """The address of a new instance's page."""
    response = browser.post(f"/start/{key}", submitted({}))
    assert response.status_code == 303, response.text[-3000:]
    links = browser.page(response.location).xpath("//a[starts-with(@href, '/instances/')]/@href")
    return str(links[0]).partition("?")[0]


@pytest.fixture(scope="module")
def success(engine: ProcessEngine, app, visitor_of_module: Visit) -> dict[str, Visitor]:
    """One customer on the whole way into the register; the browsers of all roles."""
    browsers = {role: visitor_of_module(user_id) for role, user_id in PERSON_OF.items()}
    specialist = browsers["marketing_specialist"]
    assert specialist.post("/start/customer_development", submitted(start_of(SUCCESS))).status_code == 303
    engine.run_due_jobs()
    walk(engine, browsers, SUCCESS, CUSTOMER)
    return browsers


def test_the_customer_is_in_the_register_once_with_its_origin(success: dict[str, Visitor]):
    manager = success["marketing_manager"]
    assert manager.get("/records").location == "/records/customer"
    page = manager.page("/records/customer")
    rows = page.xpath("//tbody//a[@data-row]")
    assert [row.text_content().strip() for row in rows] == [CUSTOMER]
    record = manager.page(rows[0].get("href"))
    text = text_of(record)
    for words in ("91330200MA2AFU3X7K", "核心客户", "伺服电机", "500,000.00"):
        assert words in text
    happened = text_of(manager.page(f"{rows[0].get('href')}?part=history"))
    for words in ("录入客户台账", "由流程"):
        assert words in happened, happened
    origin = record.xpath("//aside//a[starts-with(@href, '/instances/')]/@href")[0]
    assert "开发成功" in text_of(manager.page(origin))


def test_the_register_is_searched(success: dict[str, Visitor]):
    specialist = success["marketing_specialist"]
    assert CUSTOMER in text_of(specialist.page("/records/customer?q=海川"))
    nothing = text_of(specialist.page("/records/customer?q=查无此人"))
    assert "没有找到“查无此人”" in nothing


def test_the_register_is_closed_to_roles_that_may_not_see_it(success: dict[str, Visitor]):
    production = success["production_department"]
    assert production.get("/records/customer").status_code == 404
    choose = production.get("/records")
    assert (choose.status_code, "你的岗位没有台账可看" in choose.text) == (403, True)


def test_an_instance_shows_course_decisions_history_and_document(success: dict[str, Visitor]):
    specialist = success["marketing_specialist"]
    address = specialist.page("/instances?q=海川").xpath("//a[@data-row]/@href")[0]
    page = specialist.page(address)
    text = text_of(page)
    for words in ("开发成功", "受控文件", "SC-KH-001", "通用客户开发方案", "王芳 发起了", "总经理审批", "伺服电机"):
        assert words in text, words
    assert len(page.xpath("//nav[@aria-label='流程与它调用的流程']//a")) > 4
    inner = specialist.page(f"{address}?process=important_customer_approval")
    assert inner.xpath("//a[@aria-current='page' and contains(@href, 'important_customer_approval')]")
    assert specialist.get(f"{address}?process=no-such-process").status_code == 200


def test_those_without_part_in_it_do_not_know_the_instance(success: dict[str, Visitor], visitor: Visit):
    address = success["marketing_specialist"].page("/instances?q=海川").xpath("//a[@data-row]/@href")[0]
    assert success["production_department"].get(address).status_code == 200
    assert visitor("sunlei").get(address).status_code == 404
    assert CUSTOMER not in text_of(visitor("sunlei").page("/instances"))


def test_a_diagram_comes_for_those_who_look_at_it(success: dict[str, Visitor]):
    specialist = success["marketing_specialist"]
    address = specialist.page("/instances?q=海川").xpath("//a[@data-row]/@href")[0]
    box = specialist.page(address).xpath("//*[@data-diagram-xml]")[0]
    answer = specialist.get(box.get("data-diagram-xml"))
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    assert b"<" in answer.data[:5]
    assert "immutable" in answer.headers["Cache-Control"]
    assert '"done"' in box.get("data-diagram")
    assert specialist.get("/diagrams/customer_development/999.bpmn").status_code == 404


def test_a_task_without_a_form_is_simply_submitted(small_packs, visitor: Visit):
    admin = visitor("admin")
    instance = started(admin, "own")
    address = admin.task_address("work")
    assert "这一步没有要填的内容" in text_of(admin.page(address))
    done = admin.post(address, {"_op": "submit"})
    assert done.status_code == 303
    assert "流程结束，结果：完成" in text_of(admin.page(done.location))
    assert "完成" in text_of(admin.page(instance))
    assert admin.get(address).status_code == 200


def test_a_termination_needs_a_reason_and_keeps_it(small_packs, visitor: Visit):
    admin = visitor("admin")
    instance = started(admin, "own")
    assert visitor("wangfang").get(instance).status_code == 404
    refused = admin.post(f"{instance}/terminate", {"reason": "  "})
    assert (refused.status_code, "请写明原因" in refused.text) == (422, True)
    assert admin.post(f"{instance}/terminate", {"reason": "客户撤回了需求"}).status_code == 303
    text = text_of(admin.page(instance))
    for words in ("流程已经终止", "已终止", "客户撤回了需求"):
        assert words in text
    again = admin.post(f"{instance}/terminate", {"reason": "再来一次"})
    assert (again.status_code, "这个流程已经结束" in again.text) == (409, True)


def test_an_incident_is_seen_and_tried_again(small_packs, visitor: Visit):
    admin = visitor("admin")
    assert "没有异常" in text_of(admin.page("/incidents"))
    instance = started(admin, "stuck")
    admin.complete("ask", {})
    page = admin.page("/incidents")
    assert "“选择”出现异常" in text_of(page)
    assert "出现异常" in text_of(admin.page("/instances"))
    retry = admin.page(instance).xpath("//form[contains(@action, '/retry')]/@action")[0]
    assert admin.post(retry, {}).status_code == 303
    text = text_of(admin.page(instance))
    assert "已经重试" in text
    assert "“选择”出现异常" in text
    assert admin.post(retry.replace("/incidents/", "/incidents/9"), {}).status_code == 404


def test_the_account_page_says_who_one_is(visitor: Visit):
    text = text_of(visitor("liqiang").page("/account"))
    for words in ("李强", "liqiang", "营销主管"):
        assert words in text
    assert "管理员" in text_of(visitor("admin").page("/account"))


def test_the_help_page_lists_the_keys(visitor: Visit):
    assert "键盘快捷键" in text_of(visitor("wangfang").page("/help"))
