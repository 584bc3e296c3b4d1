"""A log that was edited in the database: whatever shows or hands out the case says so, and shows nothing that was not recorded as if it had been."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from lxml import etree

from engine.queries.cases.case_file import contents
from engine.queries.reading import Reading
from engine.store.event_stream import logged_instance
from tests.owner import tamper
from tests.webui.website import Visitor, start_of, submitted, walk

SCENARIO = "individual_success"
HERE = "WHERE instance_id = :id AND sequence"
DELETE_AND_RENUMBER = (
    f"DELETE FROM events {HERE} = 6",
    f"UPDATE events SET sequence = sequence + 1000 {HERE} > 6",
    f"UPDATE events SET sequence = sequence - 1001 {HERE} > 1000",
)
WAYS = {
    "changed": ((f"UPDATE events SET data = '{{}}' {HERE} = 6",), 6),
    "kind": ((f"UPDATE events SET kind = 'nonsense' {HERE} = 6",), 6),
    "first": ((f"UPDATE events SET actor = 'intruder' {HERE} = 1",), 1),
    "missing": ((f"DELETE FROM events {HERE} = 6",), 6),
    "moved up": (DELETE_AND_RENUMBER, 6),
    "cut off": ((f"DELETE FROM events {HERE} > 8",), 9),
    "all gone": (("DELETE FROM events WHERE instance_id = :id",), 1),
}


@pytest.fixture(scope="module")
def whole(engine, visitor_of_module: Callable[[str | None], Visitor]) -> str:
    """A case of Wang's with a few dozen events; its log is kept aside."""
    wang = visitor_of_module("wangfang")
    assert wang.post("/start/customer_development", submitted(start_of(SCENARIO))).status_code == 303
    address = str(visitor_of_module("admin").page("/instances").xpath("string(//a[@data-row]/@href)"))
    walk(engine, {"marketing_specialist": wang}, "part_collect_individual", "")
    tamper(engine, "CREATE TABLE kept_events AS SELECT * FROM events", "CREATE TABLE kept_ends AS SELECT id, last_hash FROM instances")
    return address.rpartition("/")[2]


@pytest.fixture
def case(whole: str, engine) -> Iterator[str]:
    """As it was recorded, before each test."""
    yield whole
    back = "UPDATE instances SET last_hash = kept_ends.last_hash FROM kept_ends WHERE kept_ends.id = instances.id"
    tamper(engine, "DELETE FROM events", "INSERT INTO events SELECT * FROM kept_events", back)


@pytest.fixture
def auditor(visitor_of_module: Callable[[str | None], Visitor]) -> Visitor:
    return visitor_of_module("auditor")


def exported(auditor: Visitor, case: str, kind: str) -> tuple[str, bytes]:
    with auditor.post(f"/audit/{case}/events", {"format": kind}) as answer:
        assert answer.status_code == 200, answer.data[:500]
        return answer.headers["Content-Disposition"], answer.data


@pytest.mark.parametrize("way", WAYS)
def test_every_page_and_file_says_it_and_ends_before_it(case: str, auditor: Visitor, engine, visitor_of_module, way: str):
    statements, wrong = WAYS[way]
    assert "核对不上" not in auditor.page(f"/audit/{case}").xpath("string(//main)")
    tamper(engine, *statements, id=case)
    for at in ("", "?at=1", "?at=7"):
        page = auditor.page(f"/audit/{case}{at}")
        assert f"第 {wrong} 条事件" in page.xpath("string(//main//*[@role='alert'])")
        assert page.xpath("//ol[@data-events]//@data-step") == [str(number) for number in range(1, wrong)]
        assert page.xpath("//input[@type='range']/@max") == ([str(wrong - 1)] if wrong > 1 else [])
    fetched = auditor.get(f"/audit/{case}/moment?at=5&until=8", **{"HX-Request": "true"})
    assert fetched.status_code == (200 if wrong > 8 else 503)
    told = visitor_of_module("admin").page(f"/instances/{case}").xpath("string(//main//*[@role='alert'])")
    assert "事件日志核对不上" in told
    assert f"{wrong - 1} 条事件" in told
    answer = auditor.post(f"/audit/{case}/case-file", {"language": "zh"})
    assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")
    with engine.database.engine.connect() as connection:
        instance = logged_instance(connection, case)
        assert instance
        file = contents(Reading(connection, engine._packs, engine.now()), instance, "zh")
    assert not file["intact"]
    assert f"第 {wrong} 条事件" in file["integrity"]
    assert [line[0] for line in file["history"] if int(line[0]) >= wrong] == []


def test_exports_hold_what_is_in_the_database_and_say_that_it_does_not_hold(case: str, auditor: Visitor, engine):
    for kind in ("csv", "jsonl", "xes"):
        assert "%E6%A0%B8%E5%AF%B9%E4%B8%8D%E4%B8%8A" not in exported(auditor, case, kind)[0]
    tamper(engine, f"UPDATE events SET actor = 'intruder' {HERE} = 6", id=case)
    texts = {}
    for kind in ("csv", "jsonl", "xes"):
        name, texts[kind] = exported(auditor, case, kind)
        assert "1%E4%B8%AA%E6%A0%B8%E5%AF%B9%E4%B8%8D%E4%B8%8A" in name
    rows = list(csv.DictReader(io.StringIO(texts["csv"].decode("utf-8-sig"))))
    assert {row["整条日志"] for row in rows} == {"核对不上：第 6 条事件被改动过（或前一条被改动并重算了哈希）"}
    head = json.loads(texts["jsonl"].splitlines()[0])["instance"]
    assert head["integrity"].startswith("核对不上：第 6 条事件")
    trace = etree.fromstring(texts["xes"]).find("{*}trace")
    assert trace is not None
    assert [each.get("value") for each in trace if each.get("key") == "integrity"] == [head["integrity"]]


def test_an_end_that_was_edited_is_said_though_all_events_fit(case: str, auditor: Visitor, engine):
    last = len(auditor.page(f"/audit/{case}").xpath("//ol[@data-events]//a"))
    tamper(engine, "UPDATE instances SET last_hash = '\\x00' WHERE id = :id", id=case)
    page = auditor.page(f"/audit/{case}")
    assert "与流程实例所记的末尾" in page.xpath("string(//main//*[@role='alert'])")
    assert len(page.xpath("//ol[@data-events]//a")) == last


def test_in_english(case: str, auditor: Visitor, engine, visitor_of_module):
    tamper(engine, *WAYS["missing"][0], id=case)
    browser = visitor_of_module("auditor")
    browser.client.set_cookie("tuoke_language", "en")
    assert "The event log does not hold: event 6 is missing" in browser.page(f"/audit/{case}").xpath("string(//main//*[@role='alert'])")


def test_what_is_intact_stays_untouched(case: str, auditor: Visitor, engine, visitor_of_module):
    with engine.database.engine.connect() as connection:
        count = connection.scalar(sa.text("SELECT count(*) FROM events WHERE instance_id = :id"), {"id": case})
    assert auditor.page(f"/audit/{case}").xpath("string(//input[@type='range']/@max)") == str(count)
    assert visitor_of_module("admin").page(f"/instances/{case}").xpath("//main//*[@role='alert']") == []
