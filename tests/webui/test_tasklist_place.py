"""A list keeps its tab, filters, words, order and place through everything that is done from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from engine import SYSTEM, SetSubstitute
from tests.webui.website import Visitor, offered

Visit = Callable[[str | None], Visitor]
LIST = {"tab": ["groups"], "q": ["位置"], "sort": ["newest"], "process": ["determine_target_customer"]}
ADDRESS = "/tasks?tab=groups&q=位置&sort=newest&process=determine_target_customer"


@pytest.fixture(scope="module")
def visitor(visitor_of_module: Visit) -> Visit:
    return visitor_of_module


def asked(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


def test_claiming_and_giving_back_keep_the_list_and_the_place(engine, visitor: Visit):
    names = offered(engine, visitor, "位置甲", "位置乙", "位置丙")
    li = visitor("liqiang")
    page = li.page(ADDRESS)
    newest, middle, oldest = (row.get("data-id") for row in page.xpath("//*[@data-id]"))
    assert {newest, middle, oldest} == set(names)
    (claim,) = page.xpath("//*[@data-id=$id]//form[@data-claim]/@action", id=middle)
    assert asked(claim) == LIST | {"at": [oldest]}
    location = li.post(claim, {}).location
    assert (urlsplit(location).path, asked(location)) == (f"/tasks/{middle}", LIST | {"at": [oldest]})
    beside = li.page(location)
    assert [row.get("data-id") for row in beside.xpath("//*[@data-id]")] == [newest, oldest]
    assert beside.xpath("//a[@data-place]/ancestor::*[@data-id]/@data-id") == [oldest]
    assert len(beside.xpath("//h1[@data-focus]")) == 1
    (back,) = beside.xpath("//a[contains(@class, 'back-link')]/@href")
    assert asked(back) == LIST | {"at": [middle]}
    (give,) = beside.xpath("//form[contains(@action, '/unclaim')]/@action")
    assert asked(li.post(give, {}).location) == LIST
    # The one at the end is followed by the one above it.
    (last,) = page.xpath("//*[@data-id=$id]//form[@data-claim]/@action", id=oldest)
    assert asked(last)["at"] == [middle]


def test_without_a_list_the_task_opens_as_before(engine, visitor: Visit):
    (task,) = offered(engine, visitor, "直接打开")
    li = visitor("liqiang")
    assert li.post(f"/tasks/{task}/claim", {}).location.endswith(f"/tasks/{task}")
    assert li.post(f"/tasks/{task}/unclaim", {}).location.endswith(f"/tasks/{task}?tab=groups")


def test_several_at_once_lead_back_to_the_list_as_it_was(engine, visitor: Visit):
    first, second = offered(engine, visitor, "位置丁", "位置戊")
    li = visitor("liqiang")
    (action,) = li.page(ADDRESS).xpath("//form[@id='together']/@action")
    done = li.post(action, {"op": "claim", "task": first})
    assert "1 项成功" in done.text
    assert ADDRESS.partition("&")[2].split("&")[1] in done.text
    form = li.post(action, {"op": "complete", "task": second})
    assert form.status_code == 200
    assert "sort=newest&amp;process=determine_target_customer" in form.text.partition("/tasks/together/complete?")[2][:200]


def test_chips_say_names_in_the_language_of_the_reader(visitor: Visit):
    li = visitor("liqiang")
    element = "determine_target_customer/confirm_target"

    def said(address: str) -> list[str]:
        return [" ".join(chip.text_content().split()) for chip in li.page(address).xpath("//ul[@class='list-chips']/li")]

    chinese = said(f"/tasks?tab=groups&process=determine_target_customer&element={element}")
    assert chinese == ["流程：确定目标客户，去掉这个条件", "任务：确认目标客户，去掉这个条件"], chinese
    li.client.set_cookie("tuoke_language", "en")
    english = " ".join(said(f"/tasks?tab=groups&element={element}"))
    li.client.delete_cookie("tuoke_language")
    assert "determine_target_customer" not in english
    assert "confirm_target" not in english
    gone = said("/tasks?tab=groups&process=sold_long_ago&element=determine_target_customer/never_there")
    assert gone == ["流程：已不存在（sold_long_ago），去掉这个条件", "任务：已不存在（determine_target_customer/never_there），去掉这个条件"]


def test_the_filter_offers_whose_tasks_and_rows_say_it(engine, visitor: Visit):
    (task,) = offered(engine, visitor, "代办甲")
    assert visitor("liqiang").post(f"/tasks/{task}/claim", {}).status_code == 303
    zhao = visitor("zhaomin")
    assert not zhao.page("/tasks/filter?tab=mine").xpath("//select[@name='whose']")
    engine.run(SetSubstitute("liqiang", "zhaomin", engine.now(), engine.now() + timedelta(days=1)), SYSTEM)
    page = zhao.page("/tasks?tab=mine&whose=liqiang")
    assert "代 李强" in page.xpath("//*[@data-id=$id]", id=task)[0].text_content()
    assert "谁的：代 李强" in page.xpath("//ul[@class='list-chips']")[0].text_content()
    assert zhao.page("/tasks/filter?tab=mine").xpath("//select[@name='whose']/option/@value") == ["", "own", "liqiang"]
    assert zhao.page("/tasks?tab=mine&whose=own&q=代办甲").xpath("//*[@data-id]") == []
