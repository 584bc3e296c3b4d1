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
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import sqlalchemy as sa

from engine import SYSTEM, Actor, DeployPack, ProcessEngine, SaveUser, Settings, StartInstance, TaskFilter, Worklist
from engine.queries.worklist import WorklistChoices
from engine.store.scratch import ScratchDatabases, temporary_server
from engine.store.search_text import grams, searched_text
from tests.commands.packs import PACK

OPEN_TASKS, BATCH, TIMES = 100_000, 5_000, 15
DATABASE_LIMIT_MS, SERVER_LIMIT_MS, PAGE_LIMIT_BYTES = 5.0, 50.0, 200_000
EVERYTHING, SOME, FEW = (Actor(name, name, frozenset({group})) for name, group in (("all", "sales"), ("some", "manager"), ("few", "few")))
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
 follow_up_at, created_at + n * interval '1 second', claimed_at, closed_at, closed_by
FROM work_items, generate_series(1, {count}) n WHERE instance_id = :id"""


def title(number: int) -> str:
    return f"{CITIES[number % 6]}{KINDS[number % 5]}{number}有限公司"


def fill(engine: ProcessEngine) -> None:
    """Copies of one instance in the database itself; starting a hundred thousand would take minutes and measure nothing more."""
    first = engine.run(StartInstance("visit", {"customer": title(0)}), Actor("admin", "管理员", is_administrator=True)).instance_id
    with engine.database.engine.begin() as connection:
        for statement in (_COPY_INSTANCES.format(count=OPEN_TASKS), _COPY_TASKS.format(count=OPEN_TASKS)):
            connection.execute(sa.text(statement), {"id": first})
        ids = connection.execute(sa.text("SELECT md5('i' || n), n FROM generate_series(1, :count) n"), {"count": OPEN_TASKS}).all()
        for at in range(0, OPEN_TASKS, BATCH):
            part = ids[at : at + BATCH]
            names = [{"id": instance_id, "title": title(number)} for instance_id, number in part]
            connection.execute(sa.text("UPDATE instances SET title = :title WHERE id = :id"), names)
            rows = [row for instance_id, number in part for row in texts(instance_id, number)]
            insert = "INSERT INTO search_texts VALUES (:instance_id, :activity_instance_id, :shared, :text, :grams)"
            connection.execute(sa.text(insert), rows)
    with engine.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def texts(instance_id: str, number: int) -> list[dict[str, object]]:
    head, own = searched_text([title(number)]), searched_text(["制定计划", f"K-{number}", "拜访", f"0574-{number:08}"])
    common = {"instance_id": instance_id}
    return [
        {**common, "activity_instance_id": 0, "shared": True, "text": head, "grams": grams(head)},
        {**common, "activity_instance_id": 2, "shared": False, "text": own, "grams": grams(own)},
    ]


class Statements:
    """Time that the database takes, statement by statement."""

    def __init__(self, engine: ProcessEngine) -> None:
        self.taken: list[tuple[str, float]] = []
        sa.event.listen(engine.database.engine, "before_cursor_execute", self._before)
        sa.event.listen(engine.database.engine, "after_cursor_execute", self._after)
        self._began = 0.0

    def _before(self, *_: object) -> None:
        self._began = time.perf_counter()

    def _after(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.taken.append((statement, (time.perf_counter() - self._began) * 1000))

    def median(self, action: Callable[[], object]) -> tuple[float, float]:
        """(the statement that reads the page, all statements) in milliseconds, medians of many."""
        pages, sums = [], []
        for number in range(TIMES + 3):
            self.taken.clear()
            action()
            if number >= 3:
                pages.append(next(taken for statement, taken in self.taken if "ORDER BY" in statement))
                sums.append(sum(taken for _, taken in self.taken))
        return statistics.median(pages), statistics.median(sums)


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
        ("one customer", TaskFilter(customer="宁波机械90000")),
        ("a sixth of customers", TaskFilter(customer="宁波")),
    ]
    tabs += [(f"groups, all, {name}", Worklist("groups", filter=chosen), EVERYTHING) for name, chosen in narrowed]
    searches = ("苏州", "0574-00012345", "k-777", "有限公司", "没有这个")
    tabs += [(f"groups, all, search {word}", Worklist("groups", word), EVERYTHING) for word in searches]
    return [*tabs, ("mine, 2,000", Worklist("mine"), OWNER), ("groups, all, from the middle", Worklist("groups", after=middle), EVERYTHING)]


def explain(engine: ProcessEngine, worklist: Worklist, actor: Actor) -> None:
    seen: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        seen.append((statement, parameters))

    sa.event.listen(engine.database.engine, "before_cursor_execute", note)
    engine.read(worklist, actor)
    sa.event.remove(engine.database.engine, "before_cursor_execute", note)
    with engine.database.engine.connect() as connection:
        for statement, parameters in seen:
            if "work_items" in statement:
                print("\n".join(row[0] for row in connection.exec_driver_sql("EXPLAIN (ANALYZE, BUFFERS) " + statement, parameters)))


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
        statements = Statements(engine)
        for name, worklist, actor in cases(engine):
            page, whole = statements.median(partial(engine.read, worklist, actor))
            late += [name] if page > DATABASE_LIMIT_MS else []
            print(f"{name:<34}{page:8.2f} ms the page, {whole:8.2f} ms with counts{'   TOO SLOW' if page > DATABASE_LIMIT_MS else ''}")
            if "--explain" in sys.argv:
                explain(engine, worklist, actor)
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
