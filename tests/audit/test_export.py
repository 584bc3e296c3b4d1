"""What auditors take away: complete, verifiable without us, and harmless to open."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import textwrap

import pytest
import sqlalchemy as sa
from lxml import etree

from engine import (
    SYSTEM,
    CompleteTask,
    CorrelateMessage,
    DeployPack,
    InputRejected,
    NotAllowedError,
    NotFoundError,
    ProcessEngine,
    SaveUser,
    StartInstance,
)
from engine.audit import json_lines
from engine.audit.export import ExportEvents
from engine.audit.table import safe
from engine.commands.inspections import InspectInstances
from tests.commands.packs import PACK
from tests.commands.people import ADMIN, LI, NOBODY, SUN, WANG

SNIPPET = textwrap.dedent(json_lines.__doc__.partition("    import hashlib")[1] + json_lines.__doc__.partition("    import hashlib")[2])
ODD = "A\x01\u2028\n甲"
XES = {"x": "http://www.xes-standard.org/"}


@pytest.fixture(scope="module")
def engine(database_url):
    engine = ProcessEngine.open(database_url)
    engine.run(DeployPack(PACK), SYSTEM)
    for person in (WANG, LI):
        engine.run(SaveUser(person.user_id, person.name, None, tuple(person.groups)), SYSTEM)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def visit(engine):
    instance_id = engine.run(StartInstance("visit", {"customer": "=1+1 甲"}), ADMIN).instance_id
    engine.run(CompleteTask(f"{instance_id}.2", {"aim": "看,\"客户\"", "cost": "1.50"}), WANG)
    engine.run(CompleteTask(f"{instance_id}.3", {"ok": True}), LI)
    return instance_id


@pytest.fixture(scope="module")
def order(engine):
    instance_id = engine.run(StartInstance("order", {"order": ODD}), ADMIN).instance_id
    engine.run(CorrelateMessage("payment", ODD), ADMIN)
    return instance_id


def taken(engine, format, *instances, actor=ADMIN, language="zh"):
    exported = engine.read(ExportEvents(instances, format, language), actor)
    with exported.file as file:
        return exported, file.read()


def count(engine, *instances):
    statement = sa.text("SELECT count(*) FROM events WHERE instance_id = ANY(:ids)")
    return engine.database.read(lambda connection: connection.scalar(statement, {"ids": list(instances)}))


def verified(tmp_path, content):
    """What the documented program says about a file."""
    script, file = tmp_path / "verify.py", tmp_path / "events.jsonl"
    script.write_text(SNIPPET, encoding="utf-8")
    file.write_bytes(content)
    ran = subprocess.run([sys.executable, "-I", str(script), str(file)], capture_output=True, text=True, check=False)
    return ran.returncode, (ran.stdout or ran.stderr).strip()


def test_the_documented_program_verifies_an_export(engine, visit, order, tmp_path):
    exported, content = taken(engine, "jsonl", visit, order)
    assert (exported.instances, exported.events, exported.media_type) == (2, count(engine, visit, order), "application/jsonl")
    assert verified(tmp_path, content) == (0, "2 instances, all fit")
    assert len(SNIPPET.strip().splitlines()) <= 22


def test_the_documented_program_finds_every_change(engine, visit, tmp_path):
    lines = taken(engine, "jsonl", visit)[1].splitlines(keepends=True)
    wrong = {
        "changed": [*lines[:5], lines[5].replace(b'"admin"', b'"li"'), *lines[6:]],
        "removed": [*lines[:5], *lines[6:]],
        "moved": [*lines[:5], lines[6], lines[5], *lines[7:]],
    }
    for changed in wrong.values():
        status, said = verified(tmp_path, b"".join(changed))
        assert status == 1
        assert said.endswith("does not fit")
        assert said.startswith("line 6:")
    assert verified(tmp_path, b"".join(lines[:-1])) == (1, f"{visit}: the end is missing")
    assert verified(tmp_path, lines[0]) == (1, f"{visit}: the end is missing")


def test_json_lines_say_everything(engine, visit):
    records = [json.loads(line) for line in taken(engine, "jsonl", visit)[1].splitlines()]
    head, events = records[0]["instance"], records[1:]
    assert (head["process_key"], head["title"], head["status"], head["last_sequence"]) == ("visit", "=1+1 甲", "completed", len(events))
    assert head["last_hash"] == events[-1]["hash"]
    assert events[0]["event"][9]["arguments"]["variables"] == {"customer": "=1+1 甲"}


def test_a_table_opens_with_chinese_names_and_no_formula(engine, visit):
    exported, content = taken(engine, "csv", visit)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(rows) == exported.events == count(engine, visit)
    assert {row["标题"] for row in rows} == {"'=1+1 甲"}
    done = next(row for row in rows if row["事件"] == "task_completed")
    assert (done["姓名"], done["元素"], done["流程"], done["版本"]) == ("王芳", "制定计划", "拜访", "1")
    assert json.loads(done["数据"])["values"]["aim"] == "看,\"客户\""
    assert list(csv.reader(io.StringIO(taken(engine, "csv", visit, language="en")[1].decode("utf-8-sig"))))[0][:2] == ["instance", "title"]


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a", "  =1", "\u3000=1"])
def test_formulas_are_text(cell):
    assert safe(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "1", "甲=乙", "a-b", 5, "{}"])
def test_other_cells_stay(cell):
    assert safe(cell) == cell
    assert safe(None) == ""


def attributes(node):
    return {each.get("key"): each.get("value") for each in node if each.get("key")}


def test_xes_tells_who_did_what(engine, visit, order):
    exported, content = taken(engine, "xes", visit, order)
    log = etree.fromstring(content)
    traces = log.findall("x:trace", XES)
    assert [attributes(trace)["concept:name"] for trace in traces] == [visit, order]
    assert attributes(traces[0])["title"] == "=1+1 甲"
    assert attributes(traces[1])["title"] == "A\u2028\n甲"
    events = [attributes(event) for event in traces[0].findall("x:event", XES)]
    told = [(event["concept:name"], event["lifecycle:transition"], event.get("org:resource")) for event in events]
    assert told == [
        ("开始", "complete", "admin"),
        ("制定计划", "schedule", None),
        ("制定计划", "complete", "王芳"),
        ("审核计划", "schedule", None),
        ("审核计划", "complete", "李强"),
        ("完成", "complete", "李强"),
    ]
    assert all(event["time:timestamp"].endswith("+00:00") for event in events)
    assert exported.events == len(log.findall("x:trace/x:event", XES)) == 9
    assert {extension.get("prefix") for extension in log.findall("x:extension", XES)} == {"concept", "lifecycle", "org", "time"}


def test_who_may_take_what(engine, visit, order):
    assert taken(engine, "csv", visit, actor=WANG)[0].instances == 1
    for actor, ids in ((WANG, (visit, order)), (SUN, (visit,)), (NOBODY, (visit,)), (ADMIN, (visit, "0" * 32))):
        with pytest.raises(NotFoundError):
            engine.read(ExportEvents(ids, "jsonl"), actor)
    foreign = engine.run(StartInstance("plain", {}), WANG).instance_id
    with pytest.raises(NotAllowedError, match="inspection_not_recorded"):
        engine.read(ExportEvents((visit, foreign), "xes"), ADMIN)
    assert engine.run(InspectInstances([visit, foreign], "export"), ADMIN).recorded == 1
    assert taken(engine, "xes", visit, foreign)[0].instances == 2


WRONG = [{"format": "pdf"}, {"language": "fr"}, {"instance_ids": ()}, {"instance_ids": ("x",)}, {"instance_ids": ("a" * 32,) * 2}]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_exported(engine, visit, wrong):
    question = {"instance_ids": (visit,), "format": "csv", "language": "zh", **wrong}
    with pytest.raises((InputRejected, NotFoundError)):
        engine.read(ExportEvents(**question), ADMIN)
