"""Departments, supervisors, permissions, and the administrator who is always left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine import (
    SYSTEM,
    Actor,
    ConflictError,
    Departments,
    EngineError,
    FindAccount,
    FindPerson,
    GroupMembers,
    InputRejected,
    NotAllowedError,
    NotFoundError,
    RemoveDepartment,
    SaveDepartment,
    SaveUser,
    is_analyst,
    is_auditor,
)
from tests.commands.people import ADMIN, WANG


def code_of(engine, command, actor=SYSTEM) -> str:
    with pytest.raises(EngineError) as refusal:
        engine.run(command, actor)
    return refusal.value.code


def test_a_person_has_a_supervisor_and_a_head(engine):
    engine.run(SaveDepartment("company", "公司", "Company"), ADMIN)
    engine.run(SaveDepartment("marketing", "市场营销部", "Marketing", "company"), ADMIN)
    for user_id in ("boss", "chief", "worker"):
        engine.run(SaveUser(user_id, user_id.title(), groups=["sales"], department_id="marketing"), ADMIN)
    engine.run(SaveDepartment("company", "公司", "Company", head_id="boss"), ADMIN)
    engine.run(SaveDepartment("marketing", "市场营销部", "Marketing", "company", "chief", 2), ADMIN)
    engine.run(SaveUser("worker", "Worker", groups=["sales"], department_id="marketing", manager_id="chief"), ADMIN)
    worker = engine.read(FindPerson("worker"), WANG)
    assert (worker.manager.user_id, worker.head.user_id, worker.department.name) == ("chief", "chief", "市场营销部")
    chief = engine.read(FindPerson("chief"), WANG)
    assert (chief.manager, chief.head.name) == (None, "Boss")
    assert engine.read(FindPerson("boss"), WANG).head.user_id == "chief"
    engine.run(SaveUser("chief", "Chief", active=False), ADMIN)
    assert [each.user_id for each in engine.read(GroupMembers("sales"), WANG)] == ["boss", "worker"]
    assert engine.read(GroupMembers("nothing\0"), WANG) == ()
    assert not engine.read(FindPerson("chief"), WANG).active
    # Who left stays the supervisor until somebody else is named, and nobody new gets them.
    engine.run(SaveUser("worker", "Worker", groups=["sales"], department_id="marketing", manager_id="chief"), ADMIN)
    assert code_of(engine, SaveUser("boss", "Boss", manager_id="chief")) == "unknown_user"
    with pytest.raises(NotFoundError):
        engine.read(FindPerson("nobody at all"), WANG)


def test_supervision_never_goes_in_a_circle(engine):
    for user_id in ("a1", "a2", "a3"):
        engine.run(SaveUser(user_id, user_id), SYSTEM)
    engine.run(SaveUser("a2", "a2", manager_id="a1"), SYSTEM)
    engine.run(SaveUser("a3", "a3", manager_id="a2"), SYSTEM)
    for manager_id in ("a1", "a2", "a3"):
        assert code_of(engine, SaveUser("a1", "a1", manager_id=manager_id)) == "supervision_circle"
    assert code_of(engine, SaveUser("new", "new", manager_id="new")) == "unknown_user"


def test_two_who_name_each_other_at_once_make_no_circle(engine, rows):
    for round_number in range(5):
        pair = [f"left{round_number}", f"right{round_number}"]
        for user_id in pair:
            engine.run(SaveUser(user_id, user_id), SYSTEM)
        with ThreadPoolExecutor(2) as pool:
            saved = [pool.submit(engine.run, SaveUser(one, one, manager_id=other), SYSTEM) for one, other in (pair, pair[::-1])]
            errors = [each.exception() for each in saved]
        assert [error.code for error in errors if isinstance(error, EngineError)] == ["supervision_circle"]
        assert len(rows("SELECT 1 FROM users WHERE id = ANY(:pair) AND manager_id IS NOT NULL", pair=pair)) == 1


def test_departments_are_a_tree(engine):
    engine.run(SaveDepartment("top", "总部"), SYSTEM)
    engine.run(SaveDepartment("middle", "中层", parent_id="top"), SYSTEM)
    engine.run(SaveDepartment("bottom", "基层", parent_id="middle"), SYSTEM)
    for parent_id in ("top", "middle", "bottom"):
        assert code_of(engine, SaveDepartment("top", "总部", parent_id=parent_id)) == "department_circle"
    with pytest.raises(ConflictError) as refusal:
        engine.run(RemoveDepartment("middle"), SYSTEM)
    assert (refusal.value.code, refusal.value.details["parts"]) == ("department_in_use", 1)
    engine.run(RemoveDepartment("bottom"), SYSTEM)
    assert "bottom" not in {each.department_id for each in engine.read(Departments(), WANG)}
    with pytest.raises(NotFoundError):
        engine.run(RemoveDepartment("bottom"), SYSTEM)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (SaveDepartment("Top", "x"), "bad_department_id"),
        (SaveDepartment("x", " "), "required"),
        (SaveDepartment("x", "x", parent_id="nothing"), "unknown_department"),
        (SaveDepartment("x", "x", head_id="nobody at all"), "unknown_user"),
        (SaveDepartment("x", "x", number=-1), "wrong_number"),
        (SaveUser("x", "x", department_id="nothing"), "unknown_department"),
        (SaveUser("x", "x", manager_id="nobody at all"), "unknown_user"),
    ],
)
def test_what_does_not_exist_is_refused(engine, command, code):
    with pytest.raises(InputRejected) as refusal:
        engine.run(command, SYSTEM)
    assert refusal.value.code == code


def test_only_administrators_change_the_organisation(engine):
    for command in (SaveDepartment("x", "x"), RemoveDepartment("x")):
        for actor in (WANG, Actor("ana", "分析", is_analyst=True), Actor("aud", "审计", is_auditor=True)):
            with pytest.raises(NotAllowedError):
                engine.run(command, actor)


def test_permissions_are_the_accounts_own(engine):
    engine.run(SaveUser("ana", "分析", is_analyst=True), SYSTEM)
    engine.run(SaveUser("aud", "审计", is_auditor=True), SYSTEM)
    analyst, auditor = (engine.read(FindAccount(each), SYSTEM).actor for each in ("ana", "aud"))
    assert (is_analyst(analyst), is_auditor(analyst), analyst.is_administrator) == (True, False, False)
    assert (is_analyst(auditor), is_auditor(auditor), auditor.is_administrator) == (False, True, False)
    assert (is_analyst(ADMIN), is_auditor(ADMIN), is_analyst(WANG), is_auditor(WANG)) == (True, True, False, False)


def test_the_last_administrator_stays(engine):
    engine.run(SaveUser("first", "甲", is_administrator=True), SYSTEM)
    assert code_of(engine, SaveUser("first", "甲")) == "last_administrator"
    assert code_of(engine, SaveUser("first", "甲", is_administrator=True, active=False)) == "last_administrator"
    engine.run(SaveUser("second", "乙", is_administrator=True), SYSTEM)
    with ThreadPoolExecutor(2) as pool:
        errors = [each.exception() for each in [pool.submit(engine.run, SaveUser(one, one), SYSTEM) for one in ("first", "second")]]
    assert [error.code for error in errors if isinstance(error, EngineError)] == ["last_administrator"]
