"""A register of 100,000 records: pages, filters, searches, probable duplicates, exports. `python tests/benchmarks/bench_register.py`.

One in fifty has a namesake, one in a hundred a telephone number of somebody else, a switchboard stands in sixty. With `--explain` the plans of
what takes longest are printed, with `--quick` there are only 10,000.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import sqlalchemy as sa

from engine import SYSTEM, Actor, DuplicatePairs, ProcessEngine, RecordFilter, RecordFilters, RecordList, SaveUser, Settings, SimilarRecords
from engine.commands.records.record_writing import RecordWrite, write_records
from engine.commands.records.register import Author, register_of
from engine.commands.work import Work
from engine.model.values import Value
from engine.store.scratch import ScratchDatabases, temporary_server
from tests.commands.register_pack import BUYER, CHIEF, READER, deploy

RECORDS, BATCH, TIMES = 10_000 if "--quick" in sys.argv else 100_000, 1_000, 9
PAGE_LIMIT_MS, DUPLICATES_LIMIT_MS, FAR_LIMIT_MS = 100.0, 200.0, 300.0
CITIES = ("宁波", "杭州", "苏州", "无锡", "常州", "嘉兴")
KINDS = ("机械", "电子", "纺织", "化工", "食品", "塑料", "五金")


def values(number: int) -> dict[str, Value]:
    name = number - 1 if number % 50 == 7 else number
    phone = number - 2 if number % 100 == 3 else number
    values: dict[str, Value] = {
        "name": f"{CITIES[name % 6]}{KINDS[name % 7]}{name}{'股份' if number % 50 == 7 else ''}有限公司",
        "code": f"S-{number:06}",
        "kind": "raw" if number % 3 else "service",
        "limit": Decimal(number * 37 % 100_000),
        "since": date(2015, 1, 1) + timedelta(days=number * 13 % 4_000),
        "checked": number % 2 == 0,
        "phone": "0574-8700 0000" if number % (RECORDS // 60) == 0 else f"138{phone:08}",
        "buyer": ("钱多", "周全", "李看", f"采购{number % 40}")[number % 4],
    }
    if number % 5:
        values["rating"] = "ABCDE"[number % 5]
    return values


@dataclass(frozen=True, slots=True)
class _Fill:
    """Straight past the form, which would take most of the time and is measured elsewhere."""

    first: int

    def execute(self, work: Work, actor: Actor) -> None:
        writes = [RecordWrite(None, values(number)) for number in range(self.first, self.first + BATCH)]
        write_records(work, register_of(work, "supplier"), writes, Author(actor.user_id))


def fill(engine: ProcessEngine) -> None:
    deploy(engine)
    for first in range(0, RECORDS, BATCH):
        engine.run(_Fill(first), CHIEF)
    with engine.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def cases() -> list[tuple[str, RecordList, Actor]]:
    kind, buyer, checked = RecordFilter("kind", ("raw",)), RecordFilter("buyer", ("@me",)), RecordFilter("checked", ("1",))
    since, limit = RecordFilter("since", (), "2020-01-01", "2022-12-31"), RecordFilter("limit", (), "10000", "90000")
    rare, none = RecordFilter("limit", (), "500", "510"), RecordFilter("rating", ("-",))
    narrowed = {
        "by name": (),
        "one half": (checked,),
        "a kind": (kind,),
        "my own": (buyer,),
        "kind and half": (kind, checked),
        "kind and years": (kind, since),
        "kind, years and amount": (kind, since, limit),
        "everything": (kind, buyer, checked, since, limit),
        "rare amount": (rare, kind),
        "no rating": (none, kind),
        "nobody": (RecordFilter("rating", ("Z",)), kind),
    }
    found = [(f"filter: {name}", RecordList("supplier", filters=filters), CHIEF) for name, filters in narrowed.items()]
    found += [(f"sort: {sort}", RecordList("supplier", sort=sort), CHIEF) for sort in ("-limit", "since", "rating")]
    found += [("sort and filters", RecordList("supplier", sort="-since", filters=(kind, checked, limit)), CHIEF)]
    found += [(f"search: {word}", RecordList("supplier", word), CHIEF) for word in ("宁波", "机械", "S-0777", "宁波机械42", "没有这个")]
    found += [("search and filters", RecordList("supplier", "宁波", filters=(kind, checked)), CHIEF)]
    found += [("with hidden fields", RecordList("supplier", "宁波", filters=(kind,)), READER)]
    found += [("archived", RecordList("supplier", archived=True), CHIEF)]
    far = (("from the middle", RECORDS // 2), ("the last page", RECORDS - 50))
    return found + [(name, RecordList("supplier", offset=offset), CHIEF) for name, offset in far]


def median(action: Callable[[], object]) -> float:
    """Milliseconds."""
    taken = []
    for number in range(TIMES + 2):
        began = time.perf_counter()
        action()
        if number >= 2:
            taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def explain(engine: ProcessEngine, action: Callable[[], object]) -> None:
    seen: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        seen.append((statement, parameters))

    sa.event.listen(engine.database.engine, "before_cursor_execute", note)
    action()
    sa.event.remove(engine.database.engine, "before_cursor_execute", note)
    with engine.database.engine.connect() as connection:
        for statement, parameters in seen:
            if "record_" in statement or "FROM records" in statement:
                print("\n".join(row[0] for row in connection.exec_driver_sql("EXPLAIN (ANALYZE, BUFFERS) " + statement, parameters)))


class Report:
    """What took how long, and what took longer than it may."""

    def __init__(self, engine: ProcessEngine) -> None:
        self.engine = engine
        self.late: list[str] = []

    def of(self, name: str, action: Callable[[], object], limit: float = PAGE_LIMIT_MS) -> None:
        taken = median(action)
        late = taken > limit
        self.late += [name] if late else []
        print(f"{name:<34}{taken:8.1f} ms{'   TOO SLOW' if late else ''}", flush=True)
        if late and "--explain" in sys.argv:
            explain(self.engine, action)


def website(engine: ProcessEngine, report: Report) -> None:
    from tests.webui.website import PASSWORD, Visitor
    from webui import create_app

    engine.run(SaveUser("chief", "周全", PASSWORD, groups=("chief",)), SYSTEM)
    with TemporaryDirectory() as folder:
        visitor = Visitor(create_app(engine, Settings.from_environment({"TUOKE_DATA_DIR": folder, "TUOKE_DEMO": "0"})))
        visitor.sign_in("chief")

        def first_rows() -> None:
            with visitor.client.get("/records/supplier/export.csv?f.buyer=采购7&f.kind=raw", buffered=False) as response:
                assert next(iter(response.response))

        report.of("page over the website", lambda: visitor.get("/records/supplier"))
        report.of("duplicates over the website", lambda: visitor.get("/records/supplier/duplicates"), DUPLICATES_LIMIT_MS)
        report.of("export begins", first_rows, DUPLICATES_LIMIT_MS)


def main() -> int:
    """Exit status 1 when something takes longer than it may."""
    with temporary_server() as server, ScratchDatabases(server).template() as url:
        engine = ProcessEngine.open(url)
        began = time.perf_counter()
        fill(engine)
        print(f"{RECORDS} records written in {time.perf_counter() - began:.0f} s", flush=True)
        gc.collect()
        report = Report(engine)
        for name, query, actor in cases():
            report.of(name, partial(engine.read, query, actor), FAR_LIMIT_MS if query.offset else PAGE_LIMIT_MS)
        report.of("choices of the filters", partial(engine.read, RecordFilters("supplier"), CHIEF))
        report.of("what is alike", partial(engine.read, SimilarRecords("supplier", values(4_207)), CHIEF))
        for name, offset in (("duplicates, first page", 0), ("duplicates, a later page", 500)):
            report.of(name, partial(engine.read, DuplicatePairs("supplier", offset=offset), CHIEF), DUPLICATES_LIMIT_MS)
        report.of("duplicates, hidden fields", partial(engine.read, DuplicatePairs("supplier"), BUYER), DUPLICATES_LIMIT_MS)
        website(engine, report)
        engine.close()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; limits hold on a quiet one")
    return 1 if report.late else 0


if __name__ == "__main__":
    sys.exit(main())
