"""The task list with 100,000 open tasks: a page of 50 in the database, and as a page of the website. `python tests/benchmarks/bench_tasklist.py`.

One role may take all of them, another a hundredth, a third ten; one person has two thousand. With `--explain` the plans are printed.
"""

from __future__ import annotations

import gzip
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import sqlalchemy as sa

from engine import SYSTEM, Actor, DeployPack, ProcessEngine, SaveUser, Settings, StartInstance, TaskFilter, Worklist
from engine.queries.worklist.worklist import CUSTOM_PLANS, WorklistChoices
from engine.store.rows import insert_rows
from engine.store.scratch import ScratchDatabases, temporary_server
from engine.store.search_text import grams, searched_text
from engine.store.worklists import SearchText
from tests.commands.packs import PACK

OPEN_TASKS, BATCH, TIMES = 100_000, 5_000, 15
DATABASE_LIMIT_MS, SERVER_LIMIT_MS, PAGE_LIMIT_BYTES = 5.0, 50.0, 200_000
EVERYTHING, SOME, FEW = (Actor(name, name, frozenset({group})) for name, group in (("all", "sales"), ("some", "manager"), ("few", "few")))
STARTER = Actor("admin", "管理员", is_administrator=True)
OWNER = Actor("owner", "owner", frozenset({"sales"}))
CITIES, KINDS = ("宁波", "杭州", "苏州", "无锡", "常州", "嘉兴"), ("机械", "电子", "纺织", "化工", "食品")
_COPY_INSTANCES = """INSERT INTO instances
SELECT md5('i' || n), definition_id, process_key, 'K-' || n, 't' || n, status, outcome, reason, end_element_id, starter, started_by, started_at,
 ended_at, revision, last_sequence, last_hash, snapshot
FROM instances, generate_series(1, {count}) n WHERE id = :id"""
_COPY_TASKS = """INSERT INTO work_items
SELECT md5('i' || n), activity_instance_id, process_key, element_id, element_name, element_name_en, form_id, state,
 CASE WHEN n % 50 = 7 THEN 'owner' END,
 CASE WHEN n % 10000 = 0 THEN ARRAY['sales', 'few'] WHEN n % 100 = 0 THEN ARRAY['sales', 'manager'] ELSE candidate_groups END,
 candidate_users, CASE WHEN n % 20 = 0 THEN 80 ELSE 50 END, CASE WHEN n % 3 > 0 THEN created_at + n % 1000 * interval '1 hour' END,
 follow_up_at, created_at + n * interval '1 second', claimed_at, closed_at, closed_by, on_behalf_of, own_process_key
FROM work_items, generate_series(1, {count}) n WHERE instance_id = :id"""


def title(number: int) -> str:
    return f"{CITIES[number % 6]}{KINDS[number % 5]}{number}有限公司"


def fill(engine: ProcessEngine) -> None:
    """Copies of one instance in the database itself; starting a hundred thousand would take minutes and measure nothing more."""
    first = engine.run(StartInstance("visit", {"customer": title(0)}), STARTER).instance_id
    with engine.database.engine.begin() as connection:
        for statement in (_COPY_INSTANCES.format(count=OPEN_TASKS), _COPY_TASKS.format(count=OPEN_TASKS)):
            connection.execute(sa.text(statement), {"id": first})
        ids = connection.execute(sa.text("SELECT md5('i' || n), n FROM generate_series(1, :count) n"), {"count": OPEN_TASKS}).all()
        for at in range(0, OPEN_TASKS, BATCH):
            part = ids[at : at + BATCH]
            names = [{"id": instance_id, "title": title(number)} for instance_id, number in part]
            connection.execute(sa.text("UPDATE instances SET title = :title WHERE id = :id"), names)
            rows = [row for instance_id, number in part for row in texts(instance_id, number)]
            insert_rows(connection, SearchText, rows)
    with engine.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def texts(instance_id: str, number: int) -> list[dict[str, object]]:
    head, own = searched_text([title(number)]), searched_text(["制定计划", f"K-{number}", "拜访", f"0574-{number:08}"])
    common = {"instance_id": instance_id}
    return [
        {**common, "activity_instance_id": 0, "shared": True, "text": head, "grams": grams(head)},
        {**common, "activity_instance_id": 2, "shared": False, "text": own, "grams": grams(own)},
    ]


def statements(engine: ProcessEngine, action: Callable[[], object]) -> list[tuple[str, object]]:
    """What the action asks the tables of tasks."""
    seen: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        seen.append((statement, parameters))

    sa.event.listen(engine.database.engine, "before_cursor_execute", note)
    action()
    sa.event.remove(engine.database.engine, "before_cursor_execute", note)
    return [(statement, parameters) for statement, parameters in seen if "work_items" in statement]


def execution_ms(connection: sa.Connection, statement: str, parameters: object) -> list[float]:
    """What the server itself takes: less disturbed by whatever else the machine does than what one waits for."""
    plans = (connection.exec_driver_sql("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + statement, parameters) for _ in range(TIMES))
    return [plan.scalar_one()[0]["Execution Time"] for plan in plans]


@dataclass(frozen=True)
class Measured:
    """Milliseconds in the database of the page and of its counts, each the best and the median of several times."""

    page: tuple[float, float]
    counts: tuple[float, float]


def measure(engine: ProcessEngine, worklist: Worklist, actor: Actor) -> Measured:
    action = partial(engine.read, worklist, actor)
    action()
    sums: dict[bool, list[float]] = {True: [0.0] * TIMES, False: [0.0] * TIMES}
    asked = statements(engine, action)
    with engine.database.engine.connect() as connection:
        connection.execute(CUSTOM_PLANS)
        for statement, parameters in asked:
            is_page = "ORDER BY" in statement
            sums[is_page] = [before + taken for before, taken in zip(sums[is_page], execution_ms(connection, statement, parameters), strict=True)]
            if "--explain" in sys.argv:
                print("\n".join(row[0] for row in connection.exec_driver_sql("EXPLAIN (ANALYZE, BUFFERS) " + statement, parameters)))
    page, counts = ((min(taken), statistics.median(taken)) for taken in (sums[True], sums[False]))
    return Measured(page, counts)


def cases(engine: ProcessEngine) -> list[tuple[str, Worklist, Actor]]:
    middle = engine.read(Worklist("groups", offset=OPEN_TASKS // 2), EVERYTHING).after
    tabs = [(f"groups, {actor.user_id}", Worklist("groups"), actor) for actor in (EVERYTHING, SOME, FEW)]
    tabs += [(f"groups, all, by {sort}", Worklist("groups", sort=sort), EVERYTHING) for sort in ("due", "newest", "oldest", "name")]
    tabs += [(f"groups, some, by {sort}", Worklist("groups", sort=sort), SOME) for sort in ("due", "newest", "name")]
    narrowed = [
        ("overdue", TaskFilter(due="overdue")),
        ("no due time", TaskFilter(due="none")),
        ("high priority", TaskFilter(priority="high")),
        ("element", TaskFilter(process_key="visit", element_id="plan")),
        ("low priority", TaskFilter(priority="low")),
        ("due this week", TaskFilter(due="week")),
        ("all filters", TaskFilter(process_key="visit", due="overdue", priority="high", customer="宁波")),
        ("one customer", TaskFilter(customer="宁波机械90000")),
        ("a sixth of customers", TaskFilter(customer="宁波")),
    ]
    tabs += [(f"groups, all, {name}", Worklist("groups", filter=chosen), EVERYTHING) for name, chosen in narrowed]
    searches = ("苏州", "苏州 k-777", "宁波 机械", "司", "0574-00012345", "k-777", "有限公司", "没有这个")
    tabs += [(f"groups, all, search {word}", Worklist("groups", word), EVERYTHING) for word in searches]
    sixth = TaskFilter(customer="杭州")
    tabs += [(f"groups, all, a sixth by {sort}", Worklist("groups", filter=sixth, sort=sort), EVERYTHING) for sort in ("due", "newest", "name")]
    tabs += [(f"groups, {actor.user_id}, search 有限公司", Worklist("groups", "有限公司"), actor) for actor in (SOME, FEW)]
    tabs += [(f"mine, 2,000, {word}", Worklist("mine", word), OWNER) for word in ("", "苏州")]
    tabs += [(f"mine, 2,000, by {sort}", Worklist("mine", sort=sort), OWNER) for sort in ("due", "newest", "name")]
    tabs += [(f"started, all, {word}", Worklist("started", word), STARTER) for word in ("", "苏州")]
    return [*tabs, ("groups, all, from the middle", Worklist("groups", after=middle), EVERYTHING)]


def website(engine: ProcessEngine) -> tuple[float, int]:
    """(milliseconds of the server for the first page, its bytes compressed)."""
    from tests.webui.website import PASSWORD, Visitor
    from webui import create_app

    engine.run(SaveUser("all", "全部", PASSWORD, groups=("sales",)), SYSTEM)
    with TemporaryDirectory() as folder:
        app = create_app(engine, Settings.from_environment({"TUOKE_DATA_DIR": folder, "TUOKE_DEMO": "0"}))
        visitor = Visitor(app)
        visitor.sign_in("all")
        taken = []
        for number in range(TIMES + 3):
            began = time.perf_counter()
            response = visitor.get("/tasks?tab=groups")
            if number >= 3:
                taken.append((time.perf_counter() - began) * 1000)
        assert response.status_code == 200
        return statistics.median(taken), len(gzip.compress(response.data))


def main() -> int:
    """Exit status 1 when something takes longer than it may."""
    late = []
    with temporary_server() as server, ScratchDatabases(server).template() as url:
        engine = ProcessEngine.open(url)
        engine.run(DeployPack(PACK), SYSTEM)
        fill(engine)
        print(f"{'milliseconds in the database':<34}{'page: best, median':>20}{'counts':>16}{'page to plain page':>20}")
        plain = 0.0
        for name, worklist, actor in cases(engine):
            taken = measure(engine, worklist, actor)
            plain = plain or taken.page[0]
            slow = taken.page[0] > DATABASE_LIMIT_MS
            late += [name] if slow else []
            numbers = f"{taken.page[0]:12.2f}{taken.page[1]:8.2f}{taken.counts[0]:8.2f}{taken.counts[1]:8.2f}{taken.page[0] / plain:20.1f}"
            print(f"{name:<34}{numbers}{'   TOO SLOW' if slow else ''}")
        began = time.perf_counter()
        engine.read(WorklistChoices("groups"), EVERYTHING)
        print(f"{'choices of the filter':<34}{(time.perf_counter() - began) * 1000:8.2f} ms")
        milliseconds, size = website(engine)
        late += ["first page"] if milliseconds > SERVER_LIMIT_MS or size > PAGE_LIMIT_BYTES else []
        print(f"{'first page over the website':<34}{milliseconds:8.2f} ms, {size / 1000:.1f} kB compressed")
        engine.close()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; limits hold on a quiet one")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
