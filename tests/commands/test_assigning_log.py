"""Substitutes and handovers stand in the hash-chained log of changes to people, and their rows are compared with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import (
    SYSTEM,
    AccountEvents,
    Actor,
    EndSubstitute,
    HandOverWork,
    InputRejected,
    ProcessEngine,
    SaveUser,
    SetSubstitute,
    VerifyAccountEvents,
)
from engine.cli.main import main
from tests.commands.people import ADMIN
from tests.commands.rivals import compete, split
from tests.owner import as_owner

WANG, SUN, LI = (Actor(user_id, user_id) for user_id in ("wangfang", "sunlei", "liqiang"))


@pytest.fixture
def engine(fresh_database_url: str, clock):
    engine = ProcessEngine.open(fresh_database_url, clock)
    for person in (WANG, SUN, LI):
        engine.run(SaveUser(person.user_id, person.name), SYSTEM)
    yield engine
    engine.close()


def away(engine, user_id="wangfang", substitute="sunlei", days=0, actor=ADMIN):
    now = engine.now() + timedelta(days=days)
    return engine.run(SetSubstitute(user_id, substitute, now, now + timedelta(days=3), reason="出差"), actor)


def tamper(engine, statement):
    with as_owner(engine) as connection:
        for table in ("handovers", "account_events"):
            connection.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        connection.execute(sa.text(statement))


def test_what_was_arranged_stands_in_the_log(engine):
    number = away(engine, actor=WANG).substitution_id
    engine.run(EndSubstitute(number), SUN)
    engine.run(EndSubstitute(number), SUN)
    engine.run(HandOverWork("liqiang", "sunlei", "离职"), ADMIN)
    handed, ended, begun = engine.read(AccountEvents(limit=3), ADMIN).rows
    assert [(row.kind, row.actor_id, row.subject_id) for row in (begun, ended, handed)] == [
        ("substitute_set", "wangfang", "wangfang"),
        ("substitute_ended", "sunlei", "wangfang"),
        ("work_handed_over", ADMIN.user_id, "liqiang"),
    ]
    assert {name: new for name, (_, new) in begun.changes.items() if name not in ("from_at", "until")} == {
        "substitution": number,
        "substitute_id": "sunlei",
        "process_keys": [],
        "reason": "出差",
    }
    assert (handed.changes["to_user"], handed.changes["tasks"], handed.changes["lasting"]) == ((None, "sunlei"), (None, 0), (None, True))
    verified = engine.read(VerifyAccountEvents(), ADMIN)
    assert (verified.broken_at, verified.unlike) == (None, ())


@pytest.mark.parametrize(
    ("statement", "unlike"),
    [
        ("UPDATE substitutions SET until = until + interval '9 days' WHERE id = 2", (("substitution", 2),)),
        ("UPDATE substitutions SET user_id = 'liqiang' WHERE id = 1", (("substitution", 1),)),
        ("UPDATE substitutions SET ended_at = NULL WHERE id = 1", (("substitution", 1),)),
        ("DELETE FROM substitutions WHERE id = 2", (("substitution", 2),)),
        ("UPDATE handovers SET to_user = 'wangfang'", (("handover", 1),)),
        ("DELETE FROM handovers", (("handover", 1),)),
        (
            "INSERT INTO substitutions (user_id, substitute_id, from_at, until, process_keys, reason, created_by, created_at)"
            " SELECT 'liqiang', 'sunlei', from_at, until, process_keys, reason, created_by, created_at FROM substitutions WHERE id = 1",
            (("substitution", 3),),
        ),
    ],
)
def test_a_row_that_was_changed_past_the_log_is_found(engine, statement, unlike, monkeypatch, capsys):
    engine.run(EndSubstitute(away(engine).substitution_id), ADMIN)
    away(engine, days=10)
    engine.run(HandOverWork("liqiang", "sunlei", "离职"), ADMIN)
    tamper(engine, statement)
    verified = engine.read(VerifyAccountEvents(), ADMIN)
    assert (verified.broken_at, verified.unlike) == (None, unlike)
    monkeypatch.setenv("TUOKE_DATABASE_URL", engine.database.engine.url.render_as_string(hide_password=False))
    assert main(["verify"]) == 1
    assert "和人员改动记录说的不一样" in capsys.readouterr().out


def test_a_changed_event_of_an_absence_breaks_the_chain(engine):
    away(engine)
    tamper(engine, "UPDATE account_events SET changes = '{}' WHERE kind = 'substitute_set'")
    assert engine.read(VerifyAccountEvents(), ADMIN).broken_at == 4


def test_arranging_and_changing_the_account_at_once_leaves_one_whole_chain(engine):
    commands = [
        (SetSubstitute("wangfang", "sunlei", engine.now(), engine.now() + timedelta(days=3)), ADMIN),
        (SetSubstitute("wangfang", "liqiang", engine.now(), engine.now() + timedelta(days=3)), ADMIN),
        (SaveUser("wangfang", "王方"), SYSTEM),
        (HandOverWork("sunlei", "liqiang", "离职"), ADMIN),
    ]
    done, refused = split(compete(engine, commands))
    assert (len(done), [type(error) for error in refused]) == (3, [InputRejected])
    verified = engine.read(VerifyAccountEvents(), ADMIN)
    assert (verified.broken_at, verified.unlike, verified.events) == (None, (), 6)
