"""Changes to people are written down; roles and permissions one by one; passwords; attempts under competition."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from engine import (
    SYSTEM,
    AccountEvents,
    Actor,
    AllRoleMembers,
    AttemptLimit,
    BeginAttempt,
    BeginSession,
    ChangePassword,
    ConflictError,
    EndSessionsOf,
    EngineError,
    ExternalSignIn,
    FindAccount,
    FindAccountDetail,
    InputRejected,
    NotAllowedError,
    NotFoundError,
    People,
    ResetPassword,
    SaveDepartment,
    SaveUser,
    SetActive,
    SetPassword,
    SetPermissions,
    SetRoleMember,
    SignIn,
    StaleRevision,
    VerifyAccountEvents,
)
from tests.commands.people import ADMIN, WANG
from tests.owner import as_owner

AUDITOR = Actor("aud", "审计", is_auditor=True)


def test_every_change_is_written_down_and_no_password(engine, rows):
    engine.run(SaveDepartment("logged", "记录部"), ADMIN)
    engine.run(SaveUser("logged", "甲", "correct horse", ["sales"]), ADMIN)
    engine.run(SaveUser("logged", "乙", None, ["sales"], department_id="logged"), ADMIN)
    engine.run(SaveUser("logged", "乙", None, ["sales"], department_id="logged"), ADMIN)
    engine.run(SetActive("logged", False), ADMIN)
    engine.run(SetActive("logged", True), ADMIN)
    engine.run(ResetPassword("logged"), ADMIN)
    engine.run(EndSessionsOf("logged"), ADMIN)
    found = engine.read(AccountEvents(person="logged"), AUDITOR)
    kinds = [event.kind for event in reversed(found.rows)]
    assert kinds == ["user_created", "user_changed", "user_deactivated", "user_reactivated", "password_reset", "sessions_ended"]
    assert found.rows[-2].changes == {"name": ("甲", "乙"), "department_id": (None, "logged")}
    assert {event.actor_name for event in found.rows} == {"admin"}
    assert "horse" not in str(found)
    assert engine.read(AccountEvents(kind="department_created"), AUDITOR).rows[0].subject_name == "记录部"
    verified = engine.read(VerifyAccountEvents(), AUDITOR)
    assert (verified.broken_at, verified.events) == (None, rows("SELECT count(*) FROM account_events")[0][0])


def test_the_log_of_people_cannot_be_changed_and_says_when_it_was(engine):
    engine.run(SaveUser("sealed", "甲"), ADMIN)
    for change in ("UPDATE account_events SET actor = 'b'", "DELETE FROM account_events", "TRUNCATE account_events"):
        with pytest.raises(sa.exc.DBAPIError), engine.database.engine.begin() as connection:
            connection.exec_driver_sql(change)
    first = engine.read(AccountEvents(person="sealed"), ADMIN).rows[-1].number
    disabled = "ALTER TABLE account_events {} TRIGGER refuse_change"
    with as_owner(engine) as connection:
        connection.exec_driver_sql(disabled.format("DISABLE"))
        connection.exec_driver_sql(f"UPDATE account_events SET actor = 'innocent' WHERE number = {first}")
    assert engine.read(VerifyAccountEvents(), ADMIN).broken_at == first
    with as_owner(engine) as connection:
        connection.exec_driver_sql(f"UPDATE account_events SET actor = 'admin' WHERE number = {first}")
        connection.exec_driver_sql(disabled.format("ENABLE ALWAYS"))
    assert engine.read(VerifyAccountEvents(), ADMIN).broken_at is None


def test_changes_at_once_make_one_chain(engine):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: engine.run(SaveUser(f"chain{number}", "x", groups=["sales"]), SYSTEM), range(8)))
    assert engine.read(VerifyAccountEvents(), ADMIN).broken_at is None


def test_nobodys_change_is_overwritten_and_no_login_taken_twice(engine):
    engine.run(SaveUser("shared", "甲"), ADMIN)
    seen = engine.read(FindAccountDetail("shared"), ADMIN).seen
    engine.run(SaveUser("shared", "乙", seen=seen), ADMIN)
    with pytest.raises(StaleRevision):
        engine.run(SaveUser("shared", "丙", seen=seen), ADMIN)
    with pytest.raises(ConflictError) as refusal:
        engine.run(SaveUser("shared", "丁", must_be_new=True), ADMIN)
    assert (refusal.value.code, refusal.value.details["name"]) == ("user_exists", "乙")


def test_two_administrators_save_the_same_person_at_once(engine):
    engine.run(SaveUser("both", "甲"), ADMIN)
    seen = engine.read(FindAccountDetail("both"), ADMIN).seen
    with ThreadPoolExecutor(2) as pool:
        errors = [each.exception() for each in [pool.submit(engine.run, SaveUser("both", name, seen=seen), ADMIN) for name in ("乙", "丙")]]
    assert [type(error) for error in errors if error] == [StaleRevision]


def test_roles_and_permissions_one_by_one(engine):
    engine.run(SaveUser("multi", "多", groups=["sales"], language="en"), ADMIN)
    engine.run(SetRoleMember("manager", "multi", True), ADMIN)
    engine.run(SetPermissions("multi", is_analyst=True), ADMIN)
    detail = engine.read(FindAccountDetail("multi"), AUDITOR)
    assert (set(detail.groups), detail.is_auditor, detail.is_analyst, detail.language) == ({"sales", "manager"}, False, True, "en")
    assert [role.key for role in detail.only_in] == ["manager"]
    engine.run(SetRoleMember("manager", "multi", False), ADMIN)
    assert engine.read(FindAccount("multi"), SYSTEM).actor.groups == {"sales"}
    members = {each.role.key: [member.user_id for member in each.members] for each in engine.read(AllRoleMembers(), AUDITOR)}
    assert ("multi" in members["sales"], members["manager"]) == (True, [])
    with pytest.raises(InputRejected):
        engine.run(SetRoleMember("pirates", "multi", True), ADMIN)
    for command in (SetRoleMember("sales", "ghost", True), *(kind("ghost") for kind in (ResetPassword, SetPermissions, EndSessionsOf))):
        with pytest.raises(NotFoundError):
            engine.run(command, ADMIN)
        with pytest.raises(NotAllowedError):
            engine.run(command, WANG)


def test_people_are_found(engine):
    engine.run(SaveUser("findme", "寻找某人", groups=["manager"], is_analyst=True), ADMIN)
    engine.run(SaveUser("findgone", "寻找离职", active=False), ADMIN)
    assert [row.user_id for row in engine.read(People("寻找"), ADMIN).rows] == ["findme"]
    assert {row.user_id for row in engine.read(People("寻找", status="all"), ADMIN).rows} == {"findme", "findgone"}
    for query in (People("FIND ME"), People("findme", role="manager"), People("findme", permission="analyst")):
        assert [row.user_id for row in engine.read(query, AUDITOR).rows] == ["findme"]
    assert engine.read(People("findme", role="sales"), ADMIN).total == 0
    assert engine.read(People("100%_\0"), ADMIN).total == 0
    for query in (People(), FindAccountDetail("findme"), AllRoleMembers(), AccountEvents(), VerifyAccountEvents()):
        with pytest.raises(NotAllowedError):
            engine.read(query, WANG)


COMMON = ["password", "Password123", "12345678", "qwertyuiop", "aaaaaaaa", "abababab", "abcdefgh", "87654321", "careful2026", "CAREFUL-1"]


@pytest.mark.parametrize("new", COMMON)
def test_what_everybody_tries_first_is_no_password(engine, new):
    engine.run(SaveUser("careful", "谨慎", "correct horse"), ADMIN)
    with pytest.raises(InputRejected) as refusal:
        engine.run(ChangePassword("correct horse", new), Actor("careful", "谨慎"))
    assert refusal.value.code == "common_password"


def test_a_password_set_stays_and_one_made_must_be_changed(engine):
    engine.run(SaveUser("once", "一次"), ADMIN)
    made = engine.run(ResetPassword("once"), ADMIN).one_time_password
    assert engine.run(SignIn("once", made), SYSTEM).must_change_password
    engine.run(ChangePassword(made, "three green teapots"), Actor("once", "一次"))
    assert not engine.run(SignIn("once", "three green teapots"), SYSTEM).must_change_password
    with pytest.raises(InputRejected):
        engine.run(SetPassword("once", "password123"), ADMIN)
    engine.run(SetPassword("once", "four green teapots"), ADMIN)
    assert not engine.run(SignIn("once", "four green teapots"), SYSTEM).must_change_password


def test_a_session_does_not_begin_under_a_password_that_changed_meanwhile(engine):
    engine.run(SaveUser("racing", "竞速", "correct horse"), ADMIN)
    signed = engine.run(SignIn("racing", "correct horse"), SYSTEM)
    engine.run(SetPassword("racing", "four green teapots"), ADMIN)
    with pytest.raises(NotAllowedError):
        engine.run(BeginSession("racing", signed.session_epoch), SYSTEM)
    with pytest.raises(NotAllowedError):
        engine.run(BeginSession("racing", signed.session_epoch + 1), WANG)


def test_many_attempts_at_once_are_no_way_around_the_limit(engine):
    attempt = BeginAttempt((AttemptLimit("account racer", 5, 60), AttemptLimit("address racer", 100, 600)))
    with ThreadPoolExecutor(8) as pool:
        errors = [each.exception() for each in [pool.submit(engine.run, attempt, SYSTEM) for _ in range(16)]]
    refused = [error.code for error in errors if isinstance(error, EngineError)]
    assert refused == ["too_many_attempts"] * 11


def test_eight_first_sign_ins_of_one_person_make_one_account(engine, rows):
    command = ExternalSignIn("https://id.example", "subject-8", "同一人", "same8", create=True, default_roles=("sales", "no_such_role"))
    with ThreadPoolExecutor(8) as pool:
        signed = [each.result() for each in [pool.submit(engine.run, command, SYSTEM) for _ in range(8)]]
    assert {(each.actor.user_id, each.actor.groups) for each in signed} == {("same8", frozenset({"sales"}))}
    assert len(rows("SELECT 1 FROM external_identities WHERE user_id = 'same8'")) == 1
    assert len(rows("SELECT 1 FROM account_events WHERE subject_id = 'same8'")) == 2
    with pytest.raises(NotAllowedError):
        engine.run(command, WANG)


@pytest.mark.parametrize("account", ["system", "王芳", "", "a" * 65])
def test_a_claim_that_is_no_login_makes_no_account(engine, account):
    with pytest.raises(NotAllowedError) as refusal:
        engine.run(ExternalSignIn("https://id.example", f"subject {account}", "x", account, create=True), SYSTEM)
    assert refusal.value.code == "no_account_here"
