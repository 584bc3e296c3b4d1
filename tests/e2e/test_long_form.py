"""A form of 300 fields: typing goes on while it is saved, the form is made again only where something else has to change, nothing is lost."""

from __future__ import annotations

from playwright.sync_api import Page, Response, expect

from engine import ProcessEngine, StartInstance
from tests.commands.long_form import LONG, deploy_long_form
from tests.e2e.desk import Desk
from tests.e2e.visits import drawn
from tests.e2e.world import actor_of

LAST = 49


def posts_of(page: Page) -> list[int]:
    """The status of every answer to a POST from now on."""
    answers: list[int] = []

    def count(response: Response) -> None:
        if response.request.method == "POST":
            answers.append(response.status)

    page.on("response", count)
    return answers


def test_three_hundred_fields_are_filled_in(desks: Desk, engine: ProcessEngine):
    deploy_long_form(engine, drawn(LONG))
    engine.run(StartInstance("long", {"name": "长表公司"}), actor_of(engine, "wangfang"))
    page = desks.page("wangfang")
    desks.open_task(page, "fill", "长表公司")
    expect(page.locator("#screen-form .fm-item")).to_have_count(5 * (LAST + 1))
    answers = posts_of(page)
    # Another element in the place of one that was marked would mean that the form has been made again.
    page.evaluate("document.querySelector('[name=name_0]').isMarked = true")
    page.locator("[name=name_0]").focus()
    for number in range(LAST + 1):
        page.locator(f"[name=name_{number}]").focus()
        page.keyboard.type(f"第{number}家")
    page.keyboard.press("Tab")
    expect(page.locator("[data-draft-state]")).to_contain_text("草稿已存")
    assert set(answers) == {204}
    page.locator("[name=level_3]").select_option("B")
    page.locator("[name=day_3]").fill("2026-11-20")
    page.locator(f"[name=amount_{LAST}]").fill("1305.15")
    page.keyboard.press("Tab")
    expect(page.locator(f"[name=note_{LAST}]")).to_be_visible()
    expect(page.locator("#screen-form")).to_contain_text("2610.3")
    expect(page.locator(f"[name=amount_{LAST}]")).to_have_value("1,305.15")
    expect(page.locator(f"[name=day_{LAST}]")).to_be_focused()
    assert 200 in answers
    assert page.evaluate("document.querySelector('[name=name_0]').isMarked")
    page.locator(f"[name=note_{LAST}]").fill("写在最后")
    page.locator(f"[name=note_{LAST}]").blur()
    expect(page.locator("[data-draft-state]")).to_contain_text("草稿已存")
    page.reload()
    for number in range(0, LAST + 1, 7):
        expect(page.locator(f"[name=name_{number}]")).to_have_value(f"第{number}家")
    expect(page.locator("[name=level_3]")).to_have_value("B")
    expect(page.locator("[name=day_3]")).to_have_value("2026-11-20")
    expect(page.locator(f"[name=note_{LAST}]")).to_have_value("写在最后")
