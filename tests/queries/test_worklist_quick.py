"""The quick ways to a page of the task list answer as the plain one does: every row of the tables looked at, one by one."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from engine import SYSTEM, Actor, ClaimTask, CompleteTask, DeployPack, EngineError, StartInstance, TaskFilter, WithdrawCompletion, Worklist
from engine.queries.worklist import worklist
from engine.store.database import Transaction
from engine.store.search_text import folded, grams, word_grams
from tests.commands.packs import END, START, flows, process, user_task
from tests.commands.people import ADMIN, LI, SUN, WANG
from tests.queries.test_worklist_search import form_file

PEOPLE = (WANG, LI, SUN, ADMIN)
CUSTOMERS = ("宁波海川机械", "宁波机械二厂", "杭州电子A-12", "苏州 Textile", "无锡50%_折")
CALLED = process("part", "分项", START, user_task("check", "复核", groups="经理", form="blank"), END, flows("start>check>end"))
MAIN = process(
    "whole",
    "整体",
    START,
    user_task("offer", "报价", groups="sales", form="blank"),
    user_task("ask", "询问", groups="sales,经理", form="blank"),
    '<callActivity id="call" name="分项"><extensionElements><zeebe:calledElement processId="part"/></extensionElements></callActivity>',
    END,
    flows("start>offer>ask>call>end"),
    title="customer",
)
BLANK = form_file("blank", [{"id": "n", "type": "textfield", "key": "note", "label": "备注"}])
SEARCHES = ("", "宁波", "机", "宁波 机械", "海川 已谈妥", "%_", "报价 整体", "没有这个")
FILTERS = (
    TaskFilter(),
    TaskFilter(customer="宁波"),
    TaskFilter(process_key="whole"),
    TaskFilter(process_key="part", priority="usual"),
    TaskFilter(process_key="whole", element_id="part/check", due="week"),
    TaskFilter(element_id="offer", due="overdue"),
    TaskFilter(due="none", priority="high", customer="机械"),
)


@pytest.fixture
def filled(engine):
    """Random walks by random people, then random priorities and due times."""
    engine.run(DeployPack({"whole.bpmn": MAIN, "part.bpmn": CALLED, "blank.form": BLANK}), SYSTEM)
    chance = random.Random(11)
    for number in range(40):
        engine.run(StartInstance("whole", {"customer": CUSTOMERS[number % 5], "note": f"备注{number}"}), ADMIN)
    for _ in range(90):
        _something(engine, chance)
    engine.database.write(lambda tx: _spread(tx, chance, engine.now()), engine.clock, lambda: "")
    return engine


def _something(engine, chance: random.Random) -> None:
    actor = chance.choice(PEOPLE)
    rows = [row for tab in ("mine", "groups", "done") for row in engine.read(Worklist(tab), actor).rows]
    if not rows:
        return
    row = chance.choice(rows)
    notes = {"note": chance.choice(("已谈妥", "再议 NB-7", "％折扣"))}
    command: Any = chance.choice((ClaimTask(row.task_id), CompleteTask(row.task_id, notes)))
    if row.state == "completed":
        command = WithdrawCompletion(row.task_id)
    try:
        engine.run(command, actor)
    except EngineError:
        assert row.state == "completed"


def _spread(tx: Transaction, chance: random.Random, start: datetime) -> None:
    for instance_id, number in tx.connection.execute(sa.text("SELECT instance_id, activity_instance_id FROM work_items")).all():
        due = None if chance.random() < 0.4 else start + timedelta(days=chance.randrange(-4, 9))
        values = {"p": chance.choice((20, 50, 50, 80)), "d": due, "c": start - timedelta(hours=chance.randrange(4)), "i": instance_id, "n": number}
        change = "UPDATE work_items SET priority = :p, due_at = :d, created_at = :c WHERE instance_id = :i AND activity_instance_id = :n"
        tx.connection.execute(sa.text(change), values)


_EVERYTHING = """
SELECT w.*, i.started_by, i.title, i.process_key AS own_key, ARRAY(SELECT text FROM search_texts s WHERE s.instance_id = w.instance_id
  AND (s.shared OR s.activity_instance_id = w.activity_instance_id)) AS texts
FROM work_items w JOIN instances i ON i.id = w.instance_id
"""


class Plain:
    """The list in Python, from the texts as they were written for each reader."""

    def __init__(self, engine) -> None:
        self.rows = engine.database.read(lambda connection: connection.execute(sa.text(_EVERYTHING)).all())
        self.now = engine.now()

    def page(self, actor: Actor, asked: Worklist) -> list[str]:
        found = [row for row in self.rows if self._in_tab(actor, asked.tab, row) and self._narrowed(asked, row)]
        order = asked.sort or {"done": "closed", "started": "newest"}.get(asked.tab, "priority")
        found.sort(key=lambda row: self._key(order, row), reverse=order in ("newest", "closed"))
        return [f"{row.instance_id}.{row.activity_instance_id}" for row in found]

    def _in_tab(self, actor: Actor, tab: str, row: Any) -> bool:
        match tab:
            case "mine":
                return row.state == "open" and row.assignee == actor.user_id
            case "groups":
                return row.state == "open" and row.assignee is None and bool(actor.groups & set(row.candidate_groups))
            case "done":
                return row.state == "completed" and row.closed_by == actor.user_id
        return bool(row.state == "open" and row.started_by == actor.user_id)

    def _narrowed(self, asked: Worklist, row: Any) -> bool:
        chosen = asked.filter
        words = folded(asked.search).split()
        process_key, _slash, element = chosen.element_id.rpartition("/")
        return (
            all(any(word in text for text in row.texts) for word in words)
            and all(word in folded(row.title) for word in folded(chosen.customer).split())
            and chosen.process_key in ("", row.own_key, row.process_key)
            and (not element or (row.element_id == element and process_key in ("", row.process_key)))
            and {"": True, "high": row.priority > 50, "usual": row.priority == 50, "low": row.priority < 50}[chosen.priority]
            and self._due(chosen.due, row.due_at)
        )

    def _due(self, due: str, at: datetime | None) -> bool:
        # The clock of the tests stands at nine on a Monday morning in Shanghai.
        monday = self.now.astimezone(TaskFilter().zone).replace(hour=0, minute=0, second=0, microsecond=0)
        if due in ("", "none"):
            return not due or at is None
        return at is not None and (at < self.now if due == "overdue" else monday <= at < monday + timedelta(days=7))

    def _key(self, order: str, row: Any) -> tuple[Any, ...]:
        due = row.due_at or datetime.max.replace(tzinfo=self.now.tzinfo)
        first: dict[str, tuple[Any, ...]] = {
            "priority": (-row.priority, due, row.created_at),
            "due": (due, row.created_at),
            "newest": (row.created_at,),
            "oldest": (row.created_at,),
            "name": (row.element_name.encode(), row.created_at),
            "closed": (row.closed_at,),
        }
        return (*first[order], row.instance_id, row.activity_instance_id)


def test_every_way_to_a_page_finds_what_the_plain_one_finds(filled, monkeypatch):
    plain, chance, pages = Plain(filled), random.Random(3), 0
    sorts = (None, None, "due", "newest", "oldest", "name")
    every = list(product(("mine", "groups", "done", "started"), SEARCHES, FILTERS, PEOPLE, sorts))
    for few, farthest in ((1_000, 4_000), (0, 4_000), (0, 3), (5, 12)):
        monkeypatch.setattr(worklist, "FEW", few)
        monkeypatch.setattr(worklist, "FARTHEST", farthest)
        for tab, search, chosen, actor, sort in chance.sample(every, 150):
            asked = Worklist(tab, search, 500, filter=chosen, sort=sort)
            page = filled.read(asked, actor)
            expected = plain.page(actor, asked)
            assert [row.task_id for row in page.rows] == expected, asked
            assert page.total == len(expected), asked
            pages += bool(expected)
    assert pages > 60


def test_pages_by_cursor_are_the_whole_whichever_way_they_are_found(filled, monkeypatch):
    monkeypatch.setattr(worklist, "FEW", 0)
    monkeypatch.setattr(worklist, "FARTHEST", 5)
    plain = Plain(filled)
    for search, sort, actor in product(("", "宁波"), (None, "due", "newest", "name"), (WANG, LI)):
        walked, asked = [], Worklist("groups", search, 4, sort=sort)
        while True:
            page = filled.read(asked, actor)
            walked += [row.task_id for row in page.rows]
            if page.after is None:
                break
            asked = Worklist("groups", search, 4, sort=sort, after=page.after)
        assert walked == plain.page(actor, Worklist("groups", search, sort=sort))


def test_open_tasks_carry_all_that_their_readers_may_search_for_and_closed_ones_nothing(filled):
    for row in Plain(filled).rows:
        assert sorted(row.words.split()) == (sorted(" ".join(row.texts).split()) if row.state == "open" else [])
        assert row.title_words == (folded(row.title) if row.state == "open" else "")
        assert row.word_grams == sorted({gram for text in row.texts if row.state == "open" for gram in grams(text)})
        assert row.own_process_key == row.own_key == "whole"


def test_a_text_has_the_grams_of_every_part_of_its_words():
    text = folded("宁波海川 A-12 50%")
    for word in text.split():
        for start, end in product(range(len(word)), range(1, len(word) + 1)):
            if start < end:
                assert set(word_grams(word[start:end])) <= set(grams(text))
    assert not set(word_grams("海波")) <= set(grams(text))
