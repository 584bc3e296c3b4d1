"""People from a table: each row as if somebody had typed it, nothing half-saved, nobody's change overwritten, never the last administrator."""

from __future__ import annotations

import pytest

from engine import (
    SYSTEM,
    AccountEvents,
    Actor,
    DeployPack,
    ImportPeople,
    ImportRow,
    InputRejected,
    MailAddressOf,
    NotAllowedError,
    ProcessEngine,
    SaveDepartment,
    SaveUser,
    SetActive,
    SignIn,
    VerifyAccountEvents,
)
from engine.store.people import account_state
from tests.commands.packs import PACK
from tests.commands.people import ADMIN, WANG
from tests.commands.rivals import compete


@pytest.fixture
def engine(fresh_database_url: str, clock):
    engine = ProcessEngine.open(fresh_database_url, clock)
    engine.run(DeployPack(PACK), SYSTEM)
    engine.run(SaveDepartment("east", "华东", "East"), SYSTEM)
    engine.run(SaveUser("admin", "管理员", is_administrator=True), SYSTEM)
    yield engine
    engine.close()


def rows(*cells):
    return tuple(ImportRow(number, one) for number, one in enumerate(cells, 2))


def take(engine, *cells, actor=ADMIN, **options):
    return engine.run(ImportPeople(rows(*cells), "人员.xlsx", **options), actor)


def state(engine, user_id):
    return engine.database.read(lambda connection: account_state(connection, user_id))


def codes(done):
    return [[finding.code for finding in line.findings] for line in done.lines]


def outcomes(done):
    return [line.outcome for line in done.lines]


def test_accounts_are_made_with_department_roles_and_supervisors_further_down(engine):
    done = take(
        engine,
        {"user_id": "anna", "name": "安娜", "department": "华东", "roles": "sales、manager", "manager": "博文"},
        {"user_id": "bowen", "name": "博文", "department": "east"},
    )
    assert outcomes(done) == ["created", "created"], codes(done)
    anna = state(engine, "anna")
    assert (anna["name"], anna["department_id"], anna["groups"], anna["manager_id"]) == ("安娜", "east", ["manager", "sales"], "bowen")
    assert [anna[name] for name in ("is_administrator", "is_analyst", "is_auditor")] == [False] * 3
    password = done.lines[0].one_time_password
    assert engine.run(SignIn("anna", password), SYSTEM).must_change_password
    event = engine.read(AccountEvents("anna", limit=1), ADMIN).rows[0]
    assert (event.kind, event.actor_id, event.changes["source"]) == ("user_created", ADMIN.user_id, (None, "人员.xlsx"))
    assert password not in str(event.changes)
    assert engine.read(VerifyAccountEvents(), ADMIN).broken_at is None
    [line] = take(engine, {"user_id": "carl", "name": "卡尔"}, one_time_passwords=False).lines
    assert (line.outcome, line.one_time_password) == ("created", None)


def test_checking_tells_all_and_changes_nothing(engine):
    cells = ({"user_id": "anna", "name": "安娜", "roles": "sales"}, {"user_id": "admin", "name": "主管"}, {"user_id": "Bad One", "name": "坏"})
    before = len(engine.read(AccountEvents(), ADMIN).rows)
    done = take(engine, *cells, check=True, update=True)
    assert (done.written, outcomes(done)) == (False, ["created", "changed", "refused"])
    assert done.lines[1].changes == {"name": ("管理员", "主管")}
    assert [line.one_time_password for line in done.lines] == [None] * 3
    assert not take(engine, *cells, whole=True, update=True).written
    assert (state(engine, "anna"), state(engine, "admin")["name"]) == (None, "管理员")
    assert len(engine.read(AccountEvents(), ADMIN).rows) == before


def test_empty_cells_change_nothing_and_permissions_stay(engine):
    engine.run(SaveUser("anna", "安娜", groups=("sales",), department_id="east", is_analyst=True, language="en"), SYSTEM)
    assert codes(take(engine, {"user_id": "anna", "name": "安娜二"})) == [["person_exists"]]
    done = take(engine, {"user_id": "anna", "name": "安娜二", "roles": " ", "department": ""}, update=True)
    assert outcomes(done) == ["changed"]
    assert done.lines[0].one_time_password is None
    kept = state(engine, "anna")
    assert (kept["name"], kept["groups"], kept["department_id"], kept["is_analyst"], kept["language"]) == ("安娜二", ["sales"], "east", True, "en")
    assert outcomes(take(engine, {"user_id": "anna", "name": "安娜二"}, update=True)) == ["same"]
    assert outcomes(take(engine, {"user_id": "admin", "name": "老管理员", "roles": "sales"}, update=True)) == ["changed"]
    assert state(engine, "admin")["is_administrator"]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"name": "没有账号"}, "required"),
        ({"user_id": "x"}, "required"),
        ({"user_id": "大写", "name": "x"}, "bad_user_id"),
        ({"user_id": "system", "name": "x"}, "bad_user_id"),
        ({"user_id": "x", "name": "x" * 300}, "too_long"),
        ({"user_id": "x", "name": "a\x00b"}, "bad_text"),
        ({"user_id": "x", "name": "x", "department": "没有"}, "unknown_department"),
        ({"user_id": "x", "name": "x", "department": "同名"}, "several_departments"),
        ({"user_id": "x", "name": "x", "roles": "sales,没有"}, "unknown_group"),
        ({"user_id": "x", "name": "x", "manager": "没有"}, "unknown_user"),
        ({"user_id": "x", "name": "x", "manager": "重名"}, "several_people"),
        ({"user_id": "x", "name": "x", "manager": "x"}, "unknown_user"),
        ({"user_id": "same1", "name": "x", "manager": "same1"}, "supervision_circle"),
        ({"user_id": "gone", "name": "x"}, "person_closed"),
    ],
)
def test_what_a_row_cannot_say_is_told_and_only_that_row_is_left_out(engine, cells, code):
    for department in ("one", "two"):
        engine.run(SaveDepartment(department, "同名"), SYSTEM)
    for user_id in ("same1", "same2", "gone"):
        engine.run(SaveUser(user_id, "重名" if user_id != "gone" else "走了"), SYSTEM)
    engine.run(SetActive("gone", False), SYSTEM)
    done = take(engine, cells, {"user_id": "good", "name": "好"}, update=True)
    assert (outcomes(done), codes(done)) == (["refused", "created"], [[code], []])
    assert state(engine, "x") is None


def test_rows_that_name_each_other_and_one_account_twice(engine):
    each_other = ({"user_id": "a", "name": "甲", "manager": "b"}, {"user_id": "b", "name": "乙", "manager": "甲"})
    done = take(engine, *each_other, {"user_id": "a", "name": "丙"})
    assert codes(done) == [["supervision_circle"], ["supervision_circle"], ["person_twice"]]
    # Turned round in one file: who was above stands below now, in whatever order the rows come.
    take(engine, {"user_id": "c", "name": "丁"}, {"user_id": "d", "name": "戊", "manager": "c"}, {"user_id": "e", "name": "己"})
    done = take(engine, {"user_id": "c", "manager": "d"}, {"user_id": "d", "manager": "e"}, update=True)
    assert outcomes(done) == ["changed", "changed"], codes(done)
    assert (state(engine, "c")["manager_id"], state(engine, "d")["manager_id"]) == ("d", "e")


def test_an_account_that_somebody_changed_after_the_check_is_not_overwritten(engine):
    engine.run(SaveUser("anna", "安娜"), SYSTEM)
    cells = ({"user_id": "anna", "name": "安娜二"}, {"user_id": "new", "name": "新"}, {"user_id": "calm", "name": "静"})
    checked = take(engine, *cells, update=True, check=True)
    engine.run(SaveUser("anna", "安娜三"), Actor("admin", "管理员", is_administrator=True))
    engine.run(SaveUser("new", "别人建的"), SYSTEM)
    done = take(engine, *cells, update=True, seen=checked.seen)
    assert outcomes(done) == ["refused", "refused", "created"]
    [finding] = done.lines[0].findings
    assert (finding.code, finding.details["by"], finding.details["title"]) == ("stale_revision", "admin", "安娜三")
    assert finding.details["at"]
    assert (state(engine, "anna")["name"], state(engine, "new")["name"]) == ("安娜三", "别人建的")


def test_only_administrators_and_only_so_many(engine):
    with pytest.raises(NotAllowedError):
        take(engine, {"user_id": "x", "name": "x"}, actor=WANG)
    for wrong in ((), ({"user_id": "x"},) * 2001):
        with pytest.raises(InputRejected):
            take(engine, *wrong)


def test_two_imports_and_a_change_by_hand_at_once(engine):
    cells = rows(*({"user_id": f"p{number}", "name": f"人{number}", "roles": "sales"} for number in range(40)))
    commands = [(ImportPeople(cells, name), ADMIN) for name in ("a.csv", "b.csv")] + [(SaveUser("p7", "手工"), SYSTEM)]
    first, second, _ = compete(engine, commands)
    assert first.count("created") + second.count("created") in (39, 40)
    assert first.count("created") + first.count("refused") == second.count("created") + second.count("refused") == 40
    assert engine.read(VerifyAccountEvents(), ADMIN).broken_at is None


def test_addresses_of_mail_come_with_the_table_and_wait_for_their_owners(engine):
    cells = ({"user_id": "m.one", "name": "一", "mail": "one@example.com"}, {"user_id": "m.two", "name": "二", "mail": "two"})
    done = take(engine, *cells)
    assert [line.outcome for line in done.lines] == ["created", "refused"]
    assert [(finding.field, finding.code) for finding in done.lines[1].findings] == [("mail", "bad_mail_address")]
    address = engine.read(MailAddressOf("m.one"), ADMIN)
    assert (address.address, address.confirmed, address.given_by) == ("one@example.com", False, "administrator")
    again = take(engine, {"user_id": "m.one", "mail": "one@example.com"}, update=True)
    assert [line.outcome for line in again.lines] == ["same"]
    changed = take(engine, {"user_id": "m.one", "mail": "new@example.com"}, update=True, check=True)
    assert changed.lines[0].changes["mail_address"] == ("one@example.com", "new@example.com")
    assert engine.read(MailAddressOf("m.one"), ADMIN).address == "one@example.com"
