"""What somebody who owns the database could do to whole chains, and that ends kept outside of it show it; the log of people, entry by entry."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import SYSTEM, ClaimTask, CompleteTask, DeployPack, ProcessEngine, SaveUser, StartInstance, VerifyAccountEvents
from engine.audit.ends import compare_ends, current_ends, ends_text, read_ends
from engine.audit.verify import verify_chains
from engine.cli.main import main
from engine.model.errors import InputRejected
from engine.store.accounts import AccountEvent, account_event_hash
from engine.store.event_log import GENESIS, canonical, chained
from tests.commands.packs import PACK
from tests.commands.people import ADMIN, WANG
from tests.owner import as_owner

COLUMNS = "instance_id, sequence, at, actor, on_behalf_of, kind, process_key, element_id, activity_instance_id, data::text"
GUARDED = ("events", "account_events", "inspections", "record_changes")


@pytest.fixture
def engine(fresh_database_url):
    engine = ProcessEngine.open(fresh_database_url)
    engine.run(DeployPack(PACK), SYSTEM)
    for number in range(8):
        engine.run(SaveUser(f"person{number}", f"第{number}人"), SYSTEM)
    yield engine
    engine.close()


@pytest.fixture
def ids(engine) -> list[str]:
    started = sorted(engine.run(StartInstance("visit", {"customer": "甲"}), ADMIN).instance_id for _ in range(3))
    engine.run(ClaimTask(f"{started[1]}.2"), WANG)
    engine.run(CompleteTask(f"{started[1]}.2", {"aim": "看", "cost": "1.5"}), WANG)
    return started


def tamper(engine: ProcessEngine, *statements: str, **parameters: object) -> None:
    with as_owner(engine) as connection:
        for table in GUARDED:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            connection.execute(sa.text(statement), parameters)


def rewrite(engine: ProcessEngine, instance_id: str) -> None:
    """Every hash of an instance anew, and the end that its row keeps: a chain that fits in itself."""
    with as_owner(engine) as connection:
        connection.exec_driver_sql("ALTER TABLE events DISABLE TRIGGER USER")
        digest, sequence = GENESIS, 0
        for row in connection.execute(sa.text(f"SELECT {COLUMNS} FROM events WHERE instance_id = :id ORDER BY sequence"), {"id": instance_id}).all():
            digest, sequence = chained(digest, canonical(*row)), row.sequence
            values = {"hash": digest, "id": instance_id, "n": sequence}
            connection.execute(sa.text("UPDATE events SET hash = :hash WHERE instance_id = :id AND sequence = :n"), values)
        connection.execute(sa.text("UPDATE instances SET last_sequence = :n, last_hash = :hash WHERE id = :id"), values)


def cut(engine: ProcessEngine, instance_id: str) -> None:
    tamper(engine, "DELETE FROM events WHERE instance_id = :id AND sequence > 6", id=instance_id)
    rewrite(engine, instance_id)


def change_one(engine: ProcessEngine, instance_id: str) -> None:
    tamper(engine, "UPDATE events SET actor = 'sunlei' WHERE instance_id = :id AND sequence = 3", id=instance_id)
    rewrite(engine, instance_id)


def take_away(engine: ProcessEngine, instance_id: str) -> None:
    with as_owner(engine) as connection:
        for table in GUARDED:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        # As an owner would: whatever points to it goes, too, whichever tables that are.
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for table in ("events", "participations", "work_items"):
            connection.execute(sa.text(f"DELETE FROM {table} WHERE instance_id = :id"), {"id": instance_id})
        connection.execute(sa.text("DELETE FROM instances WHERE id = :id"), {"id": instance_id})


@pytest.mark.parametrize(("attack", "kind"), [(cut, "cut"), (change_one, "rewritten"), (take_away, "gone")])
def test_a_chain_that_fits_in_itself_does_not_fit_what_was_kept(engine, ids, attack: Callable[[ProcessEngine, str], None], kind: str):
    kept = current_ends(engine.database, engine.now())
    attack(engine, ids[1])
    assert verify_chains(engine.database).breaks == ()  # a chain alone cannot tell
    [found] = compare_ends(engine.database, kept)
    assert (found.instance_id, found.kind, found.sequence) == (ids[1], kind, kept.instances[ids[1]].sequence)


def test_two_chains_that_changed_places(engine, ids):
    """Each event says whose it is, so the chains do not even fit in themselves."""
    kept = current_ends(engine.database, engine.now())
    swap = "UPDATE events SET instance_id = CASE instance_id WHEN :a THEN :b ELSE :a END WHERE instance_id IN (:a, :b)"
    tamper(engine, "ALTER TABLE events DROP CONSTRAINT pk_events", swap, a=ids[0], b=ids[2])
    assert {(each.instance_id, each.sequence) for each in verify_chains(engine.database).breaks} == {(ids[0], 1), (ids[2], 1)}
    assert {each.instance_id for each in compare_ends(engine.database, kept)} == {ids[0], ids[2]}


def test_chains_grow_and_new_ones_come(engine, ids):
    kept = read_ends(ends_text(current_ends(engine.database, engine.now())))
    engine.run(StartInstance("visit", {"customer": "乙"}), ADMIN)
    engine.run(ClaimTask(f"{ids[0]}.2"), WANG)
    engine.run(SaveUser("later", "后来"), SYSTEM)
    assert compare_ends(engine.database, kept) == ()
    assert len(kept.instances) == 3


def entries(engine: ProcessEngine) -> int:
    return engine.database.read(lambda connection: int(connection.scalar(sa.select(sa.func.count()).select_from(AccountEvent)) or 0))


MOVE = "UPDATE account_events SET number = number {} WHERE number {}"


@pytest.mark.parametrize(
    ("statements", "number", "kind"),
    [
        (["UPDATE account_events SET actor = 'b' WHERE number = 3"], 3, "changed"),
        (["UPDATE account_events SET changes = '{}' WHERE number = 1"], 1, "changed"),
        (["DELETE FROM account_events WHERE number = 4"], 4, "missing"),
        (["DELETE FROM account_events WHERE number = 1"], 1, "missing"),
        (["DELETE FROM account_events WHERE number = 4", MOVE.format("+ 1000", "> 4"), MOVE.format("- 1001", "> 1000")], 4, "missing"),
        (
            [
                MOVE.format("+ 1000", "> 4"),
                MOVE.format("- 999", "> 1000"),
                "INSERT INTO account_events SELECT 5, at, 'b', kind, subject_type, subject_id, changes, hash FROM account_events WHERE number = 4",
            ],
            5,
            "inserted",
        ),
        ([MOVE.format("+ 1000", "= 3"), MOVE.format("- 2", "= 5"), MOVE.format("- 998", "= 1003")], 3, "reordered"),
        ([MOVE.format("+ 1000", "= 3"), MOVE.format("- 1", "= 4"), MOVE.format("- 999", "= 1003")], 3, "reordered"),
    ],
)
def test_the_first_entry_about_people_that_does_not_fit_is_named(engine, statements, number, kind):
    tamper(engine, *statements)
    found = engine.read(VerifyAccountEvents(), SYSTEM)
    assert (found.broken_at, found.kind) == (number, kind)


def test_people_cut_off_and_rewritten(engine):
    kept = current_ends(engine.database, engine.now())
    assert kept.accounts is not None
    assert kept.accounts.sequence == entries(engine) == 8
    tamper(engine, "DELETE FROM account_events WHERE number = 8")
    assert engine.read(VerifyAccountEvents(), SYSTEM).broken_at is None
    assert [(each.instance_id, each.kind) for each in compare_ends(engine.database, kept)] == [(None, "cut")]
    engine.run(SaveUser("instead", "顶替"), SYSTEM)
    assert [(each.instance_id, each.kind) for each in compare_ends(engine.database, kept)] == [(None, "rewritten")]
    tamper(engine, "DELETE FROM account_events")
    assert [(each.instance_id, each.kind) for each in compare_ends(engine.database, kept)] == [(None, "gone")]


def test_all_of_it_from_the_command_line(engine, ids, tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setenv("TUOKE_DATABASE_URL", engine.database.url)
    file = tmp_path / "ends.json"
    assert main(["verify", "--keep-ends", str(file)]) == 0
    before = file.read_bytes()
    assert main(["verify", "--keep-ends", str(file)]) == 2
    assert main(["verify", "--against", str(file)]) == 0
    assert "✓ 与保存的链尾一致" in capsys.readouterr().out
    change_one(engine, ids[0])
    assert main(["verify"]) == 0
    assert main(["verify", "--against", str(file)]) == 1
    out = capsys.readouterr().out
    assert f"✗ 流程实例 {ids[0]}：第 {json.loads(before)['instances'][ids[0]][0]} 条或它之前的事件被整体改写过" in out
    tamper(engine, "UPDATE account_events SET actor = 'b' WHERE number = 3")
    later = tmp_path / "later.json"
    assert main(["verify", "--keep-ends", str(later)]) == 1
    assert "人员改动记录：第 3 条被改动过" in capsys.readouterr().out
    assert not later.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["ends.json"]
    assert file.read_bytes() == before
    half = tmp_path / "half.json"
    half.write_bytes(before[: len(before) // 2])
    assert main(["verify", "--against", str(half)]) == 2
    assert main(["verify", "--against", str(tmp_path / "none.json")]) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"made_at": "yesterday"},
        {"accounts": [0, "00" * 32]},
        {"instances": {"../x": [1, "00" * 32]}},
        {"instances": {"0" * 32: [1, "00"]}},
        {"instances": {"0" * 32: [True, "zz" * 32]}},
        {"instances": []},
    ],
)
def test_what_is_no_file_of_ends(engine, change):
    document = json.loads(ends_text(current_ends(engine.database, engine.now())))
    with pytest.raises(InputRejected, match="bad_chain_ends"):
        read_ends(json.dumps(document | change).encode())


def test_the_hash_of_an_entry_covers_its_number(engine):
    with engine.database.engine.connect() as connection:
        row = connection.execute(sa.select(*AccountEvent.__table__.columns).where(AccountEvent.number == 1)).one()._asdict()
    assert account_event_hash("", row) == row["hash"] != account_event_hash("", {**row, "number": 2})
