"""The task list in a browser without scripts: filters, pages, several at once, copies; what changes is told once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.datastructures import MultiDict

from engine import SYSTEM, SaveUser, StartInstance
from tests.webui.website import PASSWORD, Visitor, offered, start_of

SCENARIO = "application_refused"
Visit = Callable[[str | None], Visitor]


@pytest.fixture(scope="module")
def visitor(visitor_of_module: Visit) -> Visit:
    return visitor_of_module


def text(page) -> str:
    return " ".join(page.text_content().split())


def test_several_are_claimed_and_each_says_what_came_of_it(engine, visitor: Visit):
    engine.run(SaveUser("tang", "唐云", PASSWORD, groups=("marketing_supervisor",)), SYSTEM)
    first, second = offered(engine, visitor, "批量甲", "批量乙")
    li, tang = visitor("liqiang"), visitor("tang")
    assert tang.post(f"/tasks/{first}/claim", {}).status_code == 303
    strange = engine.run(StartInstance("customer_development", start_of(SCENARIO) | {"customer_name": "外人"}), SYSTEM).next_task_id
    chosen = MultiDict([("op", "claim"), ("tab", "groups"), *(("task", each) for each in (first, second, strange or "x.1", "forged"))])
    page = li.post("/tasks/together", chosen)
    assert page.status_code == 200
    assert "1 项成功，1 项没有成功" in page.text
    assert "唐云 已经认领了这项待办" in page.text
    assert "批量乙" in text(li.page("/tasks?tab=mine&q=批量"))
    assert "外人" not in page.text
    given = li.post("/tasks/together", MultiDict([("op", "unclaim"), ("tab", "mine"), ("all", "1"), ("q", "批量"), ("total", "1")]))
    assert "1 项成功，0 项没有成功" in given.text
    assert "批量乙" in text(li.page("/tasks?tab=groups&q=批量"))


def test_several_are_assigned_after_asking_to_whom(engine, visitor: Visit):
    (task,) = offered(engine, visitor, "转办甲")
    li = visitor("liqiang")
    assert li.post(f"/tasks/{task}/claim", {}).status_code == 303
    asked = li.post("/tasks/together", MultiDict([("op", "assign"), ("task", task)]))
    assert (asked.status_code, "把 1 项待办转给谁？" in asked.text) == (200, True)
    empty = li.post("/tasks/together", MultiDict([("op", "assign"), ("task", task), ("confirmed", "1")]))
    assert (empty.status_code, "请选择转给谁。" in empty.text) == (422, True)
    done = li.post("/tasks/together", MultiDict([("op", "assign"), ("task", task), ("confirmed", "1"), ("assignee", "zhaomin"), ("reason", "出差")]))
    assert "1 项成功" in done.text
    assert "转办甲" in text(visitor("zhaomin").page("/tasks?tab=mine"))


def test_who_is_given_several_is_told_once_of_all_and_led_to_the_list(engine, visitor: Visit):
    tasks = offered(engine, visitor, "合并甲", "合并乙", "合并丙")
    li, zhao = visitor("liqiang"), visitor("zhaomin")
    li.post("/tasks/together", MultiDict([("op", "claim"), *(("task", task) for task in tasks[:2])]))
    before = len(zhao.page("/notifications").xpath("//ol[@class='told-list']/li"))
    chosen = [("op", "assign"), ("confirmed", "1"), ("assignee", "zhaomin"), *(("task", task) for task in tasks)]
    done = li.post("/tasks/together", MultiDict(chosen))
    assert "2 项成功，1 项没有成功" in done.text
    lines = zhao.page("/notifications").xpath("//ol[@class='told-list']/li")
    assert (len(lines) - before, "李强 把 2 项待办交给了你" in text(lines[0])) == (1, True)
    location = zhao.get(lines[0].xpath("./a/@href")[0]).location
    assert location.endswith("/tasks?tab=mine")
    assert "合并乙" in text(zhao.page(location))
    single = li.post("/tasks/together", MultiDict([("op", "claim"), ("task", tasks[2])]))
    assert "1 项成功" in single.text
    li.post("/tasks/together", MultiDict([*chosen[:3], ("task", tasks[2])]))
    assert "交给你办理：合并丙" in text(zhao.page("/notifications").xpath("//ol[@class='told-list']/li")[0])


def test_nothing_selected_and_forged_operations_change_nothing(visitor: Visit):
    li = visitor("liqiang")
    for data in ({"op": "claim"}, {"op": "delete", "task": "x"}, {}):
        response = li.post("/tasks/together", data)
        assert (response.status_code, "没有选中待办" in response.text) == (422, True)


def test_filters_are_chips_that_can_be_taken_away(engine, visitor: Visit):
    offered(engine, visitor, "筛选甲", "筛选乙")
    li = visitor("liqiang")
    page = li.page("/tasks?tab=groups&customer=筛选甲&priority=usual&sort=newest")
    assert [text(chip) for chip in page.xpath("//ul[@class='list-chips']/li")] == ["优先级：一般，去掉这个条件", "客户：筛选甲，去掉这个条件"]
    assert len(page.xpath("//tr[@data-element]")) == 1
    without = page.xpath("//ul[@class='list-chips']/li[2]/a/@href")[0]
    assert "customer" not in without
    assert "sort=newest" in without
    nothing = li.page("/tasks?tab=groups&customer=没有这个客户")
    assert "没有符合条件的待办" in text(nothing)
    choices = li.page("/tasks/filter?tab=groups")
    (kind,) = choices.xpath("//select[@name='element']/option[contains(@value, '/confirm_target')]/@value")
    narrowed = li.page(f"/tasks?tab=groups&element={kind}&q=筛选")
    assert len(narrowed.xpath("//tr[@data-element='confirm_target']")) == 2
    assert li.page("/tasks?tab=groups&element=customer_development/other&q=筛选").xpath("//tr[@data-element]") == []


@pytest.mark.parametrize("wrong", ["sort=x", "due=x", "priority=%00", "after=x", "before=WyJ", "from=-5", "element=/", "tab=copies&after=x"])
def test_addresses_of_nobodys_making_show_the_list(visitor: Visit, wrong: str):
    assert visitor("liqiang").get(f"/tasks?{wrong}").status_code == 200


def test_the_rows_are_sent_again_only_when_something_changed(engine, visitor: Visit):
    li = visitor("liqiang")
    first = li.get("/tasks/rows?tab=groups")
    assert first.status_code == 200
    tag = first.headers["ETag"]
    again = li.get("/tasks/rows?tab=groups", **{"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    offered(engine, visitor, "新到甲")
    changed = li.get("/tasks/rows?tab=groups", **{"If-None-Match": tag})
    assert changed.status_code == 200
    assert "新到甲" in changed.text
    assert "<!doctype" not in changed.text


def test_a_copy_is_sent_found_opened_and_read(engine, visitor: Visit):
    (task,) = offered(engine, visitor, "抄送甲")
    instance_id = task.partition(".")[0]
    li, wu, zheng = visitor("liqiang"), visitor("wuhao"), visitor("zhenglan")
    assert wu.get(f"/instances/{instance_id}").status_code == 404
    assert "抄送给同事" in li.get(f"/tasks/{task}").text
    form = f"/instances/{instance_id}/copies"
    assert li.post(form, {"note": "没有选人"}).status_code == 422
    sent = li.post(
        form, MultiDict([("user_id", "wuhao"), ("note", "请看 <b>一下</b>"), ("number", task.partition(".")[2]), ("next", f"/tasks/{task}")])
    )
    assert (sent.status_code, sent.location) == (303, f"/tasks/{task}")
    page = wu.page("/tasks?tab=copies")
    assert "抄送甲" in text(page)
    assert "请看 <b>一下</b>" in text(page)
    assert page.xpath("//span[@data-count='copies']/text()") == ["1"]
    link = page.xpath("//a[@data-row]/@href")[0]
    assert wu.get(link).location == f"/instances/{instance_id}"
    assert wu.get(f"/instances/{instance_id}").status_code == 200
    assert wu.page("/tasks?tab=copies").xpath("//span[@data-count='copies']") == []
    assert "吴昊" in text(li.page(form))
    assert wu.post(f"/tasks/{task}/claim", {}).status_code == 403
    for address in (link, form, f"/instances/{instance_id}"):
        assert zheng.get(address).status_code == 404, address
    assert zheng.post(form, MultiDict([("user_id", "wuhao")])).status_code == 404
    assert wu.post("/copies/read", {}).status_code == 303


def test_a_copy_goes_to_a_role(engine, visitor: Visit):
    (task,) = offered(engine, visitor, "抄送岗位")
    li, instance_id = visitor("liqiang"), task.partition(".")[0]
    assert "营销部经理" in text(li.page(f"/instances/{instance_id}/copies"))
    assert li.post(f"/instances/{instance_id}/copies", {"role_key": "marketing_manager", "note": "周知"}).status_code == 303
    assert "抄送岗位" in text(visitor("zhaomin").page("/tasks?tab=copies"))
    nobody = li.post(f"/instances/{instance_id}/copies", {"role_key": "nobodys", "note": "留着"})
    assert (nobody.status_code, "岗位上没有别人" in nobody.text, "留着" in nobody.text) == (422, True, True)
