"""Help and first steps: true for whoever reads them, put aside for good, in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import html

from engine import SYSTEM, FirstSteps, SaveUser, ShowFirstSteps
from engine.model.identity import Actor
from tests.commands.rivals import compete
from tests.webui.website import PASSWORD, Visitor, start_of, submitted

Visit = Callable[[str | None], Visitor]
STAFF = {"/tasks", "/start", "/instances", "/records", "/account/substitutes"}
OF_ADMINISTRATORS = {"/new-person", "/roles", "/incidents"}
OF_AUDITORS = {"/audit", "/account-log"}
OF_ANALYSTS = {"/packs", "/new-pack", "/deploy"}


def test_who_cannot_sign_in_is_told_what_to_do(visitor: Visit):
    stranger = visitor(None)
    (address,) = set(stranger.page("/sign-in").xpath("//p//a/@href"))
    assert "忘记了密码" in stranger.page(str(address)).text_content()
    told = stranger.client.get(str(address), headers={"Accept-Language": "en"}).text
    assert "one-time password" in told
    assert "usually in the IT department" in told
    stranger.client.application.config["CONTACT"] = "服务台 8000 <b>"
    named = stranger.client.get(str(address)).text
    stranger.client.application.config["CONTACT"] = ""
    assert "<bdi>服务台 8000 &lt;b&gt;</bdi>" in named


def steps_of(browser: Visitor, address: str = "/tasks") -> list[str]:
    return [str(href) for href in browser.page(address).xpath("//section[@aria-labelledby='first-steps']//ol//a/@href")]


@pytest.mark.parametrize(
    "user_id, expected, never",
    [
        ("wangfang", STAFF, OF_ADMINISTRATORS | OF_ANALYSTS | OF_AUDITORS),
        ("analyst", OF_ANALYSTS, OF_ADMINISTRATORS | OF_AUDITORS),
        ("auditor", OF_AUDITORS, OF_ADMINISTRATORS | OF_ANALYSTS),
        ("admin", OF_ADMINISTRATORS | OF_ANALYSTS | OF_AUDITORS, {"/account/substitutes"}),
    ],
)
def test_first_steps_are_those_that_the_person_may_take(visitor: Visit, user_id: str, expected: set[str], never: set[str]):
    browser = visitor(user_id)
    steps = steps_of(browser)
    assert expected <= set(steps)
    assert not never & set(steps)
    for address in steps:
        answer = browser.client.get(address, follow_redirects=True)
        assert answer.status_code == 200, address


def test_who_may_not_start_anything_is_not_told_to(visitor: Visit):
    assert "/start" not in steps_of(visitor("zhenglan"))


def test_supervisors_have_a_step_more(engine, visitor: Visit):
    assert "/tasks?tab=groups" not in steps_of(visitor("liqiang"))
    engine.run(SaveUser("led", "下属", PASSWORD, groups=("marketing_specialist",), manager_id="liqiang"), SYSTEM)
    assert "/tasks?tab=groups" in steps_of(visitor("liqiang"))


def test_what_is_put_aside_stays_away_until_it_is_wanted_again(visitor: Visit):
    browser = visitor("chenjing")
    assert steps_of(browser)
    answer = browser.post("/help/first-steps", {"shown": "0", "next": "/tasks"})
    assert (answer.status_code, answer.location) == (303, "/tasks")
    assert steps_of(browser) == steps_of(visitor("chenjing")) == []
    assert steps_of(visitor("zhaomin"))
    assert browser.page("/help").xpath("//ol[@class='help-steps']//a")
    browser.post("/help/first-steps", {"shown": "1"})
    assert steps_of(browser)


def test_putting_aside_twice_at_once_is_once(engine):
    actor = Actor("twice", "两次")
    assert [outcome.shown for outcome in compete(engine, [(ShowFirstSteps(False), actor)] * 2)] == [False, False]
    assert engine.read(FirstSteps(), actor).shown is False
    engine.run(ShowFirstSteps(True), actor)
    engine.run(ShowFirstSteps(True), actor)
    assert engine.read(FirstSteps(), actor).shown is True


def test_they_do_not_stand_beside_an_open_task(visitor: Visit):
    browser = visitor("sunlei")
    assert steps_of(browser)
    posted = submitted(start_of("individual_success"))
    assert browser.post("/start/customer_development", posted).status_code == 303
    [task] = browser.page("/tasks").xpath("//a[@data-row]/@href")
    assert steps_of(browser, str(task)) == []


@pytest.mark.parametrize("user_id", ["wangfang", "analyst", "auditor", "admin"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_help_page_has_what_its_contents_name(visitor: Visit, user_id: str, language: str):
    browser = visitor(user_id)
    browser.client.set_cookie("tuoke_language", language)
    page = browser.page("/help")
    named = [str(href)[1:] for href in page.xpath("//nav[contains(@class, 'help-contents')]//a/@href")]
    headings = [str(one) for one in page.xpath("//section//h2/@id") if one != "shortcuts-title"]
    assert named == headings
    assert ("packs" in named, "audit" in named, "people" in named) == (user_id != "wangfang", user_id in ("auditor", "admin"), user_id == "admin")
    for href in page.xpath("//main//a/@href"):
        if not str(href).startswith("#"):
            assert browser.client.get(str(href), follow_redirects=True).status_code == 200, href


def test_help_is_one_click_away_on_every_page(visitor: Visit):
    browser = visitor("wangfang")
    for address in ("/tasks", "/instances", "/records/customer", "/account", "/no/such/page"):
        page = html.document_fromstring(browser.get(address).text)
        assert page.xpath("//header//a[@href='/help']"), address
