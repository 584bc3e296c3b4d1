"""Lost connections, expired sessions and files that are too large: what was typed stays, and the page says where it is."""

from __future__ import annotations

from playwright.sync_api import Dialog, Page, expect

from engine import DEMO_PASSWORD
from tests.e2e.desk import Desk, submit
from tests.webui.website import start_of

FIELD = "[name=internal_findings]"
STATE = "[data-draft-state]"


def opened(desks: Desk, title: str) -> Page:
    page = desks.start("application_refused", title)
    desks.open_task(page, "collect_internal", title)
    return page


def type_into(page: Page, text: str) -> None:
    page.locator(FIELD).click()
    page.locator(FIELD).fill(text)
    page.locator(FIELD).blur()


def test_offline_it_is_kept_here_and_sent_when_the_connection_is_back(desks: Desk):
    page = opened(desks, "断网公司")
    page.context.set_offline(True)
    type_into(page, "断网时写的")
    expect(page.locator(STATE)).to_have_text("离线，保存在本机")
    expect(page.locator(FIELD)).to_have_value("断网时写的")
    page.context.set_offline(False)
    expect(page.locator(STATE)).to_have_text("连接恢复，已发送并存为草稿")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('tuoke-form')).length") == 0
    page.context.set_offline(True)
    type_into(page, "断网时写的，然后关了页面")
    expect(page.locator(STATE)).to_have_text("离线，保存在本机")
    address = page.url
    page.context.set_offline(False)
    page.close(run_before_unload=False)
    later = desks._pages["wangfang"][0].new_page()
    later.goto(address)
    expect(later.locator(FIELD)).to_have_value("断网时写的，然后关了页面")
    later.reload()
    expect(later.locator(FIELD)).to_have_value("断网时写的，然后关了页面")
    desks.complaints.clear()


def test_sent_later_it_is_told_that_another_page_has_saved_since(desks: Desk):
    page = opened(desks, "断网两页公司")
    other = page.context.new_page()
    other.goto(page.url)
    page.route("**/tasks/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    type_into(page, "断网这页")
    expect(page.locator(STATE)).to_have_text("离线，保存在本机")
    type_into(other, "另一页")
    expect(other.locator(STATE)).to_contain_text("草稿已存")
    page.unroute("**/tasks/*")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#draft-newer")).to_be_visible()
    expect(page.locator(FIELD)).to_have_value("断网这页")
    desks.complaints.clear()


def test_signing_in_in_place_goes_on_with_the_submission(desks: Desk):
    page = opened(desks, "到期公司")
    page.context.clear_cookies()
    type_into(page, "到期时写的")
    page.locator("[name=internal_sources]:not([type=hidden])").first.check()
    submit(page)
    page.locator(".sign-in-here [name=password]").fill("wrong-password-1")
    page.locator(".sign-in-here button").click()
    expect(page.locator(".sign-in-here")).to_contain_text("请重新输入")
    page.locator(".sign-in-here [name=password]").fill(DEMO_PASSWORD)
    page.locator(".sign-in-here button").click()
    expect(page.locator(".result h2")).to_contain_text("已提交")
    # The diagram was fetched while nobody was signed in.
    desks.complaints.clear()


def test_a_start_form_that_was_left_is_offered_again_until_signing_out(desks: Desk):
    page = desks.page("wangfang")
    page.goto(f"{desks.address}/start/customer_development")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.locator("[name=customer_name]").click()
    page.keyboard.type(str(start_of("application_refused").get("customer_name", "没交的公司")))
    page.wait_for_timeout(500)
    page.goto(f"{desks.address}/tasks")
    assert asked == ["beforeunload"]
    page.goto(f"{desks.address}/start/customer_development")
    page.get_by_role("button", name="恢复这些内容").click()
    expect(page.locator("#screen-form [name=customer_name]")).not_to_have_value("")
    page.goto(f"{desks.address}/tasks")
    page.evaluate("document.querySelector('form[action$=\"/sign-out\"]').requestSubmit()")
    page.wait_for_url("**/sign-in*")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('tuoke-form')).length") == 0
