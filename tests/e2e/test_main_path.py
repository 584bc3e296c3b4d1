"""From signing in to the registered customer through all seven roles, and to a refusal, as people do it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.desk import PHONE, Desk, fill, submit

WIDTHS = (390, 768, 1024, 1400, 2560)


def test_a_core_customer_gets_into_the_register_through_all_roles(desks: Desk):
    desks.start("core_enterprise_success", "宁波海川机械有限公司")
    page = desks.walk("core_enterprise_success", "宁波海川机械有限公司")
    expect(page.locator(".result")).to_contain_text("流程结束，结果：开发成功")
    page.get_by_role("link", name="看刚才的流程").click()
    expect(page.locator(".status-line")).to_contain_text("开发成功")
    expect(page.locator(".diagram-canvas svg").first).to_be_visible()
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    page.get_by_role("link", name="台账").first.click()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(1)
    rows.get_by_role("link", name="宁波海川机械有限公司").click()
    expect(page.locator("main")).to_contain_text("0574-87651234")
    expect(page.locator("main")).to_contain_text("核心客户")


def test_a_refusal_on_a_phone(desks: Desk):
    desks.size = PHONE
    desks.start("application_refused", "杭州士兰电子有限公司")
    page = desks.walk("application_refused", "杭州士兰电子有限公司")
    expect(page.locator(".result")).to_contain_text("流程结束，结果：申请未批准")
    expect(page.locator(".result")).to_contain_text("年交易额过低")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
    specialist = desks.page("wangfang")
    specialist.goto(f"{desks.address}/instances?q=士兰")
    specialist.locator("[data-row]").first.click()
    expect(specialist.locator(".status-line")).to_contain_text("申请未批准")


def test_the_whole_refusal_without_scripts(desks: Desk):
    desks.scripts = False
    desks.start("application_refused", "无脚本机械有限公司")
    page = desks.walk("application_refused", "无脚本机械有限公司")
    expect(page.locator(".result")).to_contain_text("流程结束，结果：申请未批准")
    page.get_by_role("link", name="看刚才的流程").click()
    expect(page.locator(".diagram > svg")).to_be_visible()


def test_the_draft_follows_the_typing_and_mistakes_are_shown_in_place(desks: Desk):
    page = desks.start("application_refused", "草稿机械有限公司")
    desks.open_task(page, "collect_internal", "草稿机械")
    page.locator("[name=internal_findings]").fill("边写边存")
    expect(page.locator("[data-draft-state]")).to_have_text("正在填写…")
    page.locator("[name=internal_findings]").blur()
    expect(page.locator("[data-draft-state]")).to_contain_text("草稿已存")
    page.reload()
    expect(page.locator("[name=internal_findings]")).to_have_value("边写边存")
    submit(page)
    problems = page.locator("[data-form-problems]")
    expect(problems).to_be_focused()
    problems.get_by_role("link").first.click()
    expect(page.locator(":focus")).to_have_attribute("name", re.compile("internal_"))
    expect(page.locator("[name=internal_findings]")).to_have_value("边写边存")


def test_somebody_was_faster(desks: Desk):
    """Both have the task open; the second to submit is told who did it and when, and still sees what was typed."""
    page = desks.start("application_refused", "抢先机械有限公司")
    desks.open_task(page, "collect_internal", "抢先机械")
    second = page.context.new_page()
    second.goto(page.url)
    data = {"internal_sources": ["现有客户档案"], "internal_findings": "第一个"}
    fill(page, data)
    fill(second, data | {"internal_findings": "第二个的心血"})
    submit(page)
    expect(page.locator(".result h2")).to_contain_text("已提交")
    submit(second)
    expect(second.locator("[role=alert][data-focus]")).to_contain_text("王芳 已经办理了这项待办")
    expect(second.locator("#task")).to_contain_text("第二个的心血")
    expect(second.locator("#screen-form")).to_have_count(0)


def test_the_list_by_keyboard(desks: Desk):
    page = desks.start("application_refused", "键盘机械有限公司")
    page.goto(f"{desks.address}/tasks?q=键盘机械")
    rows = page.locator("[data-row]")
    expect(rows).to_have_count(3)
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#screen-form")).to_be_visible()
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("查无此人")
    expect(page.locator("#rows")).to_contain_text("没有找到“查无此人”")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_nothing_sticks_out(desks: Desk):
    page = desks.start("application_refused", "宽度机械有限公司")
    addresses = ["/tasks", "/tasks?tab=groups", page.url.removeprefix(desks.address), "/start", "/start/customer_development", "/instances"]
    for address in [*addresses, "/records/customer", "/account", "/help"]:
        page.goto(desks.address + address)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)


def test_colours_and_language_are_kept(desks: Desk):
    page = desks.page("wangfang")
    page.get_by_role("button", name="切换浅色与深色").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_c_claims(desks: Desk):
    desks.start("application_refused", "快键机械有限公司")
    desks.walk_until("confirm_target", "application_refused", "快键机械有限公司")
    page = desks.page("liqiang")
    page.goto(f"{desks.address}/tasks?tab=groups&q=快键机械")
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page.locator(".head-meta")).to_contain_text("由 李强 办理")
