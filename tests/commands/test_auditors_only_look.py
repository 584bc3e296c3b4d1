"""Who audits changes nothing: no roles beside it, no command that changes anything, nothing to do, whatever an account had before that rule."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from engine import (
    SYSTEM,
    ActingAuditors,
    Actor,
    AssignTask,
    ChangeLanguage,
    ClaimTask,
    CompleteTask,
    DeployPack,
    FindAccount,
    FindAccountDetail,
    HandOverWork,
    InspectInstances,
    ProcessEngine,
    SaveUser,
    SetActive,
    SetPermissions,
    SetRoleMember,
    SetSubstitute,
    StartInstance,
    UnattendedTasks,
    Worklist,
    WriteComment,
)
from engine.commands.people.external import ExternalSignIn
from engine.commands.people.people_import import ImportPeople
from engine.commands.records.record_import_rows import ImportRow
from engine.model.errors import InputRejected, NotAllowedError
from tests.commands.packs import PACK
from tests.commands.people import ADMIN, WANG

BOTH = Actor("both", "兼任", frozenset({"sales", "manager"}), is_auditor=True)


@pytest.fixture(scope="module")
def engine(database_url):
    engine = ProcessEngine.open(database_url)
    engine.run(DeployPack(PACK), SYSTEM)
    engine.run(SaveUser("wangfang", "王芳", groups=("sales",)), SYSTEM)
    engine.run(SaveUser("aud", "审计", is_auditor=True), SYSTEM)
    engine.run(SaveUser("admin", "管理员", is_administrator=True), SYSTEM)
    yield engine
    engine.close()


@pytest.fixture
def from_before(engine):
    """An account that got roles and the permission before that was refused."""
    engine.run(SaveUser("both", "兼任", groups=("sales",)), SYSTEM)
    with engine.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE users SET is_auditor = true WHERE id = 'both'")
    yield "both"
    engine.run(SetPermissions("both", is_auditor=False), SYSTEM)
    engine.run(SetRoleMember("sales", "both", False), SYSTEM)


@pytest.mark.parametrize(
    "command",
    [
        SaveUser("fresh", "新人", groups=("sales",), is_auditor=True),
        SaveUser("fresh", "新人", is_analyst=True, is_auditor=True),
        SetRoleMember("sales", "aud", True),
        SetPermissions("wangfang", is_auditor=True),
        SetPermissions("aud", is_analyst=True),
    ],
)
def test_both_are_refused(engine, command):
    with pytest.raises(InputRejected) as refusal:
        engine.run(command, ADMIN)
    assert (refusal.value.code, refusal.value.details["field"]) == ("auditor_acts", "groups")


def test_an_administrator_may_have_everything(engine):
    engine.run(SaveUser("chief", "主管", groups=("sales",), is_administrator=True, is_auditor=True, is_analyst=True), ADMIN)
    with pytest.raises(InputRejected, match="auditor_acts"):
        engine.run(SetPermissions("chief", is_administrator=False), ADMIN)


def test_an_import_says_so_in_the_row(engine):
    rows = [ImportRow(2, {"user_id": "aud", "roles": "sales"}), ImportRow(3, {"user_id": "other", "name": "别人", "roles": "sales"})]
    done = engine.run(ImportPeople(rows, "people.csv", update=True), ADMIN)
    assert [(line.outcome, [finding.code for finding in line.findings]) for line in done.lines] == [("refused", ["auditor_acts"]), ("created", [])]


def test_two_administrators_cannot_make_one_between_them(engine):
    """One gives the permission, the other a role, at once."""
    for _ in range(5):
        engine.run(SaveUser("torn", "夹缝"), ADMIN)
        commands = (SetPermissions("torn", is_auditor=True), SetRoleMember("sales", "torn", True))
        with ThreadPoolExecutor(2) as pool:
            errors = [each.exception() for each in [pool.submit(engine.run, command, ADMIN) for command in commands]]
        assert [type(error) for error in errors if error] == [InputRejected]
    assert "torn" not in [one.user_id for one in engine.read(ActingAuditors(), ADMIN)]


def test_one_from_before_works_as_auditor_alone_and_is_a_finding(engine, from_before):
    actor = engine.read(FindAccount(from_before), SYSTEM).actor
    assert (actor.is_auditor, actor.groups, actor.acts_for) == (True, frozenset(), ())
    assert [one.name for one in engine.read(ActingAuditors(), ADMIN)] == ["兼任"]
    with pytest.raises(NotAllowedError):
        engine.read(ActingAuditors(), actor)
    engine.run(SetActive(from_before, False), ADMIN)
    assert engine.read(ActingAuditors(), ADMIN) == ()
    engine.run(SetActive(from_before, True), ADMIN)
    with pytest.raises(InputRejected, match="auditor_acts"):
        engine.run(SetRoleMember("manager", from_before, True), ADMIN)


def test_no_command_of_work_is_open_to_them(engine, from_before):
    instance_id = engine.run(StartInstance("plain"), WANG).instance_id
    task_id = f"{instance_id}.2"
    commands = [
        StartInstance("plain"),
        ClaimTask(task_id),
        CompleteTask(task_id, {"note": 1}),
        AssignTask(task_id, "wangfang"),
        WriteComment(instance_id, "看过了"),
        SaveUser("aud", "改名"),
        SetSubstitute("both", "wangfang", engine.now(), engine.now().replace(year=2099)),
        HandOverWork("both", "wangfang", "走了"),
        DeployPack(PACK, "换"),
    ]
    before = state(engine)
    for command in commands:
        with pytest.raises(NotAllowedError) as refusal:
            engine.run(command, BOTH)
        assert refusal.value.code == "auditor_only_looks", command
    assert state(engine) == before
    engine.run(InspectInstances([instance_id], "replay"), BOTH)
    engine.run(ChangeLanguage("en"), BOTH)
    assert engine.read(FindAccountDetail("both"), ADMIN).language == "en"


def state(engine):
    tables = ("events", "work_items", "instances", "users", "substitutions", "handovers", "deployments", "comments", "account_events")
    parts = ", ".join(f"(SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t)" for name in tables)
    return engine.database.read(lambda connection: tuple(connection.exec_driver_sql(f"SELECT {parts}").one()))


def test_they_are_given_no_work(engine):
    instance_id = engine.run(StartInstance("plain"), WANG).instance_id
    for command in (
        AssignTask(f"{instance_id}.2", "aud"),
        HandOverWork("wangfang", "aud", "休假"),
        SetSubstitute("wangfang", "aud", engine.now(), engine.now().replace(year=2099)),
    ):
        with pytest.raises(InputRejected) as refusal:
            engine.run(command, ADMIN)
        assert refusal.value.code == "auditor_cannot_act"
    with engine.database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE work_items SET assignee = 'aud' WHERE instance_id = :id"), {"id": instance_id})
    assert instance_id in [row.instance_id for row in engine.read(UnattendedTasks(), ADMIN)]
    assert engine.read(Worklist("groups"), engine.read(FindAccount("aud"), SYSTEM).actor).rows == ()


def test_a_providers_groups_do_not_keep_an_auditor_out(engine):
    signed_in = engine.run(ExternalSignIn("https://id.example", "s-1", "审计", account="aud", groups={"sales": True}), SYSTEM)
    assert (signed_in.actor.is_auditor, signed_in.actor.groups) == (True, frozenset())
    assert engine.read(FindAccountDetail("aud"), ADMIN).groups == ()
