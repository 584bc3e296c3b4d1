"""Administration of people: pages that find, make, change and close accounts, departments, roles; the log of all that; auditors only read."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from engine import SYSTEM, AccountEvents, FindAccount, FindAccountDetail, FindPerson, SaveDepartment, SaveUser, StartInstance
from tests.webui.website import PASSWORD, Visitor
from webui.people.words import shown_words, value_words

Visit = Callable[[str | None], Visitor]
CUSTOMER = {"customer_name": "宁波海川机械有限公司", "customer_kind": "企业", "channels": ["公司内部"]}


@pytest.fixture
def admin(visitor: Visit) -> Visitor:
    return visitor("admin")


def posted(browser: Visitor, address: str, **values: object):
    return browser.post(address, values)


def fields(browser: Visitor, address: str) -> dict[str, Any]:
    """What stands in the first large form of a page."""
    form = browser.page(address).xpath("//form[contains(@class, 'people-form')]")[0]
    values: dict[str, Any] = {}
    for field in form.xpath(".//input[@name] | .//select[@name]"):
        if field.get("type") == "checkbox":
            if field.get("checked") is not None:
                values.setdefault(field.get("name"), [])
                values[field.get("name")].append(field.get("value") or "on")
        elif field.tag == "select":
            values[field.get("name")] = next(iter(field.xpath("./option[@selected]/@value")), "")
        elif field.get("name") != "csrf_token":
            values[field.get("name")] = field.get("value") or ""
    return values


def test_a_new_person_from_form_to_first_sign_in(engine, admin, visitor: Visit):
    new = {"user_id": "newbie", "name": "新同事", "language": "zh", "manager": "赵敏 (zhaomin)", "groups": ["marketing_specialist"]}
    answer = admin.post("/new-person", new)
    assert answer.status_code == 200
    once = re.search(r'class="one-time"[^>]*>([^<]+)<', answer.text)[1]
    assert once not in admin.get("/people/newbie").text
    browser = visitor(None)
    assert browser.sign_in("newbie", once).status_code == 303
    assert browser.get("/tasks").location == "/account/password"
    detail = engine.read(FindAccountDetail("newbie"), SYSTEM)
    assert (detail.groups, detail.manager_id, detail.must_change_password) == (("marketing_specialist",), "zhaomin", True)


@pytest.mark.parametrize(
    ("wrong", "words", "field"),
    [
        ({"user_id": "王芳"}, "账号只能用小写字母", "user_id"),
        ({"user_id": "wangfang"}, "它是 王芳 的", "user_id"),
        ({"name": " "}, "请填写后再保存", "name"),
        ({"manager": "没有这人"}, "没有这个人", "manager_id"),
        ({"department_id": "nothing"}, "没有这个部门", "department_id"),
        ({"groups": ["pirates"]}, "没有这个岗位", "groups"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(admin, wrong, words, field):
    answer = admin.post("/new-person", {"user_id": "typed", "name": "打好的字", "language": "en", **wrong})
    assert answer.status_code in (409, 422)
    assert words in answer.text
    assert f'id="{field}-problem"' in answer.text
    assert "打好的字" in answer.text or wrong.get("name")
    assert admin.get("/people/typed").status_code == 404


def test_two_administrators_do_not_overwrite_each_other(engine, admin):
    engine.run(SaveUser("edited", "原名", PASSWORD, ("marketing_specialist",)), SYSTEM)
    values = fields(admin, "/people/edited")
    assert values["groups"] == ["marketing_specialist"]
    assert admin.post("/people/edited", {**values, "name": "第一次"}).status_code == 303
    late = admin.post("/people/edited", {**values, "name": "第二次"})
    assert (late.status_code, "有人刚刚修改过" in late.text, "第二次" in late.text) == (409, True, True)
    assert engine.read(FindAccount("edited"), SYSTEM).actor.name == "第一次"


def test_saving_a_person_keeps_what_the_form_shows(engine, admin):
    engine.run(SaveDepartment("kept", "保留部"), SYSTEM)
    place = {"department_id": "kept", "manager_id": "zhaomin"}
    engine.run(SaveUser("whole", "完整", PASSWORD, ("production_department",), language="en", is_analyst=True, **place), SYSTEM)
    before = engine.read(FindAccountDetail("whole"), SYSTEM)
    assert admin.post("/people/whole", fields(admin, "/people/whole")).status_code == 303
    assert engine.read(FindAccountDetail("whole"), SYSTEM) == before


def test_the_list_is_searched_and_filtered(engine, admin):
    engine.run(SaveUser("leaver", "离开的人", active=False), SYSTEM)

    def shown(query: str) -> list[str]:
        return [str(link.get("href")).rpartition("/")[2] for link in admin.page(f"/people?{query}").xpath("//a[@data-row]")]

    assert shown("q=王芳") == ["wangfang"]
    assert shown("q=离开") == []
    assert shown("q=离开&status=all") == ["leaver"]
    assert shown("role=general_manager") == ["zhouwei"]
    assert "admin" in shown("permission=administrator")
    assert "没有这样的人" in admin.get("/people?q=<script>").text


def test_before_closing_one_sees_what_is_in_hand(engine, admin, visitor: Visit):
    engine.run(SaveUser("parting", "将走", PASSWORD, ("marketing_specialist",)), SYSTEM)
    actor = engine.read(FindAccount("parting"), SYSTEM).actor
    engine.run(StartInstance("customer_development", CUSTOMER), actor)
    browser = visitor("parting")
    page = admin.page("/people/parting/close").text_content()
    held = engine.read(FindAccountDetail("parting"), SYSTEM).open_tasks
    assert held > 0
    assert f"{held} 项待办在手上" in page
    assert posted(admin, "/people/parting/close").status_code == 303
    assert browser.get("/tasks").status_code == 302
    assert "已停用" in admin.page("/people/parting").text_content()
    assert posted(admin, "/people/parting/reopen").status_code == 303
    assert visitor("parting").get("/tasks").status_code == 200


def test_the_last_administrator_stays(admin):
    assert "最后一个管理员" in admin.get("/people/admin/close").text
    answer = posted(admin, "/people/admin/close")
    assert (answer.status_code, "最后一个管理员" in answer.text) == (422, True)
    values = fields(admin, "/people/admin")
    values.pop("is_administrator")
    answer = admin.post("/people/admin", values)
    assert (answer.status_code, 'id="is_administrator-problem"' in answer.text) == (422, True)


def test_departments_from_first_to_removed(engine, admin):
    assert "还没有部门" in admin.get("/departments").text or engine
    top = {"department_id": "firm", "name": "公司", "name_en": "Company", "head": "周伟 (zhouwei)", "number": "1"}
    assert admin.post("/new-department", top).status_code == 303
    assert admin.post("/new-department", {"department_id": "sales", "name": "销售部", "parent_id": "firm", "number": "2"}).status_code == 303
    again = admin.post("/new-department", {"department_id": "sales", "name": "别的", "number": "0"})
    assert (again.status_code, "它是“销售部”的" in again.text) == (409, True)
    page = admin.page("/departments").text_content()
    assert page.index("公司") < page.index("销售部")
    assert "负责人：周伟" in page
    assert 'value="sales"' not in admin.get("/departments/firm").text.split('id="parent_id"')[1].split("</select>")[0]
    forged = admin.post("/departments/firm", {**top, "parent_id": "sales"})
    assert (forged.status_code, 'id="parent_id-problem"' in forged.text) == (422, True)
    wrong = admin.post("/departments/sales", {"name": "销售部", "number": "first"})
    assert (wrong.status_code, 'id="number-problem"' in wrong.text) == (422, True)
    kept = posted(admin, "/departments/firm/remove")
    assert (kept.status_code, "还不能删除" in kept.text) == (409, True)
    assert posted(admin, "/departments/sales/remove").status_code == 303
    assert admin.get("/departments/sales").status_code == 404


def test_roles_without_anybody_are_flagged(engine, admin):
    def flagged() -> bool:
        return bool(re.search(r"没有人的岗位：[^<]*总经理", admin.get("/roles").text))

    assert not flagged()
    assert admin.post("/roles/general_manager/remove", {"user_id": "zhouwei"}).status_code == 303
    assert flagged()
    assert admin.post("/roles/general_manager/add", {"person": "周伟"}).status_code == 303
    assert not flagged()
    for person, words in (("没有这人", "没有这个人"), ("", "没有这个人")):
        answer = admin.post("/roles/general_manager/add", {"person": person})
        assert (answer.status_code, words in answer.text) == (422, True)


def test_the_log_is_read_filtered_verified_and_taken_away(engine, admin):
    engine.run(SaveUser("formula", "=1+1", PASSWORD), SYSTEM)
    engine.run(SaveUser("formula", "改名", None), SYSTEM)
    page = admin.page("/account-log?person=formula&verify=1").text_content()
    assert "=1+1 → 改名" in re.sub(r"\s+", " ", page)
    assert "条记录完整，没有被改动" in page
    assert "没有这样的改动" in admin.get("/account-log?person=formula&kind=department_created").text
    table = list(csv.reader(io.StringIO(admin.get("/account-log/export.csv?person=formula").text.lstrip("\ufeff"))))
    assert len(table) == 3
    assert table[0][:2] == ["编号", "时间"]
    assert not any(cell.startswith(("=", "+", "@")) for row in table for cell in row)
    assert admin.get("/account-log?since=2026-99-99&until=x").status_code == 200
    assert "没有这样的改动" in admin.get("/account-log?until=2020-01-01").text


def test_the_log_tells_moments_by_the_clock_of_this_place(app):
    recorded = "2026-11-22T01:00:00+00:00"
    with app.app_context():
        assert (shown_words(recorded), value_words(recorded), shown_words("2026-11-22")) == ("2026-11-22 09:00", recorded, "2026-11-22")


def test_auditors_read_and_change_nothing(engine, visitor: Visit):
    auditor = visitor("auditor")
    before = engine.read(AccountEvents(), SYSTEM).total
    for address in ("/people", "/people/wangfang", "/departments", "/roles", "/account-log", "/account-log/export.csv"):
        assert auditor.get(address).status_code == 200, address
    page = auditor.page("/people/wangfang")
    assert page.xpath("//fieldset/@disabled")
    assert not page.xpath("//main//form[@method='post']//button[not(ancestor::fieldset)]")
    changing = ("/people/wangfang", "/people/wangfang/close", "/people/wangfang/password", "/new-person", "/roles/general_manager/add")
    for address in changing:
        assert posted(auditor, address).status_code == 403, address
    assert engine.read(AccountEvents(), SYSTEM).total == before


def test_names_are_text_and_never_markup(engine, admin):
    evil = "<img src=x onerror=alert(1)>"
    engine.run(SaveUser("evil", evil, PASSWORD, ("marketing_specialist",)), SYSTEM)
    engine.run(SaveDepartment("evil", evil, head_id="evil"), SYSTEM)
    for address in ("/people", "/people/evil", "/people/evil/close", "/departments", "/departments/evil", "/roles", "/account-log"):
        assert "<img src=x" not in admin.get(address).text, address
    engine.run(SaveUser("evil", "好人", PASSWORD, ("marketing_specialist",)), SYSTEM)


def test_a_supervisor_by_name_when_only_one_has_it(engine, admin):
    for user_id in ("twin1", "twin2"):
        engine.run(SaveUser(user_id, "双胞胎", PASSWORD), SYSTEM)
    engine.run(SaveUser("under", "下属", PASSWORD), SYSTEM)
    values = fields(admin, "/people/under")
    answer = admin.post("/people/under", {**values, "manager": "双胞胎"})
    assert (answer.status_code, "不止一个人叫这个名字" in answer.text) == (422, True)
    assert admin.post("/people/under", {**values, "manager": "陈静"}).status_code == 303
    assert engine.read(FindPerson("under"), SYSTEM).manager.user_id == "chenjing"
    chief = fields(admin, "/people/chenjing")
    circle = admin.post("/people/chenjing", {**chief, "manager": "under"})
    assert (circle.status_code, 'id="manager_id-problem"' in circle.text) == (422, True)


def test_an_address_is_written_down_for_somebody(engine, app, admin):
    app.config["SENDS_MAIL"] = True
    engine.run(SaveUser("mailed", "有邮箱"), SYSTEM)
    assert "还没有邮箱" in admin.get("/people/mailed").text
    refused = admin.post("/people/mailed/mail", {"address": "x@y"})
    assert refused.status_code == 422
    assert 'value="x@y"' in refused.text
    assert "这不是邮箱地址" in refused.text
    assert admin.post("/people/mailed/mail", {"address": "m@example.com"}).status_code == 303
    assert "在那以前除了验证码什么都不发" in admin.get("/people/mailed").text
    assert "邮箱已登记" in admin.get("/account-log?person=mailed").text
    app.config["SENDS_MAIL"] = False
