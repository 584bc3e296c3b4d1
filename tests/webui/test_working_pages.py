"""Working copies as pages and as what the editors' scripts ask for."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator

import pytest
from werkzeug.test import TestResponse

from engine import SYSTEM, DeployPack
from tests.webui.packs_sent import FILES
from tests.webui.website import Visitor

COPY = "/packs/customer_development/edit"


@pytest.fixture(scope="module")
def admin(visitor_of_module: Callable[[str | None], Visitor], engine) -> Visitor:
    engine.run(DeployPack(FILES, "带场景"), SYSTEM)
    return visitor_of_module("admin")


@pytest.fixture
def copy(admin: Visitor) -> Iterator[Visitor]:
    assert admin.post(COPY, {}).status_code == 303
    yield admin
    found = admin.client.get(COPY)
    if found.status_code == 200:
        revision = admin.page(COPY).xpath("//form[contains(@action,'discard')]//input[@name='revision']/@value")[0]
        assert admin.post(f"{COPY}/discard", {"revision": revision}).status_code == 303


def content(browser: Visitor, name: str) -> tuple[bytes, str]:
    response = browser.get(f"{COPY}/content?name={name}")
    assert response.status_code == 200
    return response.data, response.headers["X-Revision"]


def save(browser: Visitor, name: str, data: bytes, expected: str) -> TestResponse:
    token = browser.token("/tasks")
    address = f"{COPY}/content?name={name}&expected={expected}"
    return browser.client.post(address, data=data, headers={"X-CSRFToken": token, "HX-Request": "true", "Content-Type": "application/octet-stream"})


def test_the_overview_shows_files_and_leads_to_their_editors(copy: Visitor):
    page = copy.page(COPY)
    assert "carry_out_development.bpmn" in page.text_content()
    addresses = page.xpath("//table//a[@data-row]/@href")
    assert len(addresses) == len(FILES)
    for name in ("carry_out_development.bpmn", "enterprise_customer_class.dmn", "contact_plan.form", "pack.toml", "scenarios/part_visit.toml"):
        response = copy.get(next(one for one in addresses if one.endswith(name)))
        assert response.status_code == 200, name
        policy = response.headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert ("style-src 'self' 'unsafe-inline'" in policy) is (not name.endswith(".toml"))
    assert "正在修改" in copy.page("/packs").text_content()


def test_saving_and_the_slower_one(copy: Visitor):
    before, revision = content(copy, "pack.toml")
    changed = before + "\n# 改\n".encode()
    saved = save(copy, "pack.toml", changed, revision)
    assert (saved.status_code, saved.json["at"][:2]) == (200, "今天")
    assert content(copy, "pack.toml")[0] == changed
    refused = save(copy, "pack.toml", before + b"\n# other\n", revision)
    assert (refused.status_code, refused.json["error"], refused.json["by_name"]) == (409, "working_file_changed", "管理员")
    assert refused.json["revision"] == saved.json["revision"]
    broken = save(copy, "carry_out_development.bpmn", b"<a", content(copy, "carry_out_development.bpmn")[1])
    assert broken.status_code == 422
    assert broken.json["findings"][0]["message"]
    assert "谁改了什么" in copy.page(COPY).text_content()


def test_what_can_be_chosen_and_who_is_here(copy: Visitor):
    told = copy.get(f"{COPY}/context").json
    assert {"contact_plan", "final_report"} <= {form["id"] for form in told["forms"]}
    assert ["contact_date", "计划接触日期"] in [field[:2] for form in told["forms"] for field in form["fields"]] or told["forms"][0]["fields"]
    assert "enterprise_customer_class" in {one["id"] for one in told["decisions"]}
    assert "progress_reporting" in {one["id"] for one in told["processes"]}
    assert "marketing_specialist" in {one["id"] for one in told["roles"]}
    seen = copy.client.post(f"{COPY}/watch?name=pack.toml", headers={"X-CSRFToken": copy.token("/tasks")})
    assert (seen.status_code, seen.json["others"]) == (200, [])


def test_a_form_is_shown_as_staff_will_see_it_before_it_is_saved(copy: Visitor):
    form = json.loads(content(copy, "contact_plan.form")[0])
    form["components"].append({"type": "textfield", "id": "Field_new", "key": "new_field", "label": "新加的字段"})
    headers = {"X-CSRFToken": copy.token("/tasks"), "HX-Request": "true"}
    shown = copy.client.post(f"{COPY}/preview?name=contact_plan.form", data=json.dumps(form).encode(), headers=headers)
    assert (shown.status_code, "新加的字段" in shown.text, "制定初步接触计划" in shown.text) == (200, True, True)
    form["components"][-1]["type"] = "nothing"
    refused = copy.client.post(f"{COPY}/preview?name=contact_plan.form", data=json.dumps(form).encode(), headers=headers)
    assert (refused.status_code, "现在还不能预览" in refused.text) == (422, True)


def test_files_come_go_and_are_taken_away(copy: Visitor):
    added = copy.post(f"{COPY}/add", {"kind": "form", "id": "extra", "name": "附加"})
    assert (added.status_code, "extra.form" in added.location) == (303, True)
    assert json.loads(content(copy, "extra.form")[0])["name"] == "附加"
    for kind in ("bpmn", "dmn", "scenario"):
        assert copy.post(f"{COPY}/add", {"kind": kind, "id": f"extra_{kind}", "name": '名"称<'}).status_code == 303
        name = {"scenario": "scenarios/extra_scenario.toml"}.get(kind, f"extra_{kind}.{kind}")
        new = content(copy, name)[0].decode()
        assert ("&lt;" in new, "Camunda Cloud" in new) == (kind != "scenario", kind != "scenario"), new
    revision = content(copy, "extra.form")[1]
    assert copy.post(f"{COPY}/rename", {"file": "extra.form", "new_name": "more.form", "revision": revision}).status_code == 303
    revision = content(copy, "more.form")[1]
    assert copy.post(f"{COPY}/remove", {"file": "more.form", "revision": revision}).status_code == 303
    used = copy.post(f"{COPY}/remove", {"file": "contact_plan.form", "revision": content(copy, "contact_plan.form")[1]})
    assert (used.status_code, "还有地方用着它" in used.text, "制定初步接触计划" in used.text) == (422, True, True)
    archive = zipfile.ZipFile(io.BytesIO(copy.get(f"{COPY}/pack.zip").data))
    assert "extra_bpmn.bpmn" in archive.namelist()


def test_files_from_the_desktop_are_taken_as_a_whole_or_not_at_all(copy: Visitor):
    revision = copy.page(COPY).xpath("//form[contains(@action,'upload')]//input[@name='revision']/@value")[0]
    visit = FILES["scenarios/part_visit.toml"] + b"\n"
    bad = [(io.BytesIO(visit), "part_visit.toml"), (io.BytesIO(b"<a"), "new.bpmn")]
    assert copy.post(f"{COPY}/upload", {"revision": revision, "files": bad}).status_code == 422
    assert content(copy, "scenarios/part_visit.toml")[0] == FILES["scenarios/part_visit.toml"]
    sent = copy.post(f"{COPY}/upload", {"revision": revision, "files": [(io.BytesIO(visit), "part_visit.toml")]})
    assert sent.status_code == 303
    assert content(copy, "scenarios/part_visit.toml")[0] == visit
    late = copy.post(f"{COPY}/upload", {"revision": revision, "files": [(io.BytesIO(visit + b"\n"), "part_visit.toml")]})
    assert (late.status_code, "工作副本刚刚有变化" in late.text) == (409, True)


def test_a_new_pack_begins_empty(admin: Visitor):
    assert admin.post("/new-pack", {"key": "visits", "name": "拜访"}).status_code == 303
    assert "pack.toml" in admin.page("/packs/visits/edit").text_content()
    again = admin.post("/new-pack", {"key": "visits", "name": "拜访"})
    assert (again.status_code, "已经有这个流程包" in again.text) == (409, True)
    assert admin.post("/new-pack", {"key": "No", "name": "x"}).status_code == 422
    admin.post("/packs/visits/edit/discard", {"revision": 1})


def test_pages_in_english(copy: Visitor):
    copy.post("/preferences", {"language": "en"})
    assert "Working copy" in copy.page(COPY).text_content()
    copy.post("/preferences", {"language": "zh"})


def ask_settings(browser: Visitor, body: bytes) -> TestResponse:
    headers = {"X-CSRFToken": browser.token("/tasks"), "HX-Request": "true", "Content-Type": "application/json"}
    return browser.client.post(f"{COPY}/settings", data=body, headers=headers)


def test_pack_toml_is_changed_entry_by_entry(copy: Visitor):
    text = content(copy, "pack.toml")[0].decode()
    told = ask_settings(copy, json.dumps({"text": text, "edits": [{"set": ["role", 0, "name_en"], "value": "Seller"}]}).encode())
    assert told.status_code == 200
    assert told.json["text"] == text.replace('name_en = "Marketing specialist"', 'name_en = "Seller"')
    assert told.json["settings"]["roles"][0]["name_en"] == "Seller"
    assert content(copy, "pack.toml")[0].decode() == text
    broken = ask_settings(copy, json.dumps({"text": text + "[[record\n", "edits": []}).encode())
    assert broken.json["settings"] is None
    assert str(text.count("\n") + 1) in broken.json["problem"]


NO_EDITS = (b"", b"{", b"[]", b'{"text": 1, "edits": []}', b'{"text": "", "edits": [1]}', b'{"text": "", "edits": [{}]}', b"[" * 9000)


@pytest.mark.parametrize("body", NO_EDITS)
def test_bad_requests_of_the_form_are_refused_in_words(copy: Visitor, body: bytes):
    told = ask_settings(copy, body)
    assert (told.status_code, told.json["error"]) == (422, "settings_edit")
    assert told.json["title"] == "这一处不能在表单里改"
