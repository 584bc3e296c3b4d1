"""After completing: the next task of the list one came from, or that list at the same place."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.webui.website import Visitor, start_of, submitted

Visit = Callable[[str | None], Visitor]
KIND = "collect_customer_information/collect_internal"
INTERNAL = {"internal_sources": ["现有客户档案"], "internal_findings": "未发现相关信息"}


@pytest.fixture(scope="module")
def visitor(visitor_of_module: Visit) -> Visit:
    return visitor_of_module


@pytest.fixture
def wang(visitor: Visit) -> Visitor:
    browser = visitor("wangfang")
    switch(browser, opens=True)
    return browser


def start(browser: Visitor, *names: str) -> None:
    for name in names:
        sent = submitted({**start_of("application_refused"), "customer_name": name})
        assert browser.post("/start/customer_development", sent).status_code == 303


def switch(browser: Visitor, *, opens: bool) -> str:
    return browser.post("/tasks/next", {"opens": "1" if opens else "0", "next": "/tasks?tab=mine&sort=oldest"}).location


def links(browser: Visitor, address: str) -> list[str]:
    return browser.page(address).xpath("//a[@data-row]/@href")


def asked(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


def action(browser: Visitor, address: str) -> str:
    """Where the form of the task is sent."""
    (found,) = browser.page(address).xpath("//section[@id='task']//form[contains(@action, '/tasks/') and .//*[@value='submit']]/@action")
    return found


def test_the_next_of_the_narrowed_list_opens_and_the_list_stays_narrowed(wang: Visitor):
    start(wang, "连办甲机械", "连办乙机械", "连办丙机械", "别家机械")
    first, second, third = links(wang, f"/tasks?tab=mine&q=连办&sort=oldest&element={KIND}")
    assert asked(first) == {"tab": ["mine"], "q": ["连办"], "sort": ["oldest"], "element": [KIND]}
    led = wang.post(action(wang, second), submitted(INTERNAL)).location
    assert (urlsplit(led).path, asked(led)) == (urlsplit(third).path, asked(first))
    assert third in links(wang, led)
    assert "别家机械" not in wang.page(led).xpath("string(//div[@id='rows'])")
    again = wang.post(action(wang, third), submitted(INTERNAL)).location
    assert urlsplit(again).path != urlsplit(third).path
    assert asked(again) == asked(first)


def test_switched_off_the_list_comes_back_at_the_same_place(wang: Visitor):
    start(wang, "停下甲机械", "停下乙机械", "停下丙机械")
    assert switch(wang, opens=False) == "/tasks?tab=mine&sort=oldest"
    assert wang.page("/tasks").xpath("//form[@action='/tasks/next']//button/@aria-pressed") == ["false"]
    tasks = links(wang, f"/tasks?tab=mine&q=停下&sort=oldest&element={KIND}")
    assert len(tasks) == 3
    for task in tasks:
        led = wang.post(action(wang, task), submitted(INTERNAL)).location
        assert (urlsplit(led).path, asked(led)["q"], asked(led)["sort"]) == ("/tasks", ["停下"], ["oldest"])
        page = wang.page(led)
        assert "已提交" in page.xpath("string(//section[contains(@class, 'result')])")
        focused = page.xpath("//*[@data-focus]")
        assert len(focused) == 1
        at = asked(led).get("at")
        assert at is None or focused[0].get("href", "").startswith(f"/tasks/{at[0]}?")
    assert at is None


def test_an_address_that_names_no_list_does_not_fail_what_is_completed(wang: Visitor):
    start(wang, "乱址甲机械", "乱址乙机械")
    for opens, words in ((True, "sort=nonsense"), (False, "q=乱址&due=nonsense&after=x")):
        switch(wang, opens=opens)
        task = wang.task_address("collect_internal", "乱址甲机械" if opens else "乱址乙机械")
        answer = wang.post(f"{urlsplit(task).path}?{words}", submitted(INTERNAL))
        assert answer.status_code == 303
        assert wang.get(answer.location).status_code == 200


def test_the_switch_leads_nowhere_else(wang: Visitor):
    assert wang.post("/tasks/next", {"opens": "1", "next": "https://example.org/"}).location == "/tasks"
