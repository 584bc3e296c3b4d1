"""How often a command speaks to the database: counted on the server's side of the driver, job queue and commit included."""

from __future__ import annotations

import psycopg
import pytest

from engine import (
    SYSTEM,
    AttachFiles,
    ClaimTask,
    CompleteTask,
    DeployPack,
    DiscardWorkingCopy,
    FireTimer,
    KeepFile,
    OpenWorkingCopy,
    ProcessEngine,
    RemoveAttachment,
    SaveWorkingFile,
    StartInstance,
    WatchWorkingFile,
    WorkingCopyView,
    WorkingFile,
)
from tests.commands.packs import END, PACK, START, caught, flows, message, process, service_task, timer, user_task
from tests.commands.people import ADMIN, LI, WANG

BUDGET = 12
EVERYTHING = process(
    "everything",
    "全部",
    START,
    user_task("first", "先办", groups="sales"),
    '<parallelGateway id="fork" name="分"/>',
    user_task("second", "再办", groups="经理"),
    caught("intermediateCatchEvent", "pause", "等", timer("Duration", "PT1H")),
    caught("intermediateCatchEvent", "paid", "收款", '<messageEventDefinition messageRef="m_payment"/>'),
    service_task("save", "查重", "record.find", {"match": "{code: starter}"}, {}, recordType="customer"),
    '<parallelGateway id="join" name="合"/>',
    END,
    flows("start>first>fork", "fork>second>join", "fork>pause>join", "fork>paid>join", "fork>save>join", "join>end"),
    roots=message("m_payment", "payment", "starter"),
)


class Counted:
    """Statements and commits that psycopg sends."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.statements: list[str] = []
        self.commits = 0
        execute, many, commit = psycopg.Cursor.execute, psycopg.Cursor.executemany, psycopg.Connection.commit
        counted = self

        def counted_execute(cursor, query, *arguments, **options):
            counted.statements.append(str(query))
            return execute(cursor, query, *arguments, **options)

        def counted_many(cursor, query, rows, **options):
            rows = list(rows)
            counted.statements += [str(query)] * len(rows)
            return many(cursor, query, rows, **options)

        def counted_commit(connection):
            counted.commits += 1
            return commit(connection)

        monkeypatch.setattr(psycopg.Cursor, "execute", counted_execute)
        monkeypatch.setattr(psycopg.Cursor, "executemany", counted_many)
        monkeypatch.setattr(psycopg.Connection, "commit", counted_commit)

    def of(self, engine: ProcessEngine, command, actor):
        self.statements.clear()
        self.commits = 0
        result = engine.run(command, actor)
        assert self.commits == 1
        return result, len(self.statements)


@pytest.fixture
def counted(monkeypatch):
    return Counted(monkeypatch)


def test_the_usual_commands(engine, counted):
    engine.run(StartInstance("visit", {"customer": "warm"}), WANG)
    started, statements = counted.of(engine, StartInstance("visit", {"customer": "甲"}), WANG)
    assert statements <= 6
    _, statements = counted.of(engine, ClaimTask(started.next_task_id), WANG)
    assert statements <= 4
    done, statements = counted.of(engine, CompleteTask(started.next_task_id, {"aim": "x"}), WANG)
    assert statements <= 6
    _, statements = counted.of(engine, CompleteTask(f"{done.instance_id}.3", {"ok": True}), LI)
    assert statements <= 6


def test_a_step_that_opens_every_kind_of_wait(engine, counted):
    engine.run(DeployPack({**PACK, "everything.bpmn": EVERYTHING}), SYSTEM)
    engine.run(StartInstance("everything"), ADMIN)
    started, statements = counted.of(engine, StartInstance("everything"), ADMIN)
    assert statements <= BUDGET
    done, statements = counted.of(engine, CompleteTask(f"{started.instance_id}.2", {}), WANG)
    assert [task.element_name for task in done.opened] == ["再办"]
    assert statements <= BUDGET, counted.statements


def test_a_timer(engine, rows, counted):
    instance_id = engine.run(StartInstance("later"), WANG).instance_id
    number, due_at = rows("SELECT activity_instance_id, due_at FROM timers WHERE instance_id = :id", id=instance_id)[0]
    fired, statements = counted.of(engine, FireTimer(instance_id, number, due_at), SYSTEM)
    assert fired.fired
    assert statements <= BUDGET


def test_autosave_and_watching(engine, counted):
    """Every few seconds, for everybody who draws."""
    engine.run(OpenWorkingCopy("tests"), ADMIN)
    file = engine.read(WorkingFile("tests", "plain.bpmn"), ADMIN)
    used = {}
    first, _ = counted.of(engine, SaveWorkingFile("tests", "plain.bpmn", file.content + b" ", file.revision), ADMIN)
    used["first save"] = len(counted.statements)
    counted.of(engine, SaveWorkingFile("tests", "plain.bpmn", file.content + b"  ", first.revision), ADMIN)
    used["next save"] = len(counted.statements)
    counted.of(engine, WatchWorkingFile("tests", "plain.bpmn"), ADMIN)
    used["watching"] = len(counted.statements)
    engine.run(DiscardWorkingCopy("tests", engine.read(WorkingCopyView("tests"), ADMIN).revision), ADMIN)
    assert {name: count for name, count in used.items() if count > 6} == {}, used


def test_files_of_a_case(engine, counted):
    instance_id = engine.run(StartInstance("visit", {"customer": "甲"}), WANG).instance_id
    ids = [engine.run(KeepFile(f"{number}.pdf", b"%PDF-1.7"), WANG).id for number in range(20)]
    attached, statements = counted.of(engine, AttachFiles(instance_id, ids), WANG)
    assert len(attached.numbers) == 20
    assert statements <= BUDGET
    _, statements = counted.of(engine, RemoveAttachment(instance_id, 1, "传错了"), WANG)
    assert statements <= BUDGET
