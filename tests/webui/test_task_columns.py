"""The task list as a table: which columns, in which order, remembered for the person and part of a saved list."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.datastructures import MultiDict

from engine import ChooseTaskColumns, InputRejected, SavedLists, TaskColumns
from engine.model.identity import Actor
from tests.webui.website import Visitor, offered

Visit = Callable[[str | None], Visitor]
LI = Actor("liqiang", "李强", frozenset({"marketing_supervisor"}))


@pytest.fixture(scope="module")
def visitor(engine, visitor_of_module: Visit) -> Visit:
    offered(engine, visitor_of_module, "列甲", "列乙")
    return visitor_of_module


@pytest.fixture(autouse=True)
def nothing_chosen(engine) -> None:
    with engine.database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM remembered_lists")


def heads(page) -> list[str]:
    return [" ".join(head.text_content().split()) for head in page.xpath("//table[@role='table']/thead//th")]


def test_columns_are_chosen_and_remembered(engine, visitor: Visit):
    li = visitor("liqiang")
    page = li.page("/tasks?tab=groups&q=列")
    assert heads(page) == ["选择", "任务", "客户", "所属流程", "发起人", "优先级", "到期", "到达", "办理人", "认领"]
    form = li.page("/tasks/columns?tab=groups&q=列&sort=newest")
    assert form.xpath("//input[@name='column' and @checked]/@value") == ["customer", "process", "starter", "priority", "due", "arrived", "holder"]
    (action,) = form.xpath("//form[@data-filter-form]/@action")
    location = li.post(action, MultiDict([("column", "due"), ("column", "key"), ("column", "forged")])).location
    assert parse_qs(urlsplit(location).query) == {"tab": ["groups"], "q": ["列"], "sort": ["newest"]}
    assert engine.read(TaskColumns(), LI) == ("key", "due")
    chosen = li.page(location)
    assert heads(chosen) == ["选择", "任务", "编号", "到期", "认领"]
    # A card shows the customer all the same.
    assert len(chosen.xpath("//tr[@data-id]/td[contains(@class, 'cell-customer only-card')]")) == 2
    assert heads(visitor("zhaomin").page("/tasks?tab=done")) == []
    with pytest.raises(InputRejected):
        engine.run(ChooseTaskColumns(["salary"]), LI)


def test_heads_order_the_list(visitor: Visit):
    li = visitor("liqiang")
    page = li.page("/tasks?tab=groups&q=列&sort=newest")
    (arrived,) = page.xpath("//th[contains(@class, 'cell-arrived')]")
    assert (arrived.get("aria-sort"), parse_qs(urlsplit(arrived.xpath("./a/@href")[0]).query)["sort"]) == ("descending", ["oldest"])
    assert page.xpath("//th[contains(@class, 'cell-customer')]/a") == []
    assert "sort=name" in page.xpath("//th[contains(@class, 'cell-step')]/a/@href")[0]
    assert li.get(arrived.xpath("./a/@href")[0]).status_code == 200


def test_a_saved_list_has_columns_of_its_own(engine, visitor: Visit):
    li = visitor("liqiang")
    assert li.post("/tasks/lists?tab=groups&q=列&columns=due,key", {"name": "窄的"}).status_code == 303
    (row,) = engine.read(SavedLists(), LI)
    there = li.get(f"/tasks/lists/{row.list_id}").location
    assert heads(li.page(there)) == ["选择", "任务", "编号", "到期", "认领"]
    assert li.post("/tasks/lists?tab=groups&columns=due,salary", {"name": "x"}).status_code == 422
    (action,) = li.page(f"/tasks/columns?{urlsplit(there).query}").xpath("//form[@data-filter-form]/@action")
    changed = li.post(action, MultiDict([("column", "customer")])).location
    assert heads(li.page(changed)) == ["选择", "任务", "客户", "认领"]
    naming = li.page(li.page(changed).xpath("//a[@class='list-save']/@href")[0])
    (update,) = naming.xpath("//form[.//button[@value='update']]/@action")
    assert li.post(update, {"op": "update", "revision": "1"}).status_code == 303
    assert dict(engine.read(SavedLists(), LI)[0].asked) == {"tab": "groups", "q": "列", "columns": "customer"}


def test_values_that_the_diagram_marks_are_columns_for_who_wants_them(engine, visitor: Visit):
    li = visitor("liqiang")
    form = li.page("/tasks/columns?tab=groups&q=列")
    offered_values = dict(zip(form.xpath("//input[@name='offered']/@value"), form.xpath("//label[input[@name='offered']]/span/text()"), strict=True))
    assert offered_values[".customer_kind"] == "客户类型"
    chosen = MultiDict([("column", "due"), ("column", ".customer_kind"), ("column", ".nothing"), *(("offered", key) for key in offered_values)])
    (action,) = form.xpath("//form[@data-filter-form]/@action")
    page = li.page(li.post(action, chosen).location)
    # Of a field that no process marks nobody could say what it is: it is remembered, and shown where it is known.
    assert heads(page) == ["选择", "任务", "到期", "客户类型", "认领"]
    cells = [" ".join(cell.text_content().split()) for cell in page.xpath("//tr[@data-id]/td[contains(@class, 'cell-value')]")]
    assert cells == ["客户类型：企业", "客户类型：企业"]
    assert li.page("/tasks/columns?tab=groups").xpath("//input[@name='column' and @checked]/@value") == ["due", ".customer_kind"]
    rows = li.page("/tasks/rows?tab=groups&q=列")
    assert "客户类型" in rows.text_content()
    assert engine.read(TaskColumns(), LI) == ("due", ".customer_kind", ".nothing")


def test_a_list_is_narrowed_to_the_process_that_was_started_or_to_a_called_one(visitor: Visit):
    li = visitor("liqiang")
    form = li.page("/tasks/filter?tab=groups")
    started = form.xpath("//select[@name='process']/option/@value")
    called = form.xpath("//select[@name='process']/optgroup/option/@value")
    assert started == ["", "customer_development"]
    assert called
    for key in (*started, *called):
        assert len(li.page(f"/tasks?tab=groups&q=列&process={key}").xpath("//tr[@data-id]")) == 2, key
    assert li.page("/tasks?tab=groups&q=列&process=other").xpath("//tr[@data-id]") == []
    (cell, _) = li.page("/tasks?tab=groups&q=列").xpath("//tr[@data-id]/td[contains(@class, 'cell-process')]")
    assert " ".join(cell.text_content().split()) == "客户开发 ›，其中的子流程： 确定目标客户"
