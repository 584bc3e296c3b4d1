"""With scripts switched off, each kind of person still reads, claims, completes and corrects; nothing on the page waits for a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from engine import DEMO_PASSWORD, SYSTEM, ProcessEngine, SaveRecord, SaveUser, StartInstance, Worklist
from tests.e2e.desk import DESKTOP, PHONE, Desk
from tests.e2e.visits import deploy_visits
from tests.e2e.world import RECORD, actor_of

# Where only a script could do something, nothing must be shown. What is said to be for scripts alone is hidden without them.
DEAD = "button:visible[type=button]:not([disabled]), [role=button]:visible, a[href='#']:visible, [data-print]:visible"


@pytest.fixture(scope="module", autouse=True)
def furnished(engine: ProcessEngine) -> None:
    deploy_visits(engine)
    engine.run(SaveUser("admin", "管理员", DEMO_PASSWORD, is_administrator=True), SYSTEM)
    engine.run(SaveUser("analyst", "分析员", DEMO_PASSWORD, is_analyst=True), SYSTEM)
    engine.run(SaveUser("auditor", "审计员", DEMO_PASSWORD, is_auditor=True), SYSTEM)
    engine.run(SaveRecord("customer", None, {**RECORD, "customer_code": "N-1", "customer_name": "无脚本客户"}), SYSTEM)


@pytest.fixture
def plain(desks: Desk) -> Desk:
    """Phones without scripts."""
    desks.scripts = False
    desks.size = PHONE
    return desks


def alive(page: Page) -> None:
    """Nothing on the page does nothing."""
    assert [one.evaluate("element => element.outerHTML.slice(0, 150)") for one in page.locator(DEAD).all()] == []


def go(desks: Desk, page: Page, address: str) -> None:
    page.goto(desks.address + address)
    expect(page.locator("h1").first).to_be_attached()
    alive(page)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_staff_start_claim_complete_and_give_back(plain: Desk, engine: ProcessEngine, size: dict[str, int]):
    plain.size = size
    page = plain.page("wangfang")
    name = f"无脚本{plain.size['width']}"
    go(plain, page, "/start")
    page.get_by_role("link", name="走访").click()
    page.get_by_role("button", name="发起").click()
    expect(page.locator("[data-form-problems]")).to_contain_text("客户")
    page.get_by_label("客户").fill(name)
    page.get_by_role("button", name="发起").click()
    expect(page.locator(".result")).to_contain_text("已发起")
    alive(page)

    go(plain, page, "/tasks?tab=groups")
    page.get_by_role("searchbox").fill(name)
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator(".task-row")).to_have_count(1)
    page.locator(".task-claim button").click()
    expect(page.locator("#screen-form")).to_be_visible()
    alive(page)
    page.get_by_role("button", name="交还", exact=True).click()
    go(plain, page, f"/tasks?tab=groups&q={name}")
    page.locator("[data-row]").click()
    page.get_by_role("button", name="认领", exact=True).click()
    fill_in(page)
    [row] = engine.read(Worklist("done", name), actor_of(engine, "wangfang")).rows
    assert row.element_id == "report"


def fill_in(page: Page) -> None:
    form = page.locator("#screen-form")
    form.get_by_label("谈了什么").fill("价格")
    form.get_by_role("button", name="暂存").click()
    expect(page.locator("#screen-form")).to_contain_text("草稿已存")
    form.get_by_role("button", name="提交").click()
    expect(page.locator("[data-form-problems]")).to_contain_text("城市")
    expect(form.locator("[name=topic]")).to_have_value("价格")
    form.locator("[name=day]").fill("2026-12-01")
    form.locator("[name=city]").select_option("c27")
    form.locator("[name=wanted][value=yes]").check()
    form.locator("[type=file]").set_input_files([{"name": "会议.txt", "mimeType": "text/plain", "buffer": b"minutes"}])
    form.locator("button[value='add:people']").click()
    expect(form).to_contain_text("会议.txt")
    form.locator("[name='people-0-name']").fill("张经理")
    form.locator("button[value='add:people']").click()
    form.locator("button[value^='remove:people'], button[value^='del:people']").last.click()
    expect(form.locator("[name='people-0-name']")).to_have_value("张经理")
    alive(page)
    form.get_by_role("button", name="提交").click()
    expect(page.locator(".result")).to_contain_text("已提交")
    alive(page)


def test_what_was_done_is_taken_back_and_copied(plain: Desk, engine: ProcessEngine):
    page = plain.page("liqiang")
    wang = actor_of(engine, "wangfang")
    name = f"可撤回{plain.size['width']}"
    engine.run(StartInstance("visits", {"customer": name}), wang)
    theirs = plain.page("wangfang")
    go(plain, theirs, f"/tasks?tab=groups&q={name}")
    theirs.locator("[data-row]").click()
    fill_in(theirs)
    theirs.get_by_role("button", name="撤回").click()
    expect(theirs.locator("#screen-form")).to_be_visible()
    theirs.get_by_role("link", name="抄送给同事").click()
    alive(theirs)
    theirs.get_by_label("李强").check()
    theirs.get_by_role("button", name="抄送").click()
    go(plain, page, "/tasks?tab=copies")
    page.locator("[data-row]", has_text=name).click()
    expect(page.locator("h1")).to_contain_text(name)
    alive(page)


def test_a_record_is_found_corrected_and_its_history_read(plain: Desk):
    page = plain.page("zhaomin")
    go(plain, page, "/records/customer")
    page.get_by_role("searchbox").fill("无脚本客户")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name="无脚本客户").first.click()
    alive(page)
    page.get_by_role("link", name=re.compile("修改|编辑")).first.click()
    alive(page)
    form = page.locator("#screen-form")
    form.locator("[name=company_address]").fill(f"绍兴市 {plain.size['width']}")
    form.locator("button[name=_op][value=submit]").click()
    expect(page.locator("main")).to_contain_text("原因")
    page.locator("[name=_reason]").fill("搬家")
    page.locator("button[name=_op][value=submit]").click()
    expect(page.locator("main")).to_contain_text(f"绍兴市 {plain.size['width']}")
    page.get_by_role("link", name="经过").click()
    expect(page.locator("main")).to_contain_text("搬家")
    alive(page)


READ = {
    "wangfang": ["/tasks", "/tasks/filter", "/instances", "/records/customer", "/account", "/account/substitutes", "/help"],
    "analyst": ["/packs", "/packs/customer_development", "/packs/customer_development?part=forms", "/deploy", "/new-pack"],
    "auditor": ["/audit", "/people", "/account-log", "/departments", "/roles"],
    "admin": ["/incidents", "/people/wangfang", "/new-person", "/people/wangfang/hand-over"],
}


@pytest.mark.parametrize("user_id", READ)
def test_everybody_reads_and_signs_out(plain: Desk, user_id: str):
    page = plain.page(user_id)
    for address in READ[user_id]:
        go(plain, page, address)
    page.locator("summary.person").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", name="登录拓客")).to_be_visible()
    page.goto(f"{plain.address}/tasks")
    expect(page.get_by_role("heading", name="登录拓客")).to_be_visible()


def test_a_case_is_replayed_step_by_step(plain: Desk, engine: ProcessEngine):
    started = engine.run(StartInstance("visits", {"customer": "回放"}), actor_of(engine, "wangfang"))
    page = plain.page("auditor")
    go(plain, page, f"/audit/{started.instance_id}?at=1")
    page.locator("a[rel=next]").first.click()
    page.wait_for_url("**at=2*")
    expect(page.locator("[data-events] [aria-current]")).to_have_attribute("data-step", "2")
    page.get_by_role("button", name="核对哈希链").click()
    expect(page.locator("#check")).not_to_be_empty()
    alive(page)


def test_the_rest_of_the_navigation_opens(plain: Desk):
    page = plain.page("admin")
    for width in (PHONE["width"], 900):
        page.set_viewport_size({"width": width, "height": 700})
        go(plain, page, "/tasks")
        page.locator(".nav-more > summary").click()
        page.locator(".nav-sheet").get_by_role("link", name="审计").click()
        page.wait_for_url("**/audit")
        expect(page.locator(".nav-more > summary.is-current")).to_be_visible()
