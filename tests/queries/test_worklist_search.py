"""Searching, filtering, ordering and paging the task list: nobody finds what they may not see."""

from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import SYSTEM, Actor, ClaimTask, CompleteTask, DeployPack, InputRejected, SendCopy, StartInstance, TaskFilter, Worklist
from engine.queries.worklist.worklist import WorklistChoices
from engine.store.database import Transaction
from tests.commands.packs import END, PACK, START, flows, process, user_task
from tests.commands.people import ADMIN, LI, NOBODY, SUN, WANG

FIELDS = [
    {"id": "a", "type": "textfield", "key": "phone", "label": "电话"},
    {"id": "b", "type": "number", "key": "amount", "label": "金额", "decimalDigits": 2},
    {"id": "c", "type": "textfield", "key": "secret", "label": "底价", "conditional": {"hide": "=true"}},
    {"id": "d", "type": "select", "key": "level", "label": "等级", "values": [{"label": "核心客户", "value": "A"}]},
]
DEAL = process(
    "deal",
    "成交",
    START,
    user_task("offer", "报价", groups="sales", form="offer"),
    '<parallelGateway id="fork" name="分"/>',
    user_task("check", "复核", groups="经理", form="blank"),
    user_task("pack", "备货", groups="sales", form="blank"),
    '<parallelGateway id="join" name="合"/>',
    END,
    flows("start>offer>fork", "fork>check>join", "fork>pack>join", "join>end"),
    title="customer",
)
BLANK = [
    {"id": "n", "type": "textfield", "key": "note", "label": "备注"},
    {"id": "p", "type": "textfield", "key": "hidden_here", "label": "x", "conditional": {"hide": "=true"}},
]


def form_file(id: str, fields: list[dict[str, object]]) -> bytes:
    return json.dumps({"type": "default", "id": id, "schemaVersion": 18, "components": fields}).encode()


@pytest.fixture
def deals(engine):
    files = {"deal.bpmn": DEAL, "offer.form": form_file("offer", FIELDS), "blank.form": form_file("blank", BLANK)}
    engine.run(DeployPack({**PACK, **files}), SYSTEM)
    return engine


def deal(engine, customer: str, **more: object) -> str:
    return engine.run(StartInstance("deal", {"customer": customer, **more}), ADMIN).instance_id


def found(engine, actor: Actor, tab: str, search: str, **more) -> list[tuple[str, str | None]]:
    page = engine.read(Worklist(tab, search, **more), actor)
    assert page.total == len(page.rows)
    return [(row.element_id, row.title) for row in page.rows]


def test_values_that_a_form_shows_are_found_and_hidden_ones_are_not(deals):
    deal(deals, "甲公司", phone="0574-87651234", amount="1234.5", secret="底线八百", level="A", nowhere="无处可见")
    for word in ("87651234", "0574-8765", "1,234.50", "1234.50", "核心", "报价", "成交 甲公司"):
        assert found(deals, WANG, "groups", word) == [("offer", "甲公司")], word
    for word in ("底线八百", "八百", "无处可见"):
        assert found(deals, WANG, "groups", word) == [], word


def test_what_was_submitted_is_found_by_those_who_come_later(deals):
    number = deal(deals, "乙公司", secret="绝密")
    deals.run(CompleteTask(f"{number}.2", {"phone": "13812345678", "level": "A"}), WANG)
    assert found(deals, LI, "groups", "13812345678") == [("check", "乙公司")]
    assert found(deals, WANG, "groups", "核心客户") == [("pack", "乙公司")]
    assert found(deals, WANG, "done", "1381234") == [("offer", "乙公司")]
    assert found(deals, LI, "groups", "报价") == found(deals, LI, "groups", "绝密") == []
    assert found(deals, NOBODY, "groups", "13812345678") == []


def test_what_a_neighbouring_task_shows_is_found_only_there(deals):
    number = deal(deals, "丙公司", note="只在表单上")
    deals.run(CompleteTask(f"{number}.2", {}), WANG)
    assert found(deals, WANG, "groups", "只在表单") == [("pack", "丙公司")]
    deals.run(CompleteTask(next(row.task_id for row in deals.read(Worklist("groups"), LI).rows), {"note": "复核意见"}), LI)
    assert found(deals, WANG, "groups", "复核意见") == [("pack", "丙公司")]


TABS = ("mine", "groups", "done", "started")


def test_no_word_and_no_filter_shows_what_the_tab_does_not(deals):
    """Random walks by random people; then each person's tabs are compared with what the tables say."""
    chance = random.Random(4)
    people = [WANG, SUN, LI, ADMIN, NOBODY]
    for number in range(14):
        deal(deals, f"客户{number % 5}", phone=f"139{number:04}")
    for _ in range(40):
        actor = chance.choice(people)
        rows = [*deals.read(Worklist("groups"), actor).rows, *deals.read(Worklist("mine"), actor).rows]
        if rows:
            task = chance.choice(rows).task_id
            deals.run(chance.choice((ClaimTask(task), CompleteTask(task, {}))), actor)
    filters = [TaskFilter(), TaskFilter(process_key="deal"), TaskFilter(element_id="pack"), TaskFilter(customer="客户3"), TaskFilter(due="none")]
    for actor in people:
        for tab in TABS:
            whole = {row.task_id for row in deals.read(Worklist(tab, limit=500), actor).rows}
            assert whole == _expected(deals, actor, tab)
            for search in ("", "客户", "139", "成交 客户1"):
                for narrowed in filters:
                    page = deals.read(Worklist(tab, search, 500, filter=narrowed), actor)
                    assert {row.task_id for row in page.rows} <= whole
                    assert page.total == len(page.rows)


def _expected(engine, actor: Actor, tab: str) -> set[str]:
    columns = "w.instance_id, w.activity_instance_id, w.state, w.assignee, w.candidate_groups, w.candidate_users, w.closed_by, i.started_by"
    statement = sa.text(f"SELECT {columns} FROM work_items w JOIN instances i ON i.id = w.instance_id")
    rows = engine.database.read(lambda connection: connection.execute(statement).all())

    def belongs(row) -> bool:
        offered = bool(actor.groups & set(row.candidate_groups)) or actor.user_id in row.candidate_users
        return {
            "mine": row.state == "open" and row.assignee == actor.user_id,
            "groups": row.state == "open" and row.assignee is None and offered,
            "done": row.state == "completed" and row.closed_by == actor.user_id,
            "started": row.state == "open" and row.started_by == actor.user_id,
        }[tab]

    return {f"{row.instance_id}.{row.activity_instance_id}" for row in rows if belongs(row)}


def spread(engine, count: int = 23) -> None:
    """Tasks with ties in every order."""
    for number in range(count):
        deal(engine, f"客户{number}")
    chance = random.Random(7)
    start = engine.now()

    def change(tx: Transaction) -> None:
        for (instance_id,) in tx.connection.execute(sa.text("SELECT id FROM instances")).all():
            due = None if chance.random() < 0.3 else start + timedelta(days=chance.randrange(-4, 9))
            values = {
                "id": instance_id,
                "priority": chance.choice((20, 50, 50, 80)),
                "due": due,
                "created": start - timedelta(hours=chance.randrange(3)),
            }
            tx.connection.execute(
                sa.text("UPDATE work_items SET priority = :priority, due_at = :due, created_at = :created WHERE instance_id = :id"), values
            )

    engine.database.write(change, engine.clock, lambda: "")


@pytest.mark.parametrize("sort", ["priority", "due", "newest", "oldest", "name"])
def test_pages_by_cursor_are_the_list_forwards_and_backwards(deals, sort):
    spread(deals)
    whole = [row.task_id for row in deals.read(Worklist("groups", sort=sort, limit=500), WANG).rows]
    page = deals.read(Worklist("groups", sort=sort, limit=4), WANG)
    pages, walked = [page], [row.task_id for row in page.rows]
    assert page.before is None
    while page.after:
        page = deals.read(Worklist("groups", sort=sort, limit=4, after=page.after), WANG)
        assert page.total == 23
        pages.append(page)
        walked += [row.task_id for row in page.rows]
    assert walked == whole
    for earlier in pages[-2::-1]:
        page = deals.read(Worklist("groups", sort=sort, limit=4, before=page.before), WANG)
        assert page.rows == earlier.rows


def test_orders_are_what_they_say(deals):
    spread(deals)
    rows = {sort: deals.read(Worklist("groups", sort=sort), WANG).rows for sort in ("priority", "due", "newest", "oldest")}
    never = deals.now() + timedelta(days=10_000)
    assert list(rows["due"]) == sorted(rows["due"], key=lambda row: row.due_at or never)
    assert list(rows["priority"]) == sorted(rows["priority"], key=lambda row: (-row.priority, row.due_at or never))
    assert [row.created_at for row in rows["newest"]] == [row.created_at for row in rows["oldest"]][::-1]


def test_filters_by_due_and_priority(deals):
    spread(deals, 40)
    now = deals.now()
    every = deals.read(Worklist("groups", limit=500), WANG).rows
    # The clock of the tests stands at nine on a Monday morning in Shanghai.
    midnight = now.astimezone(TaskFilter().zone).replace(hour=0, minute=0, second=0, microsecond=0)
    expected = {
        TaskFilter(due="overdue"): [row for row in every if row.due_at and row.due_at < now],
        TaskFilter(due="today"): [row for row in every if row.due_at and midnight <= row.due_at < midnight + timedelta(days=1)],
        TaskFilter(due="week"): [row for row in every if row.due_at and midnight <= row.due_at < midnight + timedelta(days=7)],
        TaskFilter(due="none"): [row for row in every if row.due_at is None],
        TaskFilter(priority="high"): [row for row in every if row.priority > 50],
        TaskFilter(priority="low", customer="客户1"): [row for row in every if row.priority < 50 and "客户1" in (row.title or "")],
    }
    for chosen, rows in expected.items():
        page = deals.read(Worklist("groups", limit=500, filter=chosen), WANG)
        assert (list(page.rows), page.total) == (rows, len(rows)), chosen
    assert all(expected[TaskFilter(due=due)] for due in ("overdue", "week", "none"))


@pytest.mark.parametrize("cursor", ["", "x", "W10", "WyJkdWUiXQ", "é", "WyJwcmlvcml0eSIsMSwyLDMsNCw1XQ", "a" * 5000])
def test_a_cursor_of_nobodys_making_is_refused(deals, cursor):
    if not cursor:
        assert deals.read(Worklist("groups", after=cursor), WANG).rows == ()
        return
    with pytest.raises(InputRejected):
        deals.read(Worklist("groups", after=cursor), WANG)


@pytest.mark.parametrize("wrong", [{"sort": "x"}, {"sort": "closed"}, {"filter": TaskFilter(due="x")}, {"filter": TaskFilter(priority="x")}])
def test_choices_that_there_are_not_are_refused(deals, wrong):
    with pytest.raises(InputRejected):
        deals.read(Worklist("groups", **wrong), WANG)


def test_choices_of_filters_are_the_tabs_own(deals):
    first = deal(deals, "甲")
    deal(deals, "乙")
    deals.run(CompleteTask(f"{first}.2", {}), WANG)
    kinds = deals.read(WorklistChoices("groups"), WANG)
    assert {(kind.element_id, kind.element_name, kind.process_name, kind.number) for kind in kinds} == {
        ("offer", "报价", "成交", 1),
        ("pack", "备货", "成交", 1),
    }
    assert [kind.element_id for kind in deals.read(WorklistChoices("groups"), LI)] == ["check"]
    assert deals.read(WorklistChoices("groups"), NOBODY) == ()


def test_a_copy_does_not_change_what_is_in_ones_lists(deals):
    number = deal(deals, "甲", phone="5551234")
    deals.run(SendCopy(number, ["liqiang"], "请知悉"), WANG)
    assert all(found(deals, LI, tab, "5551234") == [] for tab in TABS)
