"""Auditors find cases by every condition, and take away the events of all that were found."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import etree

from engine.store.registers import Inspection
from tests.webui.website import Visitor, start_of, submitted

TITLES = ("individual_success", "core_enterprise_success")


@pytest.fixture(scope="module")
def cases(engine, clock, visitor_of_module: Callable[[str | None], Visitor]) -> dict[str, str]:
    """Scenario -> instance id: one started by Wang, two days later one by Sun."""
    started: dict[str, str] = {}
    for scenario, person in zip(TITLES, ("wangfang", "sunlei"), strict=True):
        response = visitor_of_module(person).post("/start/customer_development", submitted(start_of(scenario)))
        assert response.status_code == 303
        rows = visitor_of_module("admin").page("/instances").xpath("//a[@data-row]/@href")
        started[scenario] = next(row.rpartition("/")[2] for row in rows if row.rpartition("/")[2] not in started.values())
        clock.move(days=2)
    return started


@pytest.fixture(scope="module")
def admin(visitor_of_module: Callable[[str | None], Visitor], cases: dict[str, str]) -> Visitor:
    return visitor_of_module("admin")


def found(browser: Visitor, question: str) -> set[str]:
    page = browser.page(f"/audit?{question}")
    return {str(address).split("/")[2] for address in page.xpath("//a[@data-row]/@href")}


def export(browser: Visitor, **question: str) -> tuple[str, bytes]:
    """The proposed file name with what surrounds it, and the whole file."""
    with browser.post("/audit/export", question) as answer:
        assert answer.status_code == 200, answer.data
        return answer.headers["Content-Disposition"], answer.data


def inspections(engine) -> list[tuple[str, str]]:
    with engine.database.engine.connect() as connection:
        rows = connection.execute(sa.select(Inspection.instance_id, Inspection.purpose).order_by(Inspection.id))
        return [(row.instance_id, row.purpose) for row in rows]


def test_every_condition_narrows(admin: Visitor, cases: dict[str, str], clock):
    first, second = (cases[scenario] for scenario in TITLES)
    day = (clock() - timedelta(days=2)).date().isoformat()
    before = (clock() - timedelta(days=4)).date().isoformat()
    assert found(admin, "") == {first, second}
    assert found(admin, f"q={first}") == {first}
    assert found(admin, "q=%25") == set()
    assert found(admin, "person=王芳") == {first}
    assert found(admin, "person=sunlei") == {second}
    assert found(admin, "person=nobody") == set()
    assert found(admin, "process=customer_development") == {first, second}
    assert found(admin, "process=customer_development/1") == {first, second}
    assert found(admin, "process=customer_development/2") == set()
    assert found(admin, "status=completed") == set()
    assert found(admin, "outcome=没有这种结果") == set()
    assert found(admin, f"since={day}") == {second}
    assert found(admin, f"until={before}") == {first}
    assert found(admin, f"since={before}&until={day}") == {first, second}
    assert found(admin, f"time=ended&since={before}") == set()
    assert found(admin, "task=没有这样的待办") == set()
    assert found(admin, "value=没有记录过的值") == set()


def test_the_task_that_was_reached_is_found_by_its_name(admin: Visitor, cases: dict[str, str], engine):
    with engine.database.engine.connect() as connection:
        name = connection.scalar(sa.text("SELECT element_name FROM work_items WHERE instance_id = :id LIMIT 1"), {"id": cases[TITLES[0]]})
    assert cases[TITLES[0]] in found(admin, f"task={name}")


def test_any_element_that_was_reached_is_found_by_name_in_both_languages_and_by_id(admin: Visitor, cases: dict[str, str]):
    both, started = set(cases.values()), cases[TITLES[0]]
    for words in ("潜在客户登记", "prospect registered", "prospect_registered", "收集客户信息"):
        assert found(admin, f"task={words}") == both, words
    assert found(admin, "task=收集客户信息&person=王芳") == {started}
    for words in ("审核结论", "end_application_refused", "潜在客户登记 没有", "%25", "_"):
        assert found(admin, f"task={words}") in (set(), both if words == "_" else set()), words


def test_what_any_step_recorded_is_found_by_part_of_it(admin: Visitor, cases: dict[str, str]):
    name = str(start_of(TITLES[0])["customer_name"])
    other = str(start_of(TITLES[1])["customer_name"])
    assert (name == other, found(admin, f"value={name[1:-1]}")) == (False, {cases[TITLES[0]]})
    assert found(admin, f"value={name} {other}") == set()
    assert found(admin, f"value={other}&person=王芳") == set()


def test_an_administrator_who_opens_the_page_of_a_foreign_case_is_on_record_once(admin: Visitor, cases: dict[str, str], engine, visitor):
    before = len(inspections(engine))
    for _ in range(2):
        assert admin.get(f"/instances/{cases[TITLES[1]]}").status_code == 200
    visitor("sunlei").page(f"/instances/{cases[TITLES[1]]}")
    assert inspections(engine)[before:] == [(cases[TITLES[1]], "page")]


@pytest.mark.parametrize("question", ["since=yesterday", "until=9999-12-31", "since=2026-11-24&until=2026-11-20", "process=x/y", "status=odd"])
def test_half_a_question_is_told_and_not_answered(admin: Visitor, question: str):
    page = admin.page(f"/audit?{question}")
    assert page.xpath("//*[@aria-invalid='true']")
    assert page.xpath("//a[@data-row]") == []
    assert "找到" not in page.xpath("string(//main)")


def test_only_auditors_get_in(visitor: Callable[[str | None], Visitor], admin: Visitor):
    staff = visitor("wangfang")
    assert not staff.page("/tasks").xpath("//nav//a[@href='/audit']")
    assert admin.page("/tasks").xpath("//nav//a[@href='/audit']")
    answer = staff.get("/audit")
    assert (answer.status_code, "只有审计人员可以打开这一页" in answer.text) == (403, True)
    assert staff.post("/audit/export", {"format": "csv"}).status_code == 403


def test_csv_holds_all_found_cases_and_is_recorded_first(admin: Visitor, cases: dict[str, str], engine):
    before = len(inspections(engine))
    name, data = export(admin, format="csv", process="customer_development")
    assert "-2%E4%B8%AA%E6%B5%81%E7%A8%8B-20261127-" in name
    assert name.endswith(".csv")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert {row[0] for row in rows[1:]} == set(cases.values())
    assert sorted(inspections(engine)[before:]) == sorted((case, "export") for case in cases.values())


def test_json_lines_and_xes_hold_what_was_asked_for(admin: Visitor, cases: dict[str, str]):
    first = cases[TITLES[0]]
    name, data = export(admin, format="jsonl", q=first)
    assert (first in name, first in data.decode(), cases[TITLES[1]] in data.decode()) == (True, True, False)
    assert all(json.loads(line) for line in data.splitlines())
    log = etree.fromstring(export(admin, format="xes", q=first)[1])
    assert len(log.findall("{http://www.xes-standard.org/}trace")) == 1


def test_nothing_is_exported_for_a_question_without_answer(admin: Visitor, engine):
    before = inspections(engine)
    assert admin.post("/audit/export", {"format": "csv", "q": "没有这样的流程"}).status_code == 422
    assert admin.post("/audit/export", {"format": "csv", "since": "never"}).status_code == 422
    assert admin.post("/audit/export", {"format": "exe"}).status_code == 400
    assert inspections(engine) == before


def test_a_question_that_finds_too_much_is_paged_and_not_exported_in_part(admin: Visitor, cases: dict[str, str], engine, monkeypatch):
    monkeypatch.setattr("engine.queries.audit_search.MOST_CASES", 1)
    before = inspections(engine)
    assert found(admin, "") == set(cases.values())
    answer = admin.post("/audit/export", {"format": "csv"})
    assert (answer.status_code, "1 " in answer.text, "缩小" in answer.text) == (422, True, True)
    assert inspections(engine) == before


def test_in_english(visitor: Callable[[str | None], Visitor], admin: Visitor):
    browser = visitor("admin")
    browser.client.set_cookie("tuoke_language", "en")
    page = browser.page("/audit")
    assert page.get("lang") == "en"
    assert "cases found" in page.text_content()
    assert "audit-events-2-cases-" in export(browser, format="csv")[0]
