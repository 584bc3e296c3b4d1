"""Saving what a list is asked for under a name, in a browser without scripts."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from engine import SYSTEM, ChangeList, OpenWithList, SavedLists, SaveList
from engine.model.identity import Actor
from tests.webui.website import Visitor

Visit = Callable[[str | None], Visitor]
LI = Actor("liqiang", "李强", frozenset({"marketing_supervisor"}))
ASKED = "tab=groups&priority=high&sort=due"


@pytest.fixture(scope="module")
def visitor(visitor_of_module: Visit) -> Visit:
    return visitor_of_module


@pytest.fixture(autouse=True)
def nothing_saved(engine) -> None:
    with engine.database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM saved_lists")
        connection.exec_driver_sql("DELETE FROM remembered_lists")


def text(element) -> str:
    return " ".join(element.text_content().split())


def names(page) -> list[str]:
    return [text(link) for link in page.xpath("//nav[@class='list-names']/a")]


def test_a_list_is_saved_from_what_one_looks_at_and_stands_beside_the_tabs(visitor: Visit):
    li = visitor("liqiang")
    assert names(li.page("/tasks?tab=groups")) == []
    page = li.page(f"/tasks?{ASKED}")
    assert names(page) == ["保存这个列表"]
    form = li.page(page.xpath("//a[@data-filter-open and contains(@href, '/lists/new')]/@href")[0])
    assert text(form.xpath("//form[@data-filter-form]/p")[0]) == "组内待领 · 优先级：加急 · 先到期的在前"
    assert not form.xpath("//select[@name='role_key']")
    (action,) = form.xpath("//form[@data-filter-form]/@action")
    location = li.post(action, {"name": "催得急"}).location
    assert parse_qs(urlsplit(location).query).keys() == {"tab", "priority", "sort", "list"}
    saved = li.page(location)
    assert names(saved) == ["催得急", "管理：保存的列表"]
    assert saved.xpath("//nav[@class='list-names']/a[1]/@aria-current") == ["page"]
    changed = li.page(location.replace("priority=high", "priority=low"))
    assert names(changed) == ["催得急已改动", "保存这个列表", "管理：保存的列表"]
    again = li.post(f"/tasks/lists?{ASKED}", {"name": "催得急 "})
    assert (again.status_code, "已有同名的列表" in again.text, "替换同名的那一个" in again.text) == (409, True, True)
    assert 'value="催得急 "' in again.text
    replaced = li.post("/tasks/lists?tab=mine&due=overdue", {"name": "催得急", "replace": "1"}).location
    assert "due=overdue" in replaced
    assert "已更新。" in li.get(replaced).text
    assert li.post("/tasks/lists?tab=mine&due=some", {"name": "x"}).status_code == 422


def test_the_page_of_lists_renames_opens_and_removes(engine, visitor: Visit):
    saved = engine.run(SaveList("甲", {"tab": "groups", "q": "海川"}), LI).list_id
    engine.run(SaveList("乙", {"tab": "mine"}), LI)
    li = visitor("liqiang")
    page = li.page("/tasks/lists")
    assert "组内待领、含有“海川”" in text(page.xpath("//li[@id=$id]", id=f"list-{saved}")[0])
    there = f"/tasks/lists/{saved}"
    assert parse_qs(urlsplit(li.get(there).location).query) == {"tab": ["groups"], "q": ["海川"], "list": [str(saved)]}
    assert li.post(there, {"op": "rename", "revision": "1", "name": "丙"}).status_code == 303
    late = li.post(there, {"op": "rename", "revision": "1", "name": "丁"})
    assert (late.status_code, "李强 刚刚修改过" in late.text, 'value="丁"' in late.text) == (409, True, True)
    taken = li.post(there, {"op": "rename", "revision": "2", "name": "乙"})
    assert (taken.status_code, "已有同名的列表" in taken.text) == (409, True)
    for forged in ({"op": "explode"}, {}, {"op": "rename", "revision": "x", "name": "y"}):
        assert li.post(there, forged).status_code in (409, 422)
    assert li.post(there, {"op": "open"}).status_code == 303
    opened = li.get("/tasks")
    assert (opened.status_code, f"list={saved}" in opened.location) == (302, True)
    assert li.get("/tasks?tab=mine").status_code == 200
    assert li.post("/tasks/lists/plain", {}).status_code == 303
    assert li.get("/tasks").status_code == 200
    assert li.post(there, {"op": "remove"}).status_code == 303
    assert li.get(there).status_code == 404
    # An address that was passed on still shows what it asks for.
    assert li.get(f"/tasks?tab=groups&q=海川&list={saved}").status_code == 200


def test_a_role_gets_lists_that_its_people_see_and_cannot_change(engine, visitor: Visit):
    admin, li = visitor("admin"), visitor("liqiang")
    form = admin.page(f"/tasks/lists/new?{ASKED}")
    assert "marketing_supervisor" in form.xpath("//select[@name='role_key']/option/@value")
    assert admin.post(f"/tasks/lists?{ASKED}", {"name": "主管周会", "role_key": "marketing_supervisor"}).status_code == 303
    (row,) = engine.read(SavedLists(), LI)
    assert names(li.page("/tasks?tab=mine"))[0] == "主管周会（营销主管共享）"
    (shown,) = li.page("/tasks/lists").xpath("//li[@id=$id]", id=f"list-{row.list_id}")
    assert [button.get("value") for button in shown.xpath(".//button")] == ["open"]
    refused = li.post(f"/tasks/lists/{row.list_id}", {"op": "remove"})
    assert (refused.status_code, "这个列表由别人管理" in refused.text) == (403, True)
    assert visitor("wangfang").get(f"/tasks/lists/{row.list_id}").status_code == 404
    assert li.post(f"/tasks/lists?{ASKED}", {"name": "x", "role_key": "marketing_supervisor"}).status_code == 403
    assert admin.post(f"/tasks/lists/{row.list_id}", {"op": "role_opens", "revision": "1"}).status_code == 303
    assert f"list={row.list_id}" in li.get("/tasks").location
    assert "共享的待办列表已修改" in visitor("auditor").get("/account-log").text
    engine.run(OpenWithList(None), LI)
    assert li.get("/tasks").status_code == 200


def test_what_a_saved_list_names_may_be_gone(engine, visitor: Visit):
    li = visitor("liqiang")
    saved = engine.run(SaveList("旧流程", {"tab": "groups", "process": "sold_long_ago"}), LI).list_id
    page = li.page(li.get(f"/tasks/lists/{saved}").location)
    assert "流程：已不存在（sold_long_ago）" in text(page)
    engine.run(SaveList("给没有的岗位", {"tab": "mine"}, "marketing_manager"), SYSTEM)
    with engine.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE saved_lists SET role_key = 'closed_role' WHERE role_key IS NOT NULL")
    assert "给没有的岗位" not in text(li.page("/tasks/lists"))


def test_many_lists_stand_on_their_page(engine, visitor: Visit):
    for number in range(8):
        engine.run(SaveList(f"列表{number}", {"tab": "mine", "q": str(number)}), LI)
    last = engine.read(SavedLists(), LI)[-1]
    engine.run(ChangeList(last.list_id, 1, name="最后的"), LI)
    li = visitor("liqiang")
    shown = names(li.page(f"/tasks?tab=mine&q=7&list={last.list_id}"))
    assert (len(shown), "最后的" in shown, shown[-1]) == (7, True, "全部 8 个：保存的列表")
