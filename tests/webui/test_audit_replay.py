"""Replay: every moment opens by its address, as a page and as the fragment that the slider fetches; who looks is recorded."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from lxml import html

from engine import MOST_MOMENTS
from engine.store.registers import Inspection
from tests.webui.website import Visitor, start_of, submitted, walk


@pytest.fixture(scope="module")
def case(engine, visitor_of_module: Callable[[str | None], Visitor]) -> str:
    """A case that Wang started and some people went on with."""
    browsers = {role: visitor_of_module(user) for role, user in (("marketing_specialist", "wangfang"), ("marketing_supervisor", "liqiang"))}
    start = browsers["marketing_specialist"].post("/start/customer_development", submitted(start_of("individual_success")))
    assert start.status_code == 303
    walk(engine, browsers, "part_collect_individual", "")
    address = visitor_of_module("admin").page("/instances").xpath("string(//a[@data-row]/@href)")
    return str(address).rpartition("/")[2]


@pytest.fixture(scope="module")
def admin(visitor_of_module: Callable[[str | None], Visitor], case: str) -> Visitor:
    return visitor_of_module("admin")


def recorded(engine, case: str) -> list[str]:
    with engine.database.engine.connect() as connection:
        return list(connection.scalars(sa.select(Inspection.purpose).where(Inspection.instance_id == case).order_by(Inspection.id)))


def test_opening_a_foreign_case_is_recorded_and_shows_its_last_moment(admin: Visitor, case: str, engine):
    assert recorded(engine, case) == []
    page = admin.page(f"/audit/{case}")
    assert recorded(engine, case) == ["replay"]
    events = page.xpath("//ol[@data-events]//a")
    slider = page.xpath("//input[@type='range']")[0]
    assert slider.get("max") == slider.get("value") == str(len(events))
    assert events[-1].get("aria-current") == "step"
    assert f"第 {len(events)} 步" in page.xpath("string(//*[@aria-live='polite'])")
    assert page.xpath("//div[@data-diagram-xml]//*[local-name()='svg']")
    assert page.xpath("//nav//a[@href='/audit' and @aria-current='page']")


def test_every_moment_opens_and_leads_on_without_javascript(admin: Visitor, case: str, engine):
    last = int(admin.page(f"/audit/{case}").xpath("//input[@type='range']/@max")[0])
    before = recorded(engine, case)
    for at in range(1, last + 1):
        page = admin.page(f"/audit/{case}?at={at}")
        assert page.xpath("//ol[@data-events]//a[@aria-current='step']/@data-step") == [str(at)]
        assert [link.partition("at=")[2] for link in page.xpath("//a[@rel='prev']/@href")] == ([str(at - 1)] if at > 1 else [])
        assert [link.partition("at=")[2] for link in page.xpath("//a[@rel='next']/@href")] == ([str(at + 1)] if at < last else [])
    assert recorded(engine, case) == before


def test_a_moment_shows_tokens_and_flows_as_they_were(admin: Visitor, case: str):
    page = admin.page(f"/audit/{case}")
    last = int(page.xpath("//input[@type='range']/@max")[0])

    def taken(at: int) -> int:
        moment = admin.page(f"/audit/{case}?at={at}&process=customer_development").get_element_by_id("moment")
        return len(json.loads(moment.xpath("string(.//@data-diagram)") or '{"flows": []}')["flows"])

    drawn = admin.page(f"/audit/{case}?at=1")
    assert "这时流程还没有开始" in drawn.text_content()
    assert not drawn.xpath("//*[contains(concat(' ', @class, ' '), ' is-done ')]")
    assert page.xpath("//*[contains(concat(' ', @class, ' '), ' is-done ')]")
    assert taken(1) <= taken(last // 2) <= taken(last)
    assert taken(1) < taken(last)


def test_a_change_is_told_from_old_to_new(admin: Visitor, case: str):
    page = admin.page(f"/audit/{case}")
    at = int(page.xpath("//ol[@data-events]//a[contains(., '数据') or contains(., '变量')]/@data-step")[0])
    moment = admin.page(f"/audit/{case}?at={at}").get_element_by_id("moment")
    assert moment.xpath(".//section[h2 or header/h2[@id='changes']]//ins")
    assert moment.xpath(".//dl//div[@class='is-changed']")


def test_the_form_is_shown_as_its_person_saw_it(admin: Visitor, case: str):
    form = admin.page(f"/audit/{case}?at=1").xpath("//section[.//h2[@id='form-seen']]")[0]
    shown = form.xpath("string(.)") + " ".join(form.xpath(".//@value"))
    assert [value for value in start_of("individual_success").values() if isinstance(value, str) and value not in shown] == []
    assert form.xpath(".//fieldset[@disabled]")
    assert not form.xpath(".//form | .//button[@name='_op']")


def test_the_slider_fetches_a_fragment(admin: Visitor, case: str):
    answer = admin.get(f"/audit/{case}/moment?at=2", **{"HX-Request": "true"})
    assert answer.status_code == 200
    fragment = html.fragment_fromstring(answer.text.strip())
    assert (fragment.get("id"), fragment.get("data-at")) == ("moment", "2")
    assert "<html" not in answer.text
    assert not fragment.xpath(".//*[@data-diagram-xml]//*[local-name()='svg']")


def test_neighbours_come_together_and_are_what_each_is_alone(admin: Visitor, case: str):
    together = admin.get(f"/audit/{case}/moment?at=3&until=7", **{"HX-Request": "true"}).text
    alone = [admin.get(f"/audit/{case}/moment?at={at}", **{"HX-Request": "true"}).text for at in range(3, 8)]
    assert together == "\n".join(alone)
    for until in (2, 3 + MOST_MOMENTS, "x", ""):
        assert admin.get(f"/audit/{case}/moment?at=3&until={until}").status_code == 404


def test_long_lists_of_steps_have_pages_that_work_without_javascript(admin: Visitor, case: str, monkeypatch):
    monkeypatch.setattr("engine.queries.cases.replay.PAGE_STEPS", 10)
    page = admin.page(f"/audit/{case}?at=15")
    assert page.xpath("//ol[@data-events]//@data-step") == [str(number) for number in range(11, 21)]
    earlier, later = page.xpath("//nav[@class='replay-pages']//a/@href")
    assert admin.page(earlier).xpath("//ol[@data-events]//@data-step")[-1] == "10"
    fragment = html.fragment_fromstring(admin.get(f"/audit/{case}/steps?{later.partition('?')[2]}").text.strip())
    assert fragment.xpath("//ol[@data-events]//@data-step")[0] == "21"


@pytest.mark.parametrize("at", ["0", "-1", "x", "٣", "999999", "99999999999", ""])
def test_a_moment_that_never_was_is_not_found(admin: Visitor, case: str, at: str):
    assert admin.get(f"/audit/{case}?at={at}").status_code == 404


def test_who_took_part_replays_and_leaves_no_record(visitor: Callable[[str | None], Visitor], admin: Visitor, case: str, engine):
    before = recorded(engine, case)
    page = visitor("wangfang").page(f"/audit/{case}")
    assert page.xpath("//ol[@data-events]//a")
    assert not page.xpath("//nav//a[@href='/audit']")
    assert recorded(engine, case) == before


def test_others_do_not_learn_that_the_case_exists(visitor: Callable[[str | None], Visitor], case: str, engine):
    stranger = visitor("wuhao")
    before = recorded(engine, case)
    parts = ("", "?at=1", "/moment?at=1", "/steps?at=1")
    for address in (*(f"/audit/{case}{part}" for part in parts), "/audit/" + "0" * 32, "/audit/nonsense"):
        assert stranger.get(address).status_code == 404, address
    assert recorded(engine, case) == before


def test_after_twelve_hours_a_link_is_recorded_again(visitor: Callable[[str | None], Visitor], admin: Visitor, case: str, engine, clock):
    admin.page(f"/audit/{case}")
    before = recorded(engine, case)
    clock.move(hours=13)
    again = visitor("admin")
    again.page(f"/audit/{case}?at=2")
    assert again.get(f"/audit/{case}/moment?at=3").status_code == 200
    assert recorded(engine, case) == [*before, "replay"]


def test_in_english(visitor: Callable[[str | None], Visitor], case: str):
    browser = visitor("admin")
    browser.client.set_cookie("tuoke_language", "en")
    text = browser.page(f"/audit/{case}?at=2").text_content()
    assert "What this step changed" in text
    assert "Step 2 of" in text
