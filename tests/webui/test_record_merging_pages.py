"""Merging two records in the browser: choose per field, say why, be told what changed meanwhile; the old address leads to what remains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lxml import html

from engine import SYSTEM, ProcessEngine, RecordView, SaveRecord
from tests.webui.customers import customer
from tests.webui.website import Visitor

Open = Callable[[str | None], Visitor]
HOSTILE = "<b>海川</b>\u202e"


@pytest.fixture
def pair(engine: ProcessEngine, request: pytest.FixtureRequest) -> tuple[str, str]:
    name = str(abs(hash(request.node.name)))[:8]
    return customer(engine, f"M-{name}", "宁波海川", email="a@example.com"), customer(engine, f"N-{name}", HOSTILE, phone="13900000001")


def sent(page: Any, **changed: str) -> dict[str, str]:
    """What the form would send as it stands."""
    fields = {field.get("name"): field.get("value") for field in page.xpath("//main//form//input[@type='hidden' or @checked][not(@disabled)]")}
    return {**fields, "reason": "同一家", **changed}


def test_fields_are_chosen_and_the_old_address_leads_to_what_remains(engine, pair, visitor: Open):
    manager, (stays, goes) = visitor("zhaomin"), pair
    address = f"/records/customer/{stays}/merge/{goes}"
    page = manager.page(address)
    assert f"/records/customer/{stays}/merge/{goes}" in manager.get(f"/records/customer/{stays}").text
    assert page.xpath("//input[@name='field.email'][@checked]/@value") == ["first"]
    assert manager.post(address, sent(page, reason=" ")).status_code == 422
    posted = manager.post(address, sent(page, **{"field.phone": "second"}))
    assert (posted.status_code, posted.location) == (303, f"/records/customer/{stays}"), posted.text[-3000:]
    values = engine.read(RecordView("customer", stays), SYSTEM).values
    assert (values["customer_name"], values["phone"], values["email"]) == ("宁波海川", "13900000001", "a@example.com")
    led = manager.get(f"/records/customer/{goes}")
    assert (led.status_code, led.location) == (302, f"/records/customer/{stays}?came_from={goes}")
    told = manager.page(led.location).text_content()
    assert f"{HOSTILE} 已经并入这条记录（赵敏" in told
    assert "同一家" in manager.page(f"/records/customer/{stays}?part=history").text_content()
    former = manager.page(f"/records/customer/{goes}?as_was=1&part=history")
    assert "这条记录已经并入另一条" in former.text_content()
    assert "把它并入" in former.text_content()
    assert not former.xpath("//form[contains(@action, 'archive')]")
    assert manager.get(f"/records/customer/{goes}/edit").status_code == 409
    assert manager.get(address).status_code == 409


def test_what_would_remain_is_shown_before_anything_is_merged(engine, pair, visitor: Open):
    manager, (stays, goes) = visitor("zhaomin"), pair
    address = f"/records/customer/{stays}/merge/{goes}"
    looked = manager.post(address, sent(manager.page(address), step="look", **{"field.phone": "second"}))
    page: Any = html.document_fromstring(looked.text)
    told = " ".join(page.text_content().split())
    assert "还没有合并。合并以后不能撤销。" in told
    assert HOSTILE.strip("\u202e") in page.xpath("string(//section[@aria-labelledby='given-up'])")
    assert "13900000001 来自另一条" in " ".join(page.xpath("string(//section[@aria-labelledby='kept'])").split())
    assert engine.read(RecordView("customer", goes), SYSTEM).archived_at is None
    fields = {field.get("name"): field.get("value") for field in page.xpath("//main//form//input[@type='hidden']")}
    again = manager.post(address, {**fields, "step": "back"})
    assert 'name="field.phone" value="second" checked' in again.text
    assert "同一家" in again.text
    assert manager.post(address, fields).location == f"/records/customer/{stays}"
    assert engine.read(RecordView("customer", stays), SYSTEM).values["phone"] == "13900000001"


def test_the_other_one_may_remain(engine, pair, visitor: Open):
    manager, (first, second) = visitor("liqiang"), pair
    address = f"/records/customer/{first}/merge/{second}"
    posted = manager.post(address, sent(manager.page(address), stays="second", **{"field.customer_name": "first", "field.customer_code": "second"}))
    assert posted.location == f"/records/customer/{second}", posted.text[-3000:]
    assert engine.read(RecordView("customer", second), SYSTEM).values["customer_name"] == "宁波海川"


def test_a_change_meanwhile_is_told_and_nothing_chosen_is_lost(engine, pair, visitor: Open):
    manager, (stays, goes) = visitor("zhaomin"), pair
    address = f"/records/customer/{stays}/merge/{goes}"
    form = sent(manager.page(address), **{"field.phone": "second"})
    engine.run(SaveRecord("customer", goes, {"phone": "13911112222"}, "换号"), SYSTEM)
    posted = manager.post(address, form)
    assert posted.status_code == 409
    assert "刚刚修改过" in posted.text
    assert "13911112222" in posted.text
    assert 'name="field.phone" value="second" checked' in posted.text
    assert "同一家" in posted.text
    assert engine.read(RecordView("customer", goes), SYSTEM).archived_at is None


@pytest.mark.parametrize("wrong", [{"stays": "third"}, {"_seen_first": "x"}, {"_seen_second": ""}])
def test_a_forged_form_merges_nothing(engine, pair, visitor: Open, wrong: dict[str, str]):
    manager, (stays, goes) = visitor("zhaomin"), pair
    address = f"/records/customer/{stays}/merge/{goes}"
    assert manager.post(address, sent(manager.page(address), **wrong)).status_code == 400
    assert engine.read(RecordView("customer", goes), SYSTEM).archived_at is None


def test_what_one_may_not_change_is_not_given_up(engine, visitor: Open):
    stays, goes = customer(engine, "R-1", "甲客户", manager_opinion="可以"), customer(engine, "R-2", "乙客户", manager_opinion="不行")
    address = f"/records/customer/{stays}/merge/{goes}"
    supervisor = visitor("liqiang")
    page = supervisor.page(address)
    assert page.xpath("count(//input[@name='field.manager_opinion'][@disabled])") == 2
    refused = supervisor.post(address, sent(page))
    assert refused.status_code == 403
    assert "你不能改" in refused.text
    assert "同一家" in refused.text
    for user_id, status in (("wangfang", 403), ("wuhao", 404), ("auditor", 403)):
        assert visitor(user_id).get(address).status_code == status
    english = visitor("zhaomin")
    english.client.set_cookie("tuoke_language", "en")
    assert "Which one remains" in english.page(address).text_content()
