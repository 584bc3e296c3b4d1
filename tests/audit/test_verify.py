"""What an intruder with the database's password can do to a log, and what the auditor is told about it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import SYSTEM, ClaimTask, CompleteTask, DeployPack, ProcessEngine, StartInstance
from engine.audit.questions import ReexecuteNext
from engine.audit.verify import verify_chains
from engine.store.event_log import canonical, chained
from tests.commands.packs import PACK
from tests.commands.people import ADMIN, WANG
from tests.owner import as_owner, tamper

COPIED = "instance_id, sequence, at, actor, on_behalf_of, kind, process_key, element_id, activity_instance_id, data"


@pytest.fixture
def engine(fresh_database_url):
    engine = ProcessEngine.open(fresh_database_url)
    engine.run(DeployPack(PACK), SYSTEM)
    yield engine
    engine.close()


@pytest.fixture
def instances(engine):
    """Three instances; the second has been worked on."""
    started = [engine.run(StartInstance("visit", {"customer": "甲"}), ADMIN) for _ in range(3)]
    ids = sorted(each.instance_id for each in started)
    engine.run(ClaimTask(f"{ids[1]}.2"), WANG)
    engine.run(CompleteTask(f"{ids[1]}.2", {"aim": "看", "cost": "1.5"}), WANG)
    return ids


def rehash(engine, instance_id, sequence, predecessor=None):
    """Recompute the hash of one event, as somebody who read the source would."""
    with as_owner(engine) as connection:
        before = connection.scalar(
            sa.text("SELECT hash FROM events WHERE instance_id = :id AND sequence = :n"), {"id": instance_id, "n": predecessor or sequence - 1}
        )
        row = connection.execute(
            sa.text(f"SELECT {COPIED}::text FROM events WHERE instance_id = :id AND sequence = :n"), {"id": instance_id, "n": sequence}
        ).one()
        connection.exec_driver_sql("ALTER TABLE events DISABLE TRIGGER USER")
        connection.execute(
            sa.text("UPDATE events SET hash = :hash WHERE instance_id = :id AND sequence = :n"),
            {"hash": chained(bytes(before), canonical(*row)), "id": instance_id, "n": sequence},
        )


def found(engine, **options):
    result = verify_chains(engine.database, **options)
    assert result.instances == 3
    return [(each.instance_id, each.sequence, each.kind) for each in result.breaks]


def shift(after, by):
    """Renumber what comes after an event; twice, because numbers are unique."""
    return (
        f"UPDATE events SET sequence = sequence + 1000 WHERE instance_id = :id AND sequence > {after}",
        f"UPDATE events SET sequence = sequence - 1000 + {by} WHERE instance_id = :id AND sequence > 1000",
    )


INSERT_SIXTH = (
    *shift(5, 1),
    f"INSERT INTO events ({COPIED}, hash) SELECT instance_id, 6, at, 'intruder', on_behalf_of, kind, process_key, element_id,"
    " activity_instance_id, data, hash FROM events WHERE instance_id = :id AND sequence = 5",
)


def test_an_untouched_log(engine, instances):
    told = []
    result = verify_chains(engine.database, lambda done, total: told.append((done, total)), snapshots=True)
    assert (result.breaks, told) == ((), [(3, 3)])
    count = engine.database.read(lambda connection: connection.scalar(sa.text("SELECT count(*) FROM events")))
    assert result.events == count == 29


@pytest.mark.parametrize(
    "statements, sequence, kind",
    [
        (["UPDATE events SET data = '{}' WHERE instance_id = :id AND sequence = 6"], 6, "changed"),
        (["UPDATE events SET at = at + interval '1 microsecond' WHERE instance_id = :id AND sequence = 1"], 1, "changed"),
        (["UPDATE events SET on_behalf_of = 'x' WHERE instance_id = :id AND sequence = 7"], 7, "changed"),
        (["UPDATE events SET hash = '\\x00' WHERE instance_id = :id AND sequence = 6"], 6, "changed"),
        (["DELETE FROM events WHERE instance_id = :id AND sequence = 6"], 6, "missing"),
        (["DELETE FROM events WHERE instance_id = :id AND sequence = 6", *shift(6, -1)], 6, "missing"),
        (["DELETE FROM events WHERE instance_id = :id AND sequence > 8"], 9, "missing"),
        (["DELETE FROM events WHERE instance_id = :id"], 1, "missing"),
        (INSERT_SIXTH, 6, "inserted"),
        (
            [
                "UPDATE events SET sequence = 1006 WHERE instance_id = :id AND sequence = 6",
                "UPDATE events SET sequence = 6 WHERE instance_id = :id AND sequence = 9",
                "UPDATE events SET sequence = 9 WHERE instance_id = :id AND sequence = 1006",
            ],
            6,
            "reordered",
        ),
        (["UPDATE instances SET last_hash = '\\x00' WHERE id = :id"], "last", "end"),
        (["UPDATE instances SET last_sequence = last_sequence + 1 WHERE id = :id"], "after", "missing"),
        (["UPDATE instances SET last_sequence = 5 WHERE id = :id"], 5, "end"),
    ],
)
def test_what_an_intruder_did_is_named(engine, instances, statements, sequence, kind):
    statement = sa.text("SELECT last_sequence FROM instances WHERE id = :id")
    last = engine.database.read(lambda connection: connection.scalar(statement, {"id": instances[1]}))
    tamper(engine, *statements, id=instances[1])
    assert found(engine) == [(instances[1], {"last": last, "after": last + 1}.get(sequence, sequence), kind)]


def test_an_event_added_at_the_end(engine, instances):
    statement = (
        f"INSERT INTO events ({COPIED}, hash) SELECT instance_id, sequence + 1, at, actor, on_behalf_of, kind, process_key, element_id,"
        " activity_instance_id, data, hash FROM events WHERE instance_id = :id ORDER BY sequence DESC LIMIT 1"
    )
    tamper(engine, statement, id=instances[0])
    [(instance_id, sequence, kind)] = found(engine)
    assert (instance_id, kind) == (instances[0], "inserted")
    rehash(engine, instance_id, sequence)
    assert found(engine) == [(instance_id, sequence, "inserted")]


def test_an_intruder_who_recomputes_hashes(engine, instances):
    tamper(engine, "UPDATE events SET actor = 'somebody' WHERE instance_id = :id AND sequence = 6", id=instances[1])
    rehash(engine, instances[1], 6)
    assert found(engine) == [(instances[1], 7, "changed")]


def test_an_inserted_event_with_a_good_hash(engine, instances):
    tamper(engine, *INSERT_SIXTH, id=instances[1])
    rehash(engine, instances[1], 6)
    assert found(engine) == [(instances[1], 6, "inserted")]


def test_the_last_event_removed_with_its_number(engine, instances):
    last_but_one = "(SELECT last_sequence - 1 FROM instances WHERE id = :id)"
    tamper(engine, f"DELETE FROM events WHERE instance_id = :id AND sequence = {last_but_one}", id=instances[2])
    [(_, hole, kind)] = found(engine)
    assert kind == "missing"
    tamper(engine, *shift(hole, -1), id=instances[2])
    assert found(engine) == [(instances[2], hole, "missing")]


def test_a_snapshot_that_says_something_else(engine, instances):
    copied = "(SELECT snapshot FROM instances WHERE id = :other)"
    tamper(engine, f"UPDATE instances SET snapshot = {copied} WHERE id = :id", id=instances[0], other=instances[1])
    assert found(engine) == []
    assert [(each[0], each[2]) for each in found(engine, snapshots=True)] == [(instances[0], "snapshot")]
    tamper(engine, "UPDATE instances SET snapshot = '\\x07' WHERE id = :id", id=instances[0])
    assert [each[2] for each in found(engine, snapshots=True)] == ["snapshot"]


def test_a_status_that_the_events_do_not_know(engine, instances):
    tamper(engine, "UPDATE instances SET status = 'completed' WHERE id = :id", id=instances[2])
    assert [(each[0], each[2]) for each in found(engine, snapshots=True)] == [(instances[2], "snapshot")]


def test_breaks_in_words(engine, instances):
    tamper(engine, "DELETE FROM events WHERE instance_id = :id AND sequence = 3", id=instances[0])
    [broken] = verify_chains(engine.database).breaks
    assert (broken.zh, broken.en) == ("缺少第 3 条事件", "event 3 is missing")


def test_more_instances_than_one_batch(engine, instances, monkeypatch):
    monkeypatch.setattr("engine.audit.verify.BATCH", 2)
    told = []
    assert verify_chains(engine.database, lambda done, total: told.append((done, total))).instances == 3
    assert told == [(2, 3), (3, 3)]


@pytest.mark.parametrize("find, put", [("制定计划", "别的名字"), ("<process", "<nonsense")])
def test_deployed_files_that_were_changed(engine, instances, find, put):
    changed = "UPDATE deployed_contents SET content = convert_to(replace(convert_from(content, 'UTF8'), :find, :put), 'UTF8')"
    with engine.database.engine.begin() as connection:
        connection.execute(sa.text(changed), {"find": find, "put": put})
    assert found(engine) == []
    assert {each[2] for each in found(engine, snapshots=True)} == {"pack"}
    fresh = ProcessEngine.open(engine.database.url)
    results = fresh.read(ReexecuteNext(), SYSTEM)
    fresh.close()
    assert [(each.difference.field, each.events) for each in results] == [("pack", 0)] * 3
