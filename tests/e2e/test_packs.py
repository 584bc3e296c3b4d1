"""The catalogue of packs in a browser: diagrams open in place, an upload is checked and answered on the same page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from engine import DEMO_PASSWORD, SYSTEM, ProcessEngine, SaveUser
from tests.e2e.desk import PHONE, Desk
from tests.webui.packs_sent import small, without, zipped

PACK = "/packs/customer_development"


@pytest.fixture(scope="module", autouse=True)
def administrator(engine: ProcessEngine) -> None:
    engine.run(SaveUser("admin", "管理员", DEMO_PASSWORD, is_administrator=True), SYSTEM)


@pytest.fixture
def page(desks: Desk) -> Page:
    return desks.page("admin")


def test_a_called_process_opens_where_it_is_called(desks: Desk, page: Page):
    page.goto(desks.address + PACK)
    expect(page.locator(".diagram-canvas")).to_have_count(1)
    page.locator(".diagram [data-element-id=call_carry_out_development]").click()
    inner = page.locator("details", has_text="客户开发实施").first
    expect(inner.locator(".diagram-canvas")).to_be_visible()
    expect(inner.locator("[data-element-id=plan_contact]")).to_be_visible()
    inner.locator("details summary", has_text="进展汇报").click()
    expect(inner.locator("[data-element-id=write_progress_report]")).to_be_visible()


def test_a_diagram_has_english_names_where_the_pack_has_them(desks: Desk, page: Page):
    page.context.add_cookies([{"name": "tuoke_language", "value": "en", "url": desks.address}])
    page.goto(desks.address + PACK)
    task = page.locator(".diagram-canvas [data-element-id=call_carry_out_development]").first
    expect(task).to_contain_text("development")
    expect(page.locator(".diagram-canvas [data-element-id=participant_customer_development]").first).to_contain_text("Customer development")


def test_an_upload_is_checked_on_the_page_tried_and_released(desks: Desk, page: Page):
    page.goto(desks.address + "/deploy")
    bad = {"name": "包.zip", "mimeType": "application/zip", "buffer": zipped(without("contact_plan.form"), "客户开发/")}
    page.locator("#files").set_input_files([bad])
    page.get_by_role("button", name="检查并比较").click()
    answer = page.locator("#deploy-answer")
    expect(answer.locator(".alert-bar")).to_contain_text("没有放进去：检查出 1 个问题")
    expect(answer.locator(".finding")).to_contain_text("表单 contact_plan 不在流程包中")
    expect(answer.locator("[data-element=plan_contact].is-wrong")).to_be_visible()
    good = {"name": "new.bpmn", "mimeType": "application/xml", "buffer": small("new", "新流程")}
    page.locator("#files").set_input_files([good])
    page.get_by_role("button", name="检查并比较").click()
    page.wait_for_url("**/packs/new/edit/release")
    expect(page.locator(".alert-bar-good")).to_contain_text("已放进工作副本：new.bpmn")
    page.get_by_role("button", name="运行全部场景").click()
    page.get_by_label("这次改了什么").fill("改了名字")
    page.get_by_role("button", name="发布", exact=True).click()
    page.wait_for_url("**/packs/new?part=releases")
    expect(page.locator(".alert-bar-good")).to_contain_text("已经发布：新流程 第 1 版")
    expect(page.locator(".releases")).to_contain_text("改了名字")


def test_everything_fits_on_a_phone(desks: Desk):
    desks.size = PHONE
    page = desks.page("admin")
    for address in ("/packs", "/deploy", *(f"{PACK}?part={part}" for part in ("diagrams", "decisions", "forms", "roles", "files", "releases"))):
        page.goto(desks.address + address)
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"], address


def test_without_scripts_everything_is_there(desks: Desk):
    desks.scripts = False
    page = desks.page("admin")
    page.goto(desks.address + PACK)
    expect(page.locator("svg.bpmn-diagram")).to_be_visible()
    page.locator("details summary", has_text="客户开发实施").click()
    page.locator("details[open] a", has_text="打开这个流程").click()
    expect(page.locator("h1")).to_have_text("客户开发实施")
    page.goto(desks.address + "/deploy")
    page.locator("#files").set_input_files([{"name": "x.zip", "mimeType": "application/zip", "buffer": b"PK no"}])
    page.get_by_role("button", name="检查并比较").click()
    expect(page.locator(".finding")).to_contain_text("不是能打开的 zip 压缩包")
