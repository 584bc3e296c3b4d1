"""Beside a replay: the chain is verified and the case executed again, in words; the case file and the events are taken away, recorded first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine.store.registers import Inspection
from tests.owner import as_owner
from tests.webui.website import Visitor, start_of, submitted


@pytest.fixture(scope="module")
def admin(visitor_of_module: Callable[[str | None], Visitor]) -> Visitor:
    return visitor_of_module("admin")


@pytest.fixture(scope="module")
def staff(visitor_of_module: Callable[[str | None], Visitor]) -> Visitor:
    return visitor_of_module("wangfang")


@pytest.fixture
def case(admin: Visitor, staff: Visitor, clock) -> str:
    clock.move(minutes=1)
    assert staff.post("/start/customer_development", submitted(start_of("individual_success"))).status_code == 303
    return str(admin.page("/instances").xpath("string(//a[@data-row]/@href)")).rpartition("/")[2]


def recorded(engine, case: str) -> list[str]:
    with engine.database.engine.connect() as connection:
        return list(connection.scalars(sa.select(Inspection.purpose).where(Inspection.instance_id == case).order_by(Inspection.id)))


def tamper(engine, case: str) -> None:
    """As somebody with the database owner's rights would."""
    with as_owner(engine) as connection:
        connection.execute(sa.text("ALTER TABLE events DISABLE TRIGGER USER"))
        connection.execute(sa.text("UPDATE events SET actor = 'sunlei' WHERE instance_id = :id AND sequence = 3"), {"id": case})
        connection.execute(sa.text("ALTER TABLE events ENABLE TRIGGER USER"))


def test_a_whole_chain_is_said_to_be_whole(admin: Visitor, staff: Visitor, case: str):
    for browser in (admin, staff):
        answer = browser.post(f"/audit/{case}/verify", {"at": "2"}, **{"HX-Request": "true"})
        assert answer.status_code == 200
        assert ("核对无误" in answer.text, "<html" in answer.text) == (True, False)


def test_without_javascript_the_page_comes_again_with_the_answer(admin: Visitor, case: str):
    answer = admin.post(f"/audit/{case}/verify", {"at": "2"})
    assert answer.status_code == 200
    assert ("核对无误" in answer.text, "第 2 步" in answer.text) == (True, True)


def test_a_changed_event_is_named_by_both_checks(admin: Visitor, case: str, engine):
    tamper(engine, case)
    verified = admin.post(f"/audit/{case}/verify", {}, **{"HX-Request": "true"}).text
    assert "事件日志核对不上" in verified
    assert "第 3 条事件" in verified
    again = admin.post(f"/audit/{case}/reexecute", {}, **{"HX-Request": "true"}).text
    assert "重演结果不同" in again
    assert "第 3 条事件" in again


def test_executing_again_agrees_and_is_recorded(admin: Visitor, staff: Visitor, case: str, engine):
    answer = admin.post(f"/audit/{case}/reexecute", {}, **{"HX-Request": "true"})
    assert "重演结果一致" in answer.text
    assert recorded(engine, case) == ["replay"]
    assert staff.post(f"/audit/{case}/reexecute", {}).status_code == 403
    assert not staff.page(f"/audit/{case}").xpath("//form[contains(@action, 'reexecute')]")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_case_file_is_a_pdf_and_recorded_first(admin: Visitor, case: str, engine, language: str):
    with admin.post(f"/audit/{case}/case-file", {"language": language}) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.data.startswith(b"%PDF-")
        assert f"{case}-{language}-" in answer.headers["Content-Disposition"]
    assert recorded(engine, case) == ["case_file"]


def test_the_events_of_one_case(admin: Visitor, staff: Visitor, case: str, engine):
    with staff.post(f"/audit/{case}/events", {"format": "csv"}) as answer:
        assert (answer.status_code, case.encode() in answer.data) == (200, True)
    assert recorded(engine, case) == []
    with admin.post(f"/audit/{case}/events", {"format": "xes"}) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].endswith(".xes")
    assert recorded(engine, case) == ["export"]


def test_strangers_and_nonsense_get_nothing(visitor: Callable[[str | None], Visitor], admin: Visitor, case: str, engine):
    stranger = visitor("wuhao")
    for what, data in (("verify", {}), ("case-file", {"language": "zh"}), ("events", {"format": "csv"})):
        assert stranger.post(f"/audit/{case}/{what}", data).status_code == 404, what
        assert admin.post(f"/audit/nonsense/{what}", data).status_code == 404, what
    assert admin.post(f"/audit/{case}/case-file", {"language": "xx"}).status_code == 400
    assert admin.post(f"/audit/{case}/events", {"format": "exe"}).status_code == 400
    assert recorded(engine, case) == []
