"""What is typed into the form of a task and not yet submitted: kept, told, and never lost to another page."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest

from engine import SYSTEM, SaveUser
from tests.webui.test_tasks import INTERNAL, SCENARIO, start
from tests.webui.website import PASSWORD, Visitor, offered, steps, submitted

Visit = Callable[[str | None], Visitor]
HTMX = {"HX-Request": "true"}
TOLD = "你在另一个页面里也填了这项待办"


@pytest.fixture
def wang(visitor: Visit) -> Visitor:
    return visitor("wangfang")


def seen_by(page, *more: str) -> dict[str, str]:
    """What a page sends back beside what is typed."""
    names = ("_page", "_revision", *more)
    return {name: page.xpath(f"string(//form[@id='screen-form']//input[@name='{name}']/@value)") for name in names}


def opened(wang: Visitor, title: str) -> tuple[str, dict[str, str], dict[str, str]]:
    """The address of a new task, and what two pages of it have seen."""
    start(wang, customer_name=title)
    address = wang.task_address("collect_internal", title)
    here, there = seen_by(wang.page(address)), seen_by(wang.page(address))
    assert here["_revision"] == there["_revision"] == "0"
    assert here["_page"] != there["_page"]
    return address, here, there


def test_two_pages_of_one_person_do_not_overwrite_each_other(wang: Visitor):
    address, here, there = opened(wang, "两页机械")
    first = wang.post(address, {"internal_findings": "这一页", "_op": "refresh", **here}, **HTMX)
    assert 'name="_revision" value="1"' in first.text
    for operation in ("refresh", "save", "submit"):
        typed = submitted(INTERNAL | {"internal_findings": "那一页"})
        typed.setlist("_op", [operation])
        typed.update(there)
        stale = wang.post(address + "?tab=mine&sort=due", typed, **HTMX)
        assert (stale.status_code, TOLD in stale.text, "那一页" in stale.text) == (409, True, True), operation
        assert 'name="_revision" value="0"' in stale.text
        assert f'href="{address}?tab=mine&amp;sort=due#as-kept"' in stale.text
    assert "这一页" in wang.get(address).text
    kept = wang.post(address, {"internal_findings": "那一页", "_op": "refresh", **there, "_over": "1"}, **HTMX)
    assert (kept.status_code, 'name="_revision" value="2"' in kept.text, TOLD in kept.text) == (200, True, False)
    assert "那一页" in wang.get(address).text
    late = wang.post(address, {"internal_findings": "又是这一页", "_op": "refresh", **here, "_revision": "1"}, **HTMX)
    assert (late.status_code, TOLD in late.text) == (409, True)


def test_without_scripts_the_second_page_is_told_as_well(wang: Visitor):
    address, here, there = opened(wang, "无脚本两页")
    first = wang.post(address, {"internal_findings": "这一页", "_op": "save", **here})
    assert (first.status_code, f'value="{here["_page"]}"' in first.text) == (200, True)
    plain = wang.post(address, {"internal_findings": "那一页", "_op": "save", **there})
    assert (plain.status_code, "<!doctype html>" in plain.text, "那一页" in plain.text, TOLD in plain.text) == (409, True, True, True)
    sent = wang.post(address, {**submitted(INTERNAL | {"internal_findings": "那一页"}).to_dict(), "_op": "submit", **there})
    assert (sent.status_code, TOLD in sent.text, "那一页" in sent.text) == (409, True, True)
    again = wang.post(address, {"internal_findings": "那一页", "_op": "refresh", **there, "_over": "1"})
    assert (again.status_code, TOLD in again.text) == (200, False)


def test_a_page_that_says_nothing_of_what_it_has_seen_overwrites_nothing(wang: Visitor, visitor: Visit):
    address, here, _ = opened(wang, "没说机械")
    wang.post(address, {"internal_findings": "这一页", "_op": "refresh", **here}, **HTMX)
    foreign = {"_page": str(visitor("sunlei").page("/start/customer_development").xpath("string(//input[@name='_page']/@value)"))}
    assert foreign["_page"]
    for nothing in ({}, {"_page": "forged", "_revision": "x"}, {"_revision": "-1"}, {**foreign, "_revision": "9"}, {"_revision": "9" * 30}):
        answer = wang.post(address, {"internal_findings": "那一页", "_op": "refresh", **nothing}, **HTMX)
        assert (answer.status_code, TOLD in answer.text) == (409, True), nothing
    assert "这一页" in wang.get(address).text


def test_requests_of_one_page_that_overtake_each_other_do_not_meet(wang: Visitor):
    address, here, _ = opened(wang, "连着存机械")
    for number in range(5):
        saved = wang.post(address, {"internal_findings": f"第{number}次", "_op": "refresh", **here}, **HTMX)
        assert (saved.status_code, f'name="_revision" value="{number + 1}"' in saved.text) == (200, True)
    done = wang.post(address, {**submitted(INTERNAL).to_dict(), "_op": "submit", "internal_sources": "现有客户档案", **here})
    assert done.status_code == 303


def test_what_was_typed_stays_readable_when_a_colleague_completes(engine, visitor: Visit):
    engine.run(SaveUser("tangyun", "唐云", PASSWORD, groups=("marketing_supervisor",)), SYSTEM)
    [task_id] = offered(engine, visitor, "同事先办")
    address, li, tang = f"/tasks/{task_id}", visitor("liqiang"), visitor("tangyun")
    typed = {"level_decision": "调整", "level_reason": "<b>唐的理由</b>", "_op": "refresh"}
    here = seen_by(tang.page(address))
    assert tang.post(address, {**typed, **here}, **HTMX).status_code == 200
    data = next(step["data"] for step in steps(SCENARIO) if step["task"] == "confirm_target")
    assert li.post(address, submitted(data)).status_code == 303
    late = tang.get(address)
    assert late.status_code == 409
    wanted = ("李强 已经办理了这项待办", "&lt;b&gt;唐的理由&lt;/b&gt;", "你填写的内容（没有提交）", "<!doctype html>")
    assert [text for text in wanted if text not in late.text] == []
    for headers, whole in (({}, True), (HTMX, False)):
        sent = tang.post(address, {**typed, "level_reason": "没存过的", **here}, **headers)
        assert (sent.status_code, "没存过的" in sent.text, "<!doctype html>" in sent.text) == (409, True, whole)
        assert sent.headers.get("HX-Retarget") == (None if whole else "#task")
    assert visitor("wuhao").get(address).status_code == 404
    assert "唐的理由" not in li.get(address).text


def test_a_saving_that_changes_nothing_on_the_page_is_answered_in_a_word(wang: Visitor):
    start(wang, customer_name="短答机械")
    address = wang.task_address("collect_internal", "短答机械")
    page = seen_by(wang.page(address), "_seen", "_frame")
    typed = {"internal_findings": "写了一点", "_op": "refresh", **page}
    kept = wang.post(address, typed, **HTMX)
    assert (kept.status_code, kept.data, kept.headers["X-Draft-Revision"]) == (204, b"", "1")
    assert unquote(kept.headers["X-Draft-Saved"]).startswith("草稿已存")
    assert "写了一点" in wang.get(address).text
    # Without scripts, by a page that has seen other data, and where something else is on the screen, the form itself is the answer.
    assert wang.post(address, typed).status_code == 200
    for other in ({"_seen": "x"}, {"_frame": ""}, {"_frame": "x"}):
        answer = wang.post(address, typed | other, **HTMX)
        assert (answer.status_code, page["_frame"] in answer.text) == (200, True), other
    refused = wang.post(address, {"_op": "submit", **page}, **HTMX)
    assert refused.status_code == 422
    told = re.search('name="_frame" value="([^"]*)"', refused.text)
    assert told
    again = wang.post(address, typed | {"_frame": told[1]}, **HTMX)
    assert (again.status_code, "fm-problems" in again.text) == (200, False)


def test_a_start_form_that_need_not_change_is_not_sent_again(wang: Visitor):
    page = seen_by(wang.page("/start/customer_development"), "_seen", "_frame")
    typed = {"customer_name": "还没有发起", "_op": "refresh", **page}
    assert wang.post("/start/customer_development", typed, **HTMX).status_code == 204
    assert wang.post("/start/customer_development", typed).status_code == 200
